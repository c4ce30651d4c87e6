// What moves with the lab's clock between two events: the clock itself, bars, the chart of a job's steps, what goes on in
// a step, and the time left. All of it is a function of the clock's line (real moment, lab moment, speed) and of the plan
// in the data attributes.

import { moveCharts } from "./step_chart.js";

const FRAME_MS = 250;
const MIB_PER_GIB = 1024;
const HOURS_AS_DAYS = 48;
const DAYS = { style: "unit", unit: "day", unitDisplay: "short" };

// The server's time may differ from this machine's.
const shown = document.getElementById("lab-clock");
const ahead = shown ? Number(shown.dataset.now) - (performance.timeOrigin + performance.now()) / 1000 : 0;

function labTime(clock) {
  const now = Date.now() / 1000 + ahead;
  return Number(clock.dataset.lab) + (now - Number(clock.dataset.real)) * Number(clock.dataset.speed);
}

function span(seconds) {
  const whole = Math.round(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  if (hours >= HOURS_AS_DAYS) {
    return new Intl.NumberFormat(document.documentElement.lang, DAYS).format(Math.round(hours / 24));
  }
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

const DATE = { weekday: "short", month: "short", day: "numeric" };
const TIME = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const formats = new Map();
function formatsOf(zone) {
  if (!formats.has(zone)) {
    const made = [DATE, TIME].map((options) => (
      new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: zone })
    ));
    formats.set(zone, made);
  }
  return formats.get(zone);
}

const GIB = new Intl.NumberFormat(document.documentElement.lang, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
function gib(amount) {
  return GIB.format(amount);
}

function write(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

function writeTime(clock, now) {
  const [day, hour] = formatsOf(clock.dataset.zone).map((format) => format.format(now * 1000));
  write(clock.querySelector(".clock-date"), day);
  write(clock.querySelector(".clock-hour"), hour);
}

// What was shown stays shown: news of a slower rate comes a moment late, and the bar waits there until it is true.
const reached = new Map();
function atLeast(what, run, value) {
  const key = `${what} ${run}`;
  reached.set(key, Math.max(value, reached.get(key) ?? 0));
  return reached.get(key);
}

function move(now) {
  for (const bar of document.querySelectorAll("progress[data-due]")) {
    const [since, due, from, to] = ["since", "due", "from", "to"].map((name) => Number(bar.dataset[name]));
    const part = due > since ? Math.min(Math.max((now - since) / (due - since), 0), 1) : 0;
    bar.value = atLeast("bar", bar.dataset.run, from + (to - from) * part) * bar.max;
  }
  for (const flow of document.querySelectorAll("[data-moved]")) {
    const [moved, total, rate, since] = ["moved", "total", "rate", "since"].map((name) => Number(flow.dataset[name]));
    const amount = Math.min(moved + (Math.max(now - since, 0) * rate) / MIB_PER_GIB, total);
    const shown = atLeast("flow", flow.dataset.run, amount);
    write(flow, flow.dataset.text.replace("{moved}", gib(shown)).replace("{total}", gib(total)));
  }
  for (const left of document.querySelectorAll("[data-left]")) {
    write(left, left.dataset.left.replace("{time}", span(Math.max(Number(left.dataset.end) - now, 0))));
  }
  for (const doing of document.querySelectorAll("[data-phases]")) {
    const begun = JSON.parse(doing.dataset.phases).filter(([from]) => from <= now);
    if (begun.length > 0) {
      write(doing, begun.at(-1)[1]);
    }
  }
}

function tick() {
  const clock = document.getElementById("lab-clock");
  if (clock && !document.hidden) {
    const now = labTime(clock);
    writeTime(clock, now);
    move(now);
    moveCharts(now);
  }
}

if (shown) {
  tick();
  setInterval(tick, FRAME_MS);
  document.addEventListener("visibilitychange", tick);
  // What was loaded anew is a moment old, and would step back until the next tick.
  document.addEventListener("htmx:after:swap", tick);
}
