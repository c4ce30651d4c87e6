// The verdict in a line, as long as the answer is out of sight: who changes an assumption far below sees what it does.

const HEADER_PX = 60;
const line = document.querySelector(".verdict");

const seen = new IntersectionObserver((entries) => {
  line.hidden = entries.at(-1).isIntersecting;
}, { rootMargin: `-${HEADER_PX}px 0px 0px` });

// The answer comes anew with every change, and once more with its range.
function follow() {
  const headline = document.querySelector(".answer-headline");
  seen.disconnect();
  line.hidden = !headline || line.hidden;
  if (headline) {
    line.dataset.side = headline.closest(".answer").dataset.side;
    line.querySelector("a").textContent = headline.textContent.trim();
    seen.observe(headline);
  }
}

if (line) {
  document.addEventListener("htmx:after:swap", follow);
  follow();
}
