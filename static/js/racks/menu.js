// A VM's menu: what can be done with it, fetched when it is asked for.

import { isPlain, on } from "../dom.js";
import { follow } from "../place.js";

let opener = null;

function menu() {
  return document.getElementById("vm-actions") ?? makeMenu();
}

function makeMenu() {
  const box = document.createElement("div");
  box.id = "vm-actions";
  box.className = "actions";
  box.popover = "auto";
  box.addEventListener("toggle", (event) => {
    const focused = document.activeElement;
    if (event.newState === "closed" && (focused === document.body || box.contains(focused))) {
      opener?.focus();
    }
  });
  document.body.append(box);
  return box;
}

// `link` is the VM's "⋯"; the focus goes back to `from` when the menu closes.
export async function open(link, from) {
  const answer = await fetch(link.dataset.menu, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) {
    location.href = link.href;
    return;
  }
  const box = menu();
  box.innerHTML = await answer.text();
  opener = from;
  box.showPopover({ source: link });
  follow(box, link);
  box.querySelector("a")?.focus();
}

on("click", ".vm-menu", (link, event) => {
  if (isPlain(event)) {
    event.preventDefault();
    open(link, link.parentElement.querySelector("a"));
  }
});
