// What every page's frame does: the colour switch, dialogs, notices that close, boxes that open beside their button,
// fields that act at once, and what a file's input has chosen.

import { on, remember } from "./dom.js";
import { follow } from "./place.js";

const THEMES = ["auto", "light", "dark"];
const root = document.documentElement;

function tellTheme() {
  document.dispatchEvent(new CustomEvent("virtlab:theme", { detail: root.dataset.theme }));
}

on("click", "[data-theme-switch]", (_button, event) => {
  event.preventDefault();
  root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  remember("theme", root.dataset.theme);
  tellTheme();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (root.dataset.theme === "auto") {
    tellTheme();
  }
});

on("click", "[data-dismiss]", (button) => button.closest("li, .notice")?.remove());
on("click", "[data-dialog]", (opener) => document.getElementById(opener.dataset.dialog)?.showModal());
on("click", "[data-dialog-close]", (button) => button.closest("dialog")?.close());
// Its own box is covered by what is in it: a click that reaches the dialog itself was beside it.
on("click", "dialog", (dialog, event) => event.target === dialog && dialog.close());

// A selection that acts at once, such as a list's filter: the form has a button too, for when this file did not load.
on("change", "[data-submit-on-change]", (field) => field.form?.requestSubmit());

// A file's input is covered by words in the page's language: they say what it holds.
root.classList.add("has-frame");
on("change", ".file-pick input", (input) => {
  const line = input.closest(".file-pick").querySelector(".file-chosen");
  if (line) {
    line.dataset.none ??= line.textContent;
    line.textContent = [...input.files].map((file) => file.name).join(", ") || line.dataset.none;
  }
});

// What a reader changed before htmx listened, or what the browser filled in again, would go unseen until the next change.
const isChanged = (field) =>
  field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : field.options
      ? [...field.options].some((option) => option.defaultSelected && !option.selected)
      : "defaultValue" in field && field.value !== field.defaultValue;
on("htmx:after:init", "form[hx-trigger*='change']", (form, event) => {
  if (event.target === form && [...form.elements].some(isChanged)) {
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// The link to another page of a list goes with the page that it leaves: reading goes on at the top of the new one.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.sourceElement?.closest?.(".pager")) {
    const table = document.querySelector("#list .table-wrap");
    table?.focus({ preventScroll: true });
    table?.scrollIntoView();
  }
});

// A popover's toggle event does not bubble, so it is caught on its way down.
const openerOf = (box) => document.querySelector(`[popovertarget="${box.id}"]`);
on("toggle", ".tip, .actions", (box, event) => {
  if (event.target === box && event.newState === "open" && openerOf(box)) {
    follow(box, openerOf(box));
  }
}, { capture: true });

// The keyboard leads out of an open box: it does not stay over what comes next.
document.addEventListener("focusin", (event) => {
  for (const box of document.querySelectorAll(":popover-open")) {
    if (!box.contains(event.target) && event.target !== openerOf(box)) {
      box.hidePopover();
    }
  }
});
