// The place to drop a file. Without this file the input alone does the same.

function show(form, text, bad) {
  const line = form.querySelector("[data-chosen]");
  line.textContent = text;
  line.classList.toggle("is-bad", bad);
}

function check(form) {
  const file = form.querySelector("input[type=file]").files[0];
  const tooBig = Boolean(file) && file.size > Number(form.dataset.limit);
  show(form, tooBig ? form.dataset.tooBig : (file?.name ?? ""), tooBig);
  form.querySelector("[data-send]").disabled = tooBig;
  return !tooBig;
}

for (const form of document.querySelectorAll("[data-import]")) {
  const zone = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const over = (event, on) => {
    event.preventDefault();
    zone.classList.toggle("is-over", on);
  };
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length > 0) {
      input.files = event.dataTransfer.files;
      check(form);
    }
  });
  input.addEventListener("change", () => check(form));
  form.addEventListener("submit", (event) => {
    if (!check(form)) {
      event.preventDefault();
      return;
    }
    const send = form.querySelector("[data-send]");
    send.textContent = send.dataset.sending;
    send.disabled = true;
  });
}

// Coming back with the browser's Back button finds the form usable.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-import]")) {
    const send = form.querySelector("[data-send]");
    send.dataset.label ??= send.textContent;
    send.textContent = send.dataset.label;
    send.disabled = false;
  }
});
