// What every page's frame does: the colour switch, dialogs, notices that close, and notes that open beside their badge.
// Everything works on elements that come in later, because the listeners sit on the document.

const THEMES = ["auto", "light", "dark"];
const YEAR_S = 31_536_000;

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  document.dispatchEvent(new CustomEvent("virtlab:theme", { detail: theme }));
}

function nextTheme() {
  const now = THEMES.indexOf(document.documentElement.dataset.theme);
  return THEMES[(now + 1) % THEMES.length];
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-theme-switch]")) {
    event.preventDefault();
    setTheme(nextTheme());
  }
  target?.closest("[data-dismiss]")?.closest("li, .notice")?.remove();
  const opener = target?.closest("[data-dialog]");
  if (opener) {
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  if (target?.closest("[data-dialog-close]") || target instanceof HTMLDialogElement) {
    target.closest("dialog")?.close();
  }
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (document.documentElement.dataset.theme === "auto") {
    document.dispatchEvent(new CustomEvent("virtlab:theme", { detail: "auto" }));
  }
});

// A selection that acts at once, such as a list's filter: the form has a button too, for when this file did not load.
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-submit-on-change]")) {
    event.target.form?.requestSubmit();
  }
});

function place(tip) {
  const opener = document.querySelector(`[popovertarget="${tip.id}"]`);
  if (!opener) {
    return;
  }
  const from = opener.getBoundingClientRect();
  tip.classList.add("is-placed");
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(from.left, 12), innerWidth - width - 12);
  const below = from.bottom + 6 + height < innerHeight;
  tip.style.left = `${Math.max(left, 12)}px`;
  tip.style.top = `${below ? from.bottom + 6 : Math.max(from.top - height - 6, 12)}px`;
}

// A popover's toggle event does not bubble, so it is caught on its way down.
document.addEventListener("toggle", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches(".tip:popover-open")) {
    place(event.target);
  }
}, true);

document.addEventListener("scroll", () => {
  document.querySelectorAll(".tip:popover-open").forEach((tip) => tip.hidePopover());
}, { capture: true, passive: true });
