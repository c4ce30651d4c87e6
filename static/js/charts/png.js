// Saves a chart as a picture. The file gets a title and a legend, which on the page are HTML.

import { plotly } from "./plotly.js";

export async function savePng(figure, filename) {
  const Plotly = await plotly();
  const { data, layout, clientWidth } = figure.querySelector(".chart-plot");
  const title = { text: figure.querySelector("h3").textContent, x: 0.02, xanchor: "left" };
  const named = data.some((trace) => trace.name && trace.type !== "heatmap");
  const height = layout.height + 110;
  const drawing = { ...layout, title, height, showlegend: named && figure.querySelector(".chart-legend") !== null };
  drawing.margin = { ...layout.margin, t: 56 };
  drawing.paper_bgcolor = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
  const file = { format: "png", scale: 2, filename, height, width: clientWidth };
  await Plotly.downloadImage({ data, layout: drawing }, file);
}
