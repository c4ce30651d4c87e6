// Where an opened box goes: below its opener, above it where there is no room below, and always inside the window. Style
// sheets say the same (position-area, components.css); this is for browsers that do not know that.

const EDGE_PX = 12;
const ROOM_PX = 6;
const ANCHORS = CSS.supports("position-area", "bottom");

function place(box, opener) {
  const from = opener.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = from.bottom + height + ROOM_PX < innerHeight;
  const top = below ? from.bottom + ROOM_PX : Math.max(EDGE_PX, from.top - height - ROOM_PX);
  box.style.left = `${Math.max(EDGE_PX, Math.min(from.left, innerWidth - width - EDGE_PX))}px`;
  box.style.top = `${top}px`;
}

// Places an open popover, and again whenever something scrolls, until it closes.
export function follow(box, opener) {
  if (ANCHORS) {
    return;
  }
  const scrolled = () => {
    if (box.matches(":popover-open")) {
      place(box, opener);
    } else {
      document.removeEventListener("scroll", scrolled, { capture: true });
    }
  };
  place(box, opener);
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
}
