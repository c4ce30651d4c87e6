// Draws a <figure data-chart> in the page's own tokens. A changed figure is redrawn in place, so zoom and focus stay.

import { fitted } from "./fit.js";
import { plotly } from "./plotly.js";

const drawn = new Map();

// "var(--warm)" → the colour that the token has now; everything else stays as it is.
function themed(value, styles) {
  if (typeof value === "string") {
    return value.startsWith("var(--") ? styles.getPropertyValue(value.slice(4, -1)).trim() : value;
  }
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === "number") ? value : value.map((item) => themed(item, styles));
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, themed(item, styles)]));
  }
  return value;
}

const textOf = (figure) => figure.querySelector("script[type='application/json']")?.textContent ?? "";

// Beside its width on paper a plot may be lower than on a screen, but no row of it lower than its label.
const PAPER_HEIGHT = 0.66;

// As wide as its place, or for paper as `width` says.
export async function draw(figure, width) {
  const text = textOf(figure);
  const Plotly = await plotly();
  const plot = figure.querySelector(".chart-plot");
  const styles = getComputedStyle(document.documentElement);
  const figured = themed(JSON.parse(text), styles);
  figured.layout.height = Math.round(figured.layout.height * (width ? PAPER_HEIGHT : 1));
  figured.layout.font = { ...figured.layout.font, family: styles.getPropertyValue("--font").trim() };
  const { data, layout } = fitted(figured, width ?? plot.clientWidth);
  layout.width = width;
  const config = { responsive: true, displayModeBar: false, locale: document.documentElement.lang };
  await Plotly.react(plot, data, layout, config);
  plot.classList.add("is-drawn");
  drawn.set(figure.dataset.chart, text);
}

export const isDrawn = (figure) => figure.querySelector(".is-drawn") !== null;
export const isStale = (figure) => drawn.get(figure.dataset.chart) !== textOf(figure);
