// Regions that load themselves anew. A region says what it shows in data-live: "jobs", "job:12", "clock", "lab" (what
// runs where), or an object such as "hosts.virtualmachine:12". It has hx-get and hx-trigger="refresh".

const GATHER_MS = 400;
const stale = new Set();
let gathering = 0;

export const EVERYTHING = null;

function concerns(region, topics) {
  return topics === EVERYTHING || region.dataset.live.split(" ").some((topic) => topics.has(topic));
}

function flush() {
  for (const region of stale) {
    if (region.isConnected && !document.hidden) {
      window.htmx?.trigger(region, "refresh");
    }
  }
  stale.clear();
}

// The first change shows at once; what follows closely is gathered, so that a thousand events cost a few requests.
export function refresh(topics) {
  for (const region of document.querySelectorAll("[data-live][hx-get]")) {
    if (concerns(region, topics)) {
      stale.add(region);
    }
  }
  if (stale.size > 0 && gathering === 0) {
    flush();
    gathering = setTimeout(() => {
      gathering = 0;
      flush();
    }, GATHER_MS);
  }
}
