// The assumptions' form: sliders mirror their number fields, a change asks the server once the hand rests, and what was
// refused is marked at its field. Without this file the form has a button and works the same.

const REST_MS = 150;
const form = document.getElementById("assumptions");
let timer = 0;

document.documentElement.classList.add("has-script");

function ask() {
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new CustomEvent("virtlab:asked", { bubbles: true })), REST_MS);
}

function mark(note) {
  const input = form?.elements.namedItem(note.dataset.noteFor);
  if (input) {
    input.toggleAttribute("aria-invalid", false);
    if (note.textContent.trim()) {
      input.setAttribute("aria-invalid", "true");
    }
  }
}

if (form) {
  form.querySelectorAll("[data-mirror]").forEach((slider) => {
    slider.hidden = false;
  });
  form.addEventListener("input", (event) => {
    const { target } = event;
    if (target.dataset.mirror) {
      document.getElementById(target.dataset.mirror).value = target.value;
    } else if (target.type === "number") {
      const slider = form.querySelector(`[data-mirror="${target.id}"]`);
      if (slider) {
        slider.value = target.value;
      }
    }
    ask();
  });
}

document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll("[data-note-for]").forEach(mark);
});

// Exports follow the assumptions: the page's address always says them.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-keep-query]") : null;
  if (link) {
    link.search = location.search;
  }
});
