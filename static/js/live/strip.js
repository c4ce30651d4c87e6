// Whether the strip of tasks is open is the reader's choice, also on the next page.

import { on, remember } from "../dom.js";

// A toggle event does not bubble, so it is caught on its way down.
on("toggle", "#tasks", (tasks) => remember("tasks", tasks.open ? "open" : "closed"), { capture: true });
