// Selecting rows of a list: all on the page at once, and how many are selected, said aloud. Without this script the
// check boxes and buttons work all the same. Listens on the document, since htmx exchanges the list.

const boxes = () => [...document.querySelectorAll('input[name="subject"][form="bulk"]')];

function show() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  const whole = bar.querySelector("[data-select-all]");
  whole.checked = count > 0 && count === all.length;
  whole.indeterminate = count > 0 && count < all.length;
  bar.querySelector("[data-selected]").textContent =
    count ? bar.dataset.some.replace("#", count.toLocaleString(document.documentElement.lang)) : bar.dataset.none;
  for (const button of bar.querySelectorAll("button[type=submit]")) button.disabled = count === 0;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches('[data-select-all], input[name="subject"][form="bulk"]')) show();
});
document.addEventListener("htmx:after:swap", show);
window.addEventListener("pageshow", show);
show();
