// The load follows the lab's clock; while that stands, nothing changes by itself.

import { isDragging } from "./drag.js";

const REFRESH_MS = 10_000;

setInterval(() => {
  const region = document.querySelector("[data-racks]");
  const speed = document.getElementById("lab-clock")?.dataset.speed;
  const busy = isDragging() || region?.querySelector("details[open]");
  if (region && !document.hidden && !busy && speed !== "0") {
    window.htmx?.trigger(region, "refresh");
  }
}, REFRESH_MS);
