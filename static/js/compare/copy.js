// Copies a share link. Browsers let no script write the clipboard of a page without TLS: there the link is selected.

import { on } from "../dom.js";

on("click", "[data-copy]", async (button) => {
  const link = document.getElementById(button.getAttribute("aria-describedby"));
  const status = button.parentElement.querySelector("[role=status]");
  status.textContent = "";
  try {
    await navigator.clipboard.writeText(link.href);
    status.textContent = button.dataset.copy;
  } catch {
    getSelection().selectAllChildren(link);
    status.textContent = button.dataset.selected;
  }
});
