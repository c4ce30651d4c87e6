// The assumptions' form: sliders mirror their number fields, a change asks the server once the hand rests, and what was
// refused is marked at its field. Without this file the form has a button and works the same.

import { on } from "../dom.js";
import "./copy.js";
import "./find.js";
import "./verdict.js";

const REST_MS = 150;
const FORM = "#assumptions";
let timer = 0;

document.documentElement.classList.add("has-script");
// Where there is no room beside it, the answer comes first: who wants the assumptions unfolds them.
if (matchMedia("(max-width: 1099px)").matches) {
  document.querySelector(`${FORM} > .fold`)?.removeAttribute("open");
}

function ask(form) {
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new CustomEvent("virtlab:asked", { bubbles: true })), REST_MS);
}

function mirror(form, field) {
  if (field.dataset.mirror) {
    document.getElementById(field.dataset.mirror).value = field.value;
    return;
  }
  const slider = field.type === "number" && form.querySelector(`[data-mirror="${field.id}"]`);
  if (slider && field.value) {
    slider.value = field.value;
  }
}

// What differs from the default is the reader's own; an empty field is not in force.
function own({ value, parentElement }) {
  const field = parentElement.closest("[data-default]");
  if (value) {
    field?.toggleAttribute("data-yours", Number(value) !== Number(field.dataset.default));
  }
}

function mark(note) {
  const input = document.querySelector(FORM)?.elements.namedItem(note.dataset.noteFor);
  if (note.textContent.trim()) {
    input?.setAttribute("aria-invalid", "true");
  } else {
    input?.removeAttribute("aria-invalid");
  }
}

function showSliders() {
  for (const slider of document.querySelectorAll(`${FORM} [data-mirror]`)) {
    slider.hidden = false;
  }
}

on("input", FORM, (form, event) => {
  if (event.target.matches("[name], [data-mirror]")) {
    mirror(form, event.target);
    own(event.target);
    ask(form);
  }
});
document.addEventListener("htmx:after:swap", () => {
  showSliders();
  document.querySelectorAll("[data-note-for]").forEach(mark);
});
// Exports follow the assumptions: the page's address always says them.
on("click", "a[data-keep-query]", (link) => {
  link.search = location.search;
});

// The range and the charts arrive above the place that the address names: it stays in sight until the reader moves.
const MOVES = ["wheel", "touchstart", "pointerdown", "mousedown", "keydown"];

function hold(place) {
  if (place) {
    const grown = new ResizeObserver(() => place.scrollIntoView({ behavior: "instant" }));
    grown.observe(document.querySelector("main"));
    MOVES.forEach((type) => addEventListener(type, () => grown.disconnect(), { once: true, passive: true }));
  }
}
const named = (hash) => hash && document.getElementById(decodeURIComponent(hash.slice(1)));
on("click", "a[href^='#']", (link) => hold(named(link.hash)));
hold(named(location.hash));
showSliders();
