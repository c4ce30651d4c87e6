// Prints the style rules that plotly.js puts into the page while it loads.
// A strict Content-Security-Policy forbids it to do so itself, therefore the pages link them as a file.
// No browser is needed: the script runs against a document that only remembers what was inserted.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const rules = [];
const sheet = { insertRule: (rule) => rules.unshift(rule) };

function element() {
  return new Proxy(function () {}, {
    get: (_target, name) => {
      if (name === "sheet") return sheet;
      if (name === Symbol.toPrimitive) return () => "";
      if (name === "matches") return () => false;
      return element();
    },
    set: () => true,
    apply: element,
    construct: element,
  });
}

const document = new Proxy({}, { get: (_target, name) => (name === "getElementById" ? () => null : element()) });
const page = { document, navigator: { userAgent: "node" }, location: {}, performance, setTimeout, clearTimeout };
for (const name of ["Blob", "DOMParser", "XMLSerializer", "Image"]) page[name] = class {};
page.URL = { createObjectURL: () => "" };
page.requestAnimationFrame = () => 0;
page.window = page.self = page;

runInNewContext(readFileSync(process.argv[2], "utf8"), page);
if (page.Plotly === undefined || rules.length === 0) {
  throw new Error("plotly.js loaded without style rules: has its way of adding them changed?");
}
process.stdout.write(rules.join("\n") + "\n");
