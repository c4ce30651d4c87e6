// What several modules need of the document. Listeners sit on it, because regions of a page come anew.

// The nearest element around where an event happened that the selector matches, or null: an event may happen on the
// document itself, which is no element.
export function closest(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

// Calls back with that element and the event, wherever in the document it happens.
export function on(type, selector, callback, options) {
  document.addEventListener(type, (event) => {
    const element = closest(event, selector);
    if (element) {
      callback(element, event);
    }
  }, options);
}

// A click that follows a link here, not in another tab or window.
export const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;

const YEAR_S = 31_536_000;

// Keeps a choice of the reader's for a year; the server reads it with the next page.
export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
