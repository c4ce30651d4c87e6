// The live page: an event stream, regions that load themselves anew when an event concerns them, and toasts.
//
// htmx's own extension (hx-sse) holds the stream: it reconnects with growing pauses, names the last event it saw, and
// gives the connection back while nobody sees the page. The strip of tasks at the foot carries it (hx-sse:connect); its
// events arrive there under their names. This page polls slowly whenever there is no stream.

import "./events.js";
import "./strip.js";
