// What the event stream says, and what the page does while there is none.

import { on } from "../dom.js";
import { EVERYTHING, refresh } from "./regions.js";
import { toast } from "./toasts.js";

const POLL_MS = 10_000;
const SAFETY_MS = 60_000;
const STRIP = ".tasks";

// Since when there has been no stream, null while there is one. Set once, so that failing attempts do not put the
// polling off.
let downSince = Date.now();

function topicsOf(news) {
  const topics = new Set(news.things);
  const jobs = Object.keys(news.jobs);
  jobs.forEach((id) => topics.add(`job:${id}`));
  if (jobs.length > 0 || news.clock) {
    topics.add("jobs");
  }
  if (news.clock) {
    topics.add("clock");
  }
  if (news.things.length > 0) {
    topics.add("lab");
  }
  return topics;
}

on("news", STRIP, (strip, event) => {
  const news = JSON.parse(event.detail.data);
  refresh(topicsOf(news));
  // What ended before this page was made was told on the page before it.
  if (Number.parseInt(event.detail.id, 10) > Number(strip.dataset.made)) {
    toast(strip, news.jobs);
  }
});
on("reset", STRIP, () => refresh(EVERYTHING));

function showWhetherLive(strip) {
  strip.querySelector(".tasks-offline").hidden = downSince === null;
}

on("htmx:sse:after:connection", STRIP, (strip) => {
  downSince = null;
  showWhetherLive(strip);
});
for (const type of ["htmx:sse:before:connection", "htmx:sse:close"]) {
  on(type, STRIP, () => {
    downSince ??= Date.now();
  });
}

// Does nothing where the strip has a stream already, or one that the extension is trying to get back. It does not try
// again where the very first attempt failed, nor for a strip that has come anew.
function connect() {
  const strip = document.querySelector(STRIP);
  if (strip) {
    window.htmx?.trigger(strip, "connect");
  }
}

setInterval(() => {
  if (downSince !== null && !document.hidden && Date.now() - downSince > POLL_MS) {
    document.querySelectorAll(STRIP).forEach(showWhetherLive);
    refresh(EVERYTHING);
    connect();
  }
}, POLL_MS);
setInterval(() => document.hidden || refresh(new Set(["jobs"])), SAFETY_MS);
document.addEventListener("htmx:after:process", connect);
connect();
