// The racks: arrow keys go from machine to machine, M opens a machine's menu, dragging to another host asks for the move.
// Without this file every machine is a link, and its "⋯" leads to its operations. Listeners sit on the document, because
// the racks come anew while the lab's clock runs.

const REFRESH_MS = 10_000;
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 };
let current = "";
let dragged = null;
let opener = null;

const machines = () => [...document.querySelectorAll(".racks .vm > a:first-child")];

// One machine stands in the order of tabs; the arrows go on from there.
function rove() {
  const all = machines();
  const here = all.find((link) => link.parentElement.dataset.vm === current) ?? all[0];
  for (const link of all) {
    link.tabIndex = link === here ? 0 : -1;
  }
  document.querySelectorAll(".racks .vm-menu").forEach((menu) => {
    menu.tabIndex = -1;
  });
}

function go(link) {
  current = link.parentElement.dataset.vm;
  rove();
  link.focus();
}

const middle = (link) => {
  const box = link.parentElement.getBoundingClientRect();
  return box.left + box.width / 2;
};

// Up and down lead to the nearest machine of the next slab that has any.
function beside(link, step) {
  const slabs = [...document.querySelectorAll(".racks .slab")].filter((slab) => slab.querySelector(".vm"));
  const next = slabs[slabs.indexOf(link.closest(".slab")) + step];
  const links = next ? [...next.querySelectorAll(".vm > a:first-child")] : [];
  const from = middle(link);
  return links.sort((a, b) => Math.abs(middle(a) - from) - Math.abs(middle(b) - from))[0];
}

function target(link, key) {
  const all = machines();
  if (key === "Home" || key === "End") {
    return key === "Home" ? all[0] : all.at(-1);
  }
  if (key === "ArrowUp" || key === "ArrowDown") {
    return beside(link, STEPS[key]);
  }
  return all[all.indexOf(link) + STEPS[key]];
}

document.addEventListener("keydown", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".racks .vm > a:first-child") : null;
  if (!link || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key in STEPS) {
    event.preventDefault();
    const next = target(link, event.key);
    if (next) {
      go(next);
    }
  } else if (event.key.toLowerCase() === "m") {
    event.preventDefault();
    open(link.parentElement.querySelector(".vm-menu"), link);
  }
});

document.addEventListener("focusin", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".racks .vm > a:first-child") : null;
  if (link && link.parentElement.dataset.vm !== current) {
    current = link.parentElement.dataset.vm;
    rove();
  }
});

function menu() {
  let box = document.getElementById("machine-menu");
  if (!box) {
    box = document.createElement("div");
    box.id = "machine-menu";
    box.className = "machine-menu";
    box.popover = "auto";
    box.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && (document.activeElement === document.body || box.contains(document.activeElement))) {
        opener?.focus();
      }
    });
    document.body.append(box);
  }
  return box;
}

function place(box, at) {
  const from = at.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(12, Math.min(from.left, innerWidth - width - 12))}px`;
  box.style.top = `${from.bottom + height + 6 < innerHeight ? from.bottom + 2 : Math.max(12, from.top - height - 2)}px`;
}

async function open(link, from) {
  const answer = await fetch(link.dataset.menu, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) {
    location.href = link.href;
    return;
  }
  const box = menu();
  box.innerHTML = await answer.text();
  opener = from;
  box.showPopover();
  place(box, link);
  box.querySelector("a")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".vm-menu") : null;
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link, link.parentElement.querySelector("a"));
  }
});

function over(slab) {
  document.querySelectorAll(".slab.is-over").forEach((other) => other !== slab && other.classList.remove("is-over"));
  slab?.classList.add("is-over");
}

const slabAt = (event) => {
  const slab = event.target instanceof Element ? event.target.closest(".racks .slab[data-host]") : null;
  return slab && dragged && slab !== dragged.closest(".slab") ? slab : null;
};

document.addEventListener("dragstart", (event) => {
  dragged = event.target instanceof Element ? event.target.closest(".vm[data-vm]") : null;
  if (dragged) {
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.title);
    dragged.classList.add("is-dragged");
  }
});

document.addEventListener("dragover", (event) => {
  const slab = slabAt(event);
  over(slab);
  if (slab) {
    event.preventDefault();
  }
});

document.addEventListener("drop", (event) => {
  const slab = slabAt(event);
  if (slab) {
    event.preventDefault();
    const back = encodeURIComponent(location.pathname + location.search);
    location.href = `${slab.closest("[data-move]").dataset.move}?subject=${dragged.dataset.vm}&host=${slab.dataset.host}&next=${back}`;
  }
});

document.addEventListener("dragend", () => {
  over(null);
  dragged?.classList.remove("is-dragged");
  dragged = null;
});

// The load follows the lab's clock; while it stands nothing changes by itself.
setInterval(() => {
  const region = document.querySelector("[data-racks]");
  const speed = document.getElementById("lab-clock")?.dataset.speed;
  const busy = dragged !== null || region?.querySelector("details[open]");
  if (region && !document.hidden && !busy && speed !== "0") {
    window.htmx?.trigger(region, "refresh");
  }
}, REFRESH_MS);

document.addEventListener("htmx:after:swap", rove);
rove();
