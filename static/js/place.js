// Where an opened box goes: below its opener, above it where there is no room below, and always inside the window.

const EDGE_PX = 12;
const ROOM_PX = 6;

export function place(box, opener, gap = ROOM_PX) {
  const from = opener.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = from.bottom + height + ROOM_PX < innerHeight;
  const top = below ? from.bottom + gap : Math.max(EDGE_PX, from.top - height - gap);
  box.style.left = `${Math.max(EDGE_PX, Math.min(from.left, innerWidth - width - EDGE_PX))}px`;
  box.style.top = `${top}px`;
}
