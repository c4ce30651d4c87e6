// Finds assumptions by words of their name, unit, group or choices: the others are out of sight as long as words stand
// there. Enter goes to the first that matches, Escape brings all back.

import { on } from "../dom.js";

const FIND = "[data-find]";
// In Japanese a word is written with and without the long mark at its end.
const plain = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ー", "");

// What the reader had open before anything was looked for.
let wasOpen = null;

function textOf(field) {
  const group = field.closest("fieldset")?.querySelector("legend");
  const parts = [group, ...field.querySelectorAll("label, option")];
  return plain(parts.map((part) => part?.textContent ?? "").join(" "));
}

function say(status, count) {
  const { none, one, many } = status.dataset;
  status.textContent = count === 0 ? none : count === 1 ? one : many.replace("{n}", String(count));
}

function find(search) {
  const form = search.form;
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  const fields = [...form.querySelectorAll(".field:not(.find)")];
  for (const field of fields) {
    const text = words.length ? textOf(field) : "";
    field.hidden = !words.every((word) => text.includes(word));
  }
  const matches = fields.filter((field) => !field.hidden);
  for (const part of form.querySelectorAll(".more, .more fieldset")) {
    part.hidden = !matches.some((field) => part.contains(field));
  }
  const more = form.querySelector(".more");
  wasOpen = words.length ? (wasOpen ?? more.open) : wasOpen;
  more.open = words.length > 0 || (wasOpen ?? more.open);
  wasOpen = words.length ? wasOpen : null;
  const status = document.getElementById(search.getAttribute("aria-describedby"));
  if (words.length) {
    say(status, matches.length);
  } else {
    status.textContent = "";
  }
}

on("input", FIND, find);
on("keydown", FIND, (search, event) => {
  if (event.isComposing) {
    return;
  }
  if (event.key === "Enter") {
    event.preventDefault();
    const first = search.form.querySelector(".field:not(.find):not([hidden])");
    first?.querySelector("input:not([hidden]), select")?.focus();
  } else if (event.key === "Escape" && search.value) {
    event.preventDefault();
    search.value = "";
    find(search);
  }
});

for (const search of document.querySelectorAll(FIND)) {
  search.closest("[hidden]").hidden = false;
  if (search.value) {
    find(search); // as the browser filled it in again
  }
}
