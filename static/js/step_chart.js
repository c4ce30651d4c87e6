// The chart of a job's steps between two events: its line of now goes on, and the bar of the step in progress grows.

const LEAST_WIDTH = 0.004;
const percent = (share) => `${(share * 100).toFixed(3)}%`;

function moveChart(chart, now) {
  const [start, lasts, due] = ["start", "lasts", "due"].map((name) => Number(chart.dataset[name] ?? Number.NaN));
  const share = (at) => (lasts > 0 ? Math.min(Math.max((at - start) / lasts, 0), 1) : 0);
  for (const line of chart.querySelectorAll(".now")) {
    line.setAttribute("x1", percent(share(now)));
    line.setAttribute("x2", percent(share(now)));
  }
  for (const bar of chart.querySelectorAll(".is-growing")) {
    const end = share(Number.isNaN(due) ? now : Math.min(now, due));
    const begin = Number.parseFloat(bar.getAttribute("x")) / 100;
    bar.setAttribute("width", percent(Math.max(end - begin, LEAST_WIDTH)));
  }
}

// To a lab time, seconds since 1970.
export function moveCharts(now) {
  for (const chart of document.querySelectorAll(".gantt[data-start]")) {
    moveChart(chart, now);
  }
}
