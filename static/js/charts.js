// Draws the charts: each <figure data-chart> holds its Plotly figure as JSON. The library comes only when a chart is about to
// be seen, colours are the page's own tokens, and a changed figure is redrawn in place, so zoom and focus stay.

const NARROW_PX = 420;
const WIDE_PX = 700;
const LINE_PX = 15;
const drawn = new Map();
let library = null;

const assets = () => document.getElementById("plotly.js-style-global");

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function plotly() {
  library ??= (async () => {
    const { script, locale } = assets().dataset;
    await load(script);
    if (locale) {
      await load(locale);
    }
    return window.Plotly;
  })();
  return library;
}

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

// Where a line may end: after a space; in Japanese, which has none, after a particle or a mark and before a bracket.
const BREAKS = /(?<=\D )|(?<=[、・の)])(?=[^\s、。・)])|(?<=\S)(?=\()/;
const FULL_WIDTH = /[\u2e80-\uffef]/g;
const columns = (text) => text.length + (text.match(FULL_WIDTH)?.length ?? 0);

function wrapped(text, most) {
  const lines = [""];
  for (const word of String(text).split(BREAKS)) {
    const last = lines[lines.length - 1];
    if (last && columns(last) + columns(word.trimEnd()) > most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last + word;
    }
  }
  return lines.map((line) => line.trimEnd()).join("<br>");
}

// Long names break into lines, and bars move apart where lines need the room.
function fitted(figure, width) {
  const axis = figure.layout.yaxis ?? {};
  if (axis.type === "category") {
    const most = width < NARROW_PX ? 16 : width < WIDE_PX ? 24 : 36;
    const names = [...new Set(figure.data.flatMap((trace) => (trace.yaxis ? [] : trace.y ?? [])))];
    axis.tickmode = "array";
    axis.tickvals = names;
    axis.ticktext = names.map((name) => wrapped(name, most));
    const lines = Math.max(1, ...axis.ticktext.map((text) => text.split("<br>").length));
    if (lines > 1) {
      figure.layout.height = Math.max(figure.layout.height, 90 + names.length * (lines * LINE_PX + 8));
    }
  }
  return figure;
}

const textOf = (figure) => figure.querySelector("script[type='application/json']")?.textContent ?? "";

async function draw(figure) {
  const text = textOf(figure);
  const Plotly = await plotly();
  const plot = figure.querySelector(".chart-plot");
  const styles = getComputedStyle(document.documentElement);
  const made = fitted(themed(JSON.parse(text), styles), plot.clientWidth);
  made.layout.font = { ...made.layout.font, family: styles.getPropertyValue("--font").trim() };
  const config = { responsive: true, displayModeBar: false, locale: document.documentElement.lang };
  await Plotly.react(plot, made.data, made.layout, config);
  plot.classList.add("is-drawn");
  drawn.set(figure.dataset.chart, text);
}

// The file gets a title and a legend, which on the page are HTML.
async function savePng(figure, filename) {
  const Plotly = await plotly();
  const { data, layout, clientWidth } = figure.querySelector(".chart-plot");
  const title = { text: figure.querySelector("h3").textContent, x: 0.02, xanchor: "left" };
  const named = data.some((trace) => trace.name && trace.type !== "heatmap");
  const height = layout.height + 110;
  const drawing = { ...layout, title, height, showlegend: named && figure.querySelector(".chart-legend") !== null };
  drawing.margin = { ...layout.margin, t: 56 };
  drawing.paper_bgcolor = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
  await Plotly.downloadImage({ data, layout: drawing }, { format: "png", scale: 2, filename, height, width: clientWidth });
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      draw(target);
    }
  }
}, { rootMargin: "150px" });

function scan() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (!figure.querySelector(".is-drawn")) {
      seen.observe(figure);
    } else if (drawn.get(figure.dataset.chart) !== textOf(figure)) {
      draw(figure);
    }
  }
}

function redraw() {
  document.querySelectorAll("figure[data-chart]:has(.is-drawn)").forEach(draw);
}

// What is printed has to be drawn, also what nobody has scrolled to.
const drawAll = () => Promise.all([...document.querySelectorAll("figure[data-chart]:not(:has(.is-drawn))")].map(draw));

window.addEventListener("beforeprint", drawAll);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await drawAll();
    window.print();
  });
}

document.addEventListener("virtlab:theme", redraw);
document.addEventListener("htmx:after:swap", scan);
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-chart-png]") : null;
  if (button) {
    const figure = button.closest("figure");
    await draw(figure);
    await savePng(figure, button.dataset.chartPng);
  }
});

// After the first paint, so that reading can begin before drawing does.
requestAnimationFrame(() => setTimeout(scan));
