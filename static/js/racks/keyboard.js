// Arrow keys go from VM to VM, Home and End to the first and the last; M opens a VM's menu.

import { on } from "../dom.js";
import { open } from "./menu.js";

const NAMES = ".racks .vm > a:first-child";
let current = "";

const all = (selector, around = document) => [...around.querySelectorAll(selector)];

// One VM stands in the order of tabs; the arrows go on from there.
function rove() {
  const links = all(NAMES);
  const here = links.find((link) => link.parentElement.dataset.vm === current) ?? links[0];
  for (const link of links) {
    link.tabIndex = link === here ? 0 : -1;
  }
  for (const menu of all(".racks .vm-menu")) {
    menu.tabIndex = -1;
  }
}

function stay(link) {
  current = link.parentElement.dataset.vm;
  rove();
}

const sideways = (step) => (link) => {
  const links = all(NAMES);
  return links[links.indexOf(link) + step];
};

const middle = (link) => {
  const box = link.parentElement.getBoundingClientRect();
  return box.left + box.width / 2;
};

// Up and down lead to the nearest VM of the next slab that has any.
const vertically = (step) => (link) => {
  const slabs = all(".racks .slab").filter((slab) => slab.querySelector(".vm"));
  const next = slabs[slabs.indexOf(link.closest(".slab")) + step];
  const from = middle(link);
  const away = (other) => Math.abs(middle(other) - from);
  return next && all(".vm > a:first-child", next).sort((a, b) => away(a) - away(b))[0];
};

const TARGETS = {
  ArrowRight: sideways(1),
  ArrowLeft: sideways(-1),
  ArrowDown: vertically(1),
  ArrowUp: vertically(-1),
  Home: () => all(NAMES)[0],
  End: () => all(NAMES).at(-1),
};

on("keydown", NAMES, (link, event) => {
  const isMenu = event.key.toLowerCase() === "m";
  if (event.ctrlKey || event.metaKey || event.altKey || !(isMenu || event.key in TARGETS)) {
    return;
  }
  event.preventDefault();
  if (isMenu) {
    open(link.parentElement.querySelector(".vm-menu"), link);
    return;
  }
  const next = TARGETS[event.key](link);
  if (next) {
    stay(next);
    next.focus();
  }
});

on("focusin", NAMES, (link) => {
  if (link.parentElement.dataset.vm !== current) {
    stay(link);
  }
});

document.addEventListener("htmx:after:swap", rove);
rove();
