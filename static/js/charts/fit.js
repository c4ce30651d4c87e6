// Long names of a category axis and long titles below a plot break into lines, bars move apart where lines need the
// room, and an axis reaches far enough for what is written beside its bars.

const NARROW_PX = 420;
const WIDE_PX = 700;
const PAPER_PX = 800;
const LINE_PX = 18; // of theme.FONT_PX
const COLUMN_PX = 7.6;

// Where a line may end: after a space; in Japanese, which has none, after a mark, before a bracket, and where kana end
// and a word of kanji, katakana or letters begins.
const BREAKS = /(?<=\D )|(?<=[、・)])(?=[^\s、。・)])|(?<=\S)(?=\()|(?<=[ぁ-ん])(?=[ァ-ヶ一-龠A-Za-z])/;
const FULL_WIDTH = /[\u2e80-\uffef]/g;
const columns = (text) => text.length + (text.match(FULL_WIDTH)?.length ?? 0);
const linesOf = (text) => String(text).split("<br>");
const countLines = (text) => linesOf(text).length;

// Pixels that the longest line of a text takes in the chart's own font.
let pen = null;
const widthOf = (text) => Math.max(...linesOf(text).map((line) => pen.measureText(line).width));

function write(font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${font.size}px ${font.family}`;
}

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

// What a plot of labelled bars has beside it at the least, besides names: its own margins, and a gap before a name.
const BESIDE_PX = 60;

// Labels that start at a place on the axis reach this many pixels below (xanchor right) or above it.
const GAP_PX = 5;

function withRoom(axis, labels, plotPx) {
  let [low, high] = axis.range;
  for (let turn = 0; turn < 4; turn += 1) {
    const unit = (high - low) / plotPx;
    for (const { x, xanchor, text } of labels) {
      const reach = (widthOf(text) + 2 * GAP_PX) * unit;
      low = xanchor === "right" ? Math.min(low, x - reach) : low;
      high = xanchor === "left" ? Math.max(high, x + reach) : high;
    }
  }
  axis.range = [low, high];
}

// No room beside the bars: names stand above them, and what is written at their ends goes down with them.
const BAR_PX = 36; // two lines
const LABEL_COLUMNS = { above: 14, beside: 22 };

const mostLines = (texts) => Math.max(1, ...texts.map(countLines));

// Names as annotations: tick labels inside a plot hide the figures of its other axis.
function namesAbove({ data, layout }, labels, names, width) {
  const texts = names.map((name) => wrapped(name, Math.floor(width / COLUMN_PX) - 8));
  const barPx = Math.max(BAR_PX, LINE_PX * mostLines(labels.map(({ text }) => text)));
  const rowPx = barPx + 16 + LINE_PX * mostLines(texts);
  layout.height = 90 + names.length * rowPx;
  layout.yaxis.showticklabels = false;
  for (const trace of data) {
    Object.assign(trace, { offset: 0.5 - barPx / rowPx, width: barPx / rowPx });
  }
  for (const label of labels) {
    label.yshift = (barPx - rowPx) / 2;
  }
  const place = { xref: "paper", x: 0, xanchor: "left", yanchor: "bottom", yshift: barPx - rowPx / 2 };
  layout.annotations.push(...names.map((y, row) => ({ ...place, y, text: texts[row], align: "left", showarrow: false })));
}

// Beside long names of hosts a heat map is so narrow that both ends of its key need all of its width.
const KEY_WIDE = [0, 0.9];

// The figure with its names, its labels and the title below it wrapped for a plot as wide as this.
export function fitted(figure, width) {
  write(figure.layout.font);
  const axis = figure.layout.yaxis ?? {};
  const most = axis.type !== "category" ? 8 : width < NARROW_PX ? 16 : width < WIDE_PX ? 24 : width < PAPER_PX ? 36 : 48;
  const title = figure.layout.xaxis?.title;
  if (title?.text) {
    title.text = wrapped(title.text, Math.floor(width / COLUMN_PX) - most);
  }
  if (axis.type === "category") {
    const names = [...new Set(figure.data.flatMap((trace) => (trace.yaxis ? [] : trace.y ?? [])))];
    axis.tickmode = "array";
    axis.tickvals = names;
    const labels = (figure.layout.annotations ?? []).filter((label) => names.includes(label.y));
    const above = labels.length > 0 && width < NARROW_PX;
    for (const label of labels) {
      label.text = wrapped(label.text, above ? LABEL_COLUMNS.above : LABEL_COLUMNS.beside);
    }
    axis.ticktext = names.map((name) => wrapped(name, most));
    if (figure.layout.xaxis2 && width < NARROW_PX) {
      figure.layout.xaxis2.domain = KEY_WIDE;
    }
    if (above) {
      namesAbove(figure, labels, names, width);
    }
    if (labels.length) {
      withRoom(figure.layout.xaxis, labels, width - (above ? 0 : Math.max(...axis.ticktext.map(widthOf))) - BESIDE_PX);
    }
    const lines = mostLines([...axis.ticktext, ...labels.map(({ text }) => text)]);
    if (lines > 1 && !above) {
      figure.layout.height = Math.max(figure.layout.height, 90 + names.length * (lines * LINE_PX + 8));
    }
  }
  return figure;
}
