// Draws the charts: each <figure data-chart> holds its Plotly figure as JSON. A chart is drawn when it is about to be
// seen, when it or the colours change, and for paper.

import { on } from "../dom.js";
import { draw, isDrawn, isStale } from "./draw.js";
import { savePng } from "./png.js";

const SOON = "150px";
const figures = () => [...document.querySelectorAll("figure[data-chart]")];

const AGAIN_MS = 2000;
const MOST_TRIES = 5;
const tries = new WeakMap();

// What could not be drawn, where the library did not arrive, is tried again while it is in sight; at last it is an error.
function tried(figure, error) {
  tries.set(figure, (tries.get(figure) ?? 0) + 1);
  if (tries.get(figure) >= MOST_TRIES) {
    throw error;
  }
  setTimeout(() => figure.isConnected && seen.observe(figure), AGAIN_MS);
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      draw(target).catch((error) => tried(target, error));
    }
  }
}, { rootMargin: SOON });

function scan() {
  for (const figure of figures()) {
    if (figure.closest("[data-paper]")) {
      draw(figure, PAPER_PX);
    } else if (!isDrawn(figure)) {
      seen.observe(figure);
    } else if (isStale(figure)) {
      draw(figure);
    }
  }
}

// What is printed has to be drawn, also what nobody has scrolled to, as wide as paper and in its colours: on A4, between
// the margins of print.css and of a figure, and with its zoom.
const PAPER_PX = 820;
const root = document.documentElement;
let theme = null;

function drawForPaper() {
  theme ??= root.dataset.theme;
  root.dataset.theme = "light";
  return Promise.all(figures().map((figure) => draw(figure, PAPER_PX)));
}

function drawForScreen() {
  root.dataset.theme = theme ?? root.dataset.theme;
  theme = null;
  figures().filter(isDrawn).forEach((figure) => draw(figure));
}

window.addEventListener("beforeprint", drawForPaper);
window.addEventListener("afterprint", drawForScreen);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
}
on("click", "[data-print]", async () => {
  await drawForPaper();
  window.print();
});

document.addEventListener("virtlab:theme", () => figures().filter(isDrawn).forEach((figure) => draw(figure)));
document.addEventListener("htmx:after:swap", scan);
on("click", "[data-chart-png]", async (button) => {
  const figure = button.closest("figure");
  await draw(figure);
  await savePng(figure, button.dataset.chartPng);
});

// After the first paint, so that reading can begin before drawing does.
requestAnimationFrame(() => setTimeout(scan));
