// The place to drop a file. Without this file the input alone does the same.

import { on } from "./dom.js";

const FORM = "[data-import]";
const ZONE = `${FORM} [data-drop]`;

const inputOf = (form) => form.querySelector("input[type=file]");
const buttonOf = (form) => form.querySelector("[data-send]");

// Shows the chosen files and says whether they may be sent.
function check(form) {
  const files = [...inputOf(form).files];
  const isTooBig = files.reduce((size, file) => size + file.size, 0) > Number(form.dataset.limit);
  const line = form.querySelector("[data-chosen]");
  line.textContent = isTooBig ? form.dataset.tooBig : files.map((file) => file.name).join(", ");
  line.classList.toggle("is-bad", isTooBig);
  buttonOf(form).disabled = isTooBig;
  return !isTooBig;
}

function mark(isOver) {
  return (zone, event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", isOver);
  };
}

on("dragover", ZONE, mark(true));
on("dragleave", ZONE, mark(false));
on("drop", ZONE, (zone, event) => {
  mark(false)(zone, event);
  if (event.dataTransfer.files.length > 0) {
    const form = zone.closest(FORM);
    inputOf(form).files = event.dataTransfer.files;
    check(form);
  }
});
on("change", `${FORM} input[type=file]`, (input) => check(input.form));

on("submit", FORM, (form, event) => {
  if (!check(form)) {
    event.preventDefault();
    return;
  }
  const button = buttonOf(form);
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.sending;
  button.disabled = true;
});

// Coming back with the browser's Back button finds the form usable.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll(`${FORM} [data-send]`)) {
    button.textContent = button.dataset.label ?? button.textContent;
    button.disabled = false;
  }
});
