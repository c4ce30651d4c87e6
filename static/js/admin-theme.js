// The console's own frame knows no theme, so the cookie's is set here, before anything is painted.
const chosen = document.cookie.match(/(?:^|; )theme=(auto|light|dark)/)?.[1] ?? "auto";
document.documentElement.dataset.theme = chosen;
