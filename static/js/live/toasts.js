// Toasts: jobs that ended. One leaves by itself, but not where it says what failed.

import { on } from "../dom.js";

const TOAST_MS = 8_000;
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

export function toast(strip, jobs) {
  const ended = Object.keys(jobs).filter((id) => ENDED.has(jobs[id]));
  if (ended.length > 0 && !document.hidden) {
    const query = ended.map((id) => `job=${id}`).join("&");
    window.htmx?.ajax("GET", `${strip.dataset.toasts}?${query}`, { target: "#toasts", swap: "beforeend" });
  }
}

document.addEventListener("htmx:after:swap", () => {
  for (const shown of document.querySelectorAll("[data-toast]:not([data-toast='failed'], [data-leaves])")) {
    shown.toggleAttribute("data-leaves", true);
    setTimeout(() => shown.remove(), TOAST_MS);
  }
});
on("click", "[data-toast-close]", (button) => button.closest(".toast").remove());
