// Selecting rows of a list: all on the page at once, and how many are selected, said aloud. Without this script the
// check boxes and buttons work all the same.

import { on } from "./dom.js";

const BOX = 'input[name="subject"][form="bulk"]';
const boxes = () => [...document.querySelectorAll(BOX)];

function show() {
  const bar = document.getElementById("bulk");
  if (!bar) {
    return;
  }
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  const whole = bar.querySelector("[data-select-all]");
  whole.checked = count > 0 && count === all.length;
  whole.indeterminate = count > 0 && count < all.length;
  const number = count.toLocaleString(document.documentElement.lang);
  bar.querySelector("[data-selected]").textContent = count ? bar.dataset.some.replace("#", number) : bar.dataset.none;
  for (const button of bar.querySelectorAll("button[type=submit]")) {
    button.disabled = count === 0;
  }
}

on("change", "[data-select-all]", (whole) => {
  for (const box of boxes()) {
    box.checked = whole.checked;
  }
  show();
});
on("change", BOX, show);
document.addEventListener("htmx:after:swap", show);
window.addEventListener("pageshow", show);
show();
