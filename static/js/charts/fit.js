// Long names of a category axis and long titles below a plot break into lines, and bars move apart where lines need the
// room.

const NARROW_PX = 420;
const WIDE_PX = 700;
const LINE_PX = 15;
const COLUMN_PX = 6.5;

// Where a line may end: after a space; in Japanese, which has none, after a mark, before a bracket, and where kana end
// and a word of kanji, katakana or letters begins.
const BREAKS = /(?<=\D )|(?<=[、・)])(?=[^\s、。・)])|(?<=\S)(?=\()|(?<=[ぁ-ん])(?=[ァ-ヶ一-龠A-Za-z])/;
const FULL_WIDTH = /[\u2e80-\uffef]/g;
const columns = (text) => text.length + (text.match(FULL_WIDTH)?.length ?? 0);

function wrapped(text, most) {
  const lines = [""];
  for (const word of String(text).split(BREAKS)) {
    const last = lines[lines.length - 1];
    if (last && columns(last) + columns(word.trimEnd()) > most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last + word;
    }
  }
  return lines.map((line) => line.trimEnd()).join("<br>");
}

// The figure with its names and the title below it wrapped for a plot as wide as this.
export function fitted(figure, width) {
  const axis = figure.layout.yaxis ?? {};
  const most = axis.type !== "category" ? 8 : width < NARROW_PX ? 16 : width < WIDE_PX ? 24 : 36;
  const title = figure.layout.xaxis?.title;
  if (title?.text) {
    title.text = wrapped(title.text, Math.floor(width / COLUMN_PX) - most);
  }
  if (axis.type === "category") {
    const names = [...new Set(figure.data.flatMap((trace) => (trace.yaxis ? [] : trace.y ?? [])))];
    axis.tickmode = "array";
    axis.tickvals = names;
    axis.ticktext = names.map((name) => wrapped(name, most));
    const lines = Math.max(1, ...axis.ticktext.map((text) => text.split("<br>").length));
    if (lines > 1) {
      figure.layout.height = Math.max(figure.layout.height, 90 + names.length * (lines * LINE_PX + 8));
    }
  }
  return figure;
}
