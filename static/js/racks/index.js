// The racks, by keyboard, by menu and by mouse. Without these files every VM is a link, and its "⋯" leads to its
// operations.

import "./drag.js";
import "./keyboard.js";
import "./refresh.js";
