// The live page: one event stream, regions that load themselves anew when an event concerns them, and toasts.
//
// A region says what it shows in data-live: "jobs", "job:12", "clock", "lab" (what runs where), or an object such as
// "hosts.virtualmachine:12". It has hx-get and hx-trigger="refresh". Other scripts listen to "virtlab:news" on document.
// Without the stream every region asks for itself every POLL_MS.

const strip = document.querySelector("[data-stream]");
const GATHER_MS = 400;
const POLL_MS = 10_000;
const SAFETY_MS = 60_000;
const HIDDEN_MS = 30_000;
const TOAST_MS = 8_000;
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

const stale = new Set();
let gathering = 0;
let source = null;
let lastId = strip?.dataset.after ?? "";
// What ended before this page was made was told on the page before it.
const madeMs = Number(strip?.dataset.made ?? 0);
let hiddenTimer = 0;
// Since when there has been no stream: set once, so that failing attempts do not put the polling off; null while there is one.
let downSince = Date.now();

function concerns(region, topics) {
  return region.dataset.live.split(" ").some((topic) => topics === null || topics.has(topic));
}

function refresh(topics) {
  for (const region of document.querySelectorAll("[data-live][hx-get]")) {
    if (concerns(region, topics)) {
      stale.add(region);
    }
  }
  // The first change shows at once; what follows closely is gathered, so that a thousand events cost a few requests.
  if (stale.size > 0 && gathering === 0) {
    flush();
    gathering = setTimeout(() => {
      gathering = 0;
      flush();
    }, GATHER_MS);
  }
}

function flush() {
  for (const region of stale) {
    if (region.isConnected && !document.hidden) {
      window.htmx?.trigger(region, "refresh");
    }
  }
  stale.clear();
}

function topicsOf(news) {
  const topics = new Set(news.things);
  if (Object.keys(news.jobs).length > 0) {
    topics.add("jobs");
  }
  for (const id of Object.keys(news.jobs)) {
    topics.add(`job:${id}`);
  }
  if (news.clock) {
    topics.add("clock");
    topics.add("jobs");
  }
  if (news.things.length > 0) {
    topics.add("lab");
  }
  return topics;
}

function toast(news) {
  const ended = Object.keys(news.jobs).filter((id) => ENDED.has(news.jobs[id]));
  if (ended.length > 0 && !document.hidden) {
    const query = ended.map((id) => `job=${id}`).join("&");
    window.htmx?.ajax("GET", `${strip.dataset.toasts}?${query}`, { target: "#toasts", swap: "beforeend" });
  }
}

function online(connected) {
  const note = strip.querySelector(".tasks-offline");
  if (note) {
    note.hidden = connected;
  }
}

function open() {
  const after = lastId ? `?after=${encodeURIComponent(lastId)}` : "";
  source = new EventSource(`${strip.dataset.stream}${after}`);
  source.addEventListener("open", () => {
    downSince = null;
    online(true);
  });
  source.addEventListener("news", (event) => {
    lastId = event.lastEventId;
    const news = JSON.parse(event.data);
    document.dispatchEvent(new CustomEvent("virtlab:news", { detail: news }));
    refresh(topicsOf(news));
    if (Number.parseInt(lastId, 10) > madeMs) {
      toast(news);
    }
  });
  source.addEventListener("reset", (event) => {
    lastId = event.lastEventId;
    refresh(null);
  });
  source.addEventListener("error", () => {
    downSince ??= Date.now();
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(() => source ?? open(), 3_000);
    }
  });
}

function close() {
  source?.close();
  source = null;
  downSince ??= Date.now();
}

// A tab that nobody sees gives its connection back: a browser has few for one server.
function onVisibility() {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(close, HIDDEN_MS);
  } else if (source === null) {
    open();
  } else {
    flush();
  }
}

function poll() {
  if (downSince !== null && !document.hidden && Date.now() - downSince > POLL_MS) {
    online(false);
    refresh(null);
  }
}

function closeToast(element) {
  element.remove();
}

if (strip) {
  open();
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && source === null && open());
  setInterval(poll, POLL_MS);
  setInterval(() => document.hidden || refresh(new Set(["jobs"])), SAFETY_MS);
  document.getElementById("tasks")?.addEventListener("toggle", (event) => {
    document.cookie = `tasks=${event.target.open ? "open" : "closed"}; path=/; max-age=31536000; samesite=lax`;
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-toast-close]")) {
      closeToast(event.target.closest(".toast"));
    }
  });
  // A toast leaves by itself, but not one that says what failed.
  new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (added instanceof Element && added.dataset.toast && added.dataset.toast !== "failed") {
        setTimeout(() => closeToast(added), TOAST_MS);
      }
    }
  }).observe(document.getElementById("toasts"), { childList: true });
}
