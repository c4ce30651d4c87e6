// Whether the strip of tasks is open is the reader's choice, also on the next page.

import { on, remember } from "../dom.js";

// At the reader's press, not at the toggle: a page that opens the strip by itself toggles it, too.
on("click", "#tasks > summary", ({ parentElement }) => remember("tasks", parentElement.open ? "closed" : "open"));
