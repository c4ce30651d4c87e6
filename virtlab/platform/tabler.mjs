// Prints what our pages use of Tabler's style sheet, in a cascade layer, so that a rule of ours wins without a fight.
// All elements, but only these classes: a page that needs another one names it here, and `make` builds the sheet anew.
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const CLASSES = ["btn", "btn-primary", "btn-sm", "btn-lg", "table", "visually-hidden"];
CLASSES.push("form-control", "form-select", "form-check-input");
// Attributes of Bootstrap's scripts and of a calendar, neither of which is on our pages.
const UNUSED = /^data-(bs|vc)/;

function extract(css) {
  const words = css.match(/[\w-]+/g);
  const attributes = words.filter((word) => !UNUSED.test(word));
  return { classes: CLASSES, tags: words, ids: [], undetermined: [], attributes: { names: attributes, values: words } };
}

const css = readFileSync(process.argv[2], "utf8").replace('@charset "UTF-8";', "");
const [sheet] = await new PurgeCSS().purge({
  css: [{ raw: css.replace(/\/\*# sourceMappingURL=.*?\*\/\s*$/, "") }],
  content: [{ raw: css, extension: "css" }],
  defaultExtractor: extract,
  variables: true,
  keyframes: true,
  fontFace: true,
});
const [, licence, rules] = sheet.css.trim().match(/^(\/\*!.*?\*\/)?(.*)$/s);
process.stdout.write(`@charset "UTF-8";${licence ?? ""}@layer tabler{${rules.trim()}}\n`);
