// Dragging a VM to another host asks for the move.

import { closest } from "../dom.js";

let dragged = null;

export const isDragging = () => dragged !== null;

function mark(slab) {
  for (const other of document.querySelectorAll(".slab.is-over")) {
    other.classList.toggle("is-over", other === slab);
  }
  slab?.classList.add("is-over");
}

// The host below the mouse, where the VM can go.
function target(event) {
  const slab = closest(event, ".racks .slab[data-host]");
  return slab && dragged && slab !== dragged.closest(".slab") ? slab : null;
}

document.addEventListener("dragstart", (event) => {
  dragged = closest(event, ".vm[data-vm]");
  if (dragged) {
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.title);
    dragged.classList.add("is-dragged");
  }
});

document.addEventListener("dragover", (event) => {
  const slab = target(event);
  mark(slab);
  if (slab) {
    event.preventDefault();
  }
});

document.addEventListener("drop", (event) => {
  const slab = target(event);
  if (slab) {
    event.preventDefault();
    const back = location.pathname + location.search;
    const query = new URLSearchParams({ subject: dragged.dataset.vm, host: slab.dataset.host, next: back });
    location.href = `${slab.closest("[data-move]").dataset.move}?${query}`;
  }
});

document.addEventListener("dragend", () => {
  mark(null);
  dragged?.classList.remove("is-dragged");
  dragged = null;
});
