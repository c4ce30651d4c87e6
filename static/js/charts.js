// Draws the charts: each <figure data-chart> holds its Plotly figure as JSON. The library comes only when a chart is about to
// be seen, colours are the page's own tokens, and a changed figure is redrawn in place, so zoom and focus stay.

const NARROW_PX = 420;
const STACKED_PX = 900;
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

function wrapped(text, most) {
  const lines = [""];
  for (const word of String(text).split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length + 1 > most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
  }
  return lines.join("<br>");
}

// On a narrow screen long names break into lines, so that the bars keep their room.
function fitted(figure, width) {
  const axis = figure.layout.yaxis ?? {};
  if (axis.type === "category") {
    const most = width < NARROW_PX ? 14 : width < 700 ? 24 : 34;
    const names = [...new Set(figure.data.flatMap((trace) => trace.y ?? []))];
    axis.tickmode = "array";
    axis.tickvals = names;
    axis.ticktext = names.map((name) => wrapped(name, most));
  }
  const { legend, legend2 } = figure.layout;
  if (legend2 && width < STACKED_PX) {
    const rows = width < NARROW_PX ? 3 : 2;
    legend2.y = legend.y + (legend2.y - legend.y) * (rows + 0.3);
    figure.layout.height += 40 * rows;
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

document.addEventListener("virtlab:theme", redraw);
document.addEventListener("htmx:after:swap", scan);
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-chart-png]") : null;
  if (button) {
    const figure = button.closest("figure");
    await draw(figure);
    (await plotly()).downloadImage(figure.querySelector(".chart-plot"), {
      format: "png",
      scale: 2,
      filename: button.dataset.chartPng,
    });
  }
});

// After the first paint, so that reading can begin before drawing does.
requestAnimationFrame(() => setTimeout(scan));
