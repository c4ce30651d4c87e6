"""Text with separated values in whatever encoding, separator and country's habit it was saved."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from hosts.inventory.files.tables import Row, Table, checked_header
from hosts.inventory.refusals import UnreadableFileError

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = ",;\t|"
MAX_ROWS = 300_000
ANY_ROWS = 2**62  # of a file that was read already
MAX_CELL = 16 * 1024 * 1024  # characters; notes may be long, and cells that are used are cut
SAMPLE = 200_000
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
QUOTED = re.compile(r'"[^"]*"')
# Shift_JIS: kana and the common kanji have a lead byte of 81–9F and mostly a trail byte above 7F; a Western text saved
# as cp1252 has single bytes of C0–FF between ASCII letters, which Shift_JIS would read as rare kanji.
JAPANESE = re.compile(rb"[\x81-\x9f][\x80-\xfc]|[\x82\x83][\x40-\x7e]|[\xa1-\xdf]{3,}|[\xe0-\xea][\x80-\xfc]{3,}")
HIGH = re.compile(rb"[\x80-\xff]+")
BELOW_A1, ABOVE_DF = re.compile(rb"[\x80-\x8d\x90-\xa0]"), re.compile(rb"[\xe0-\xfe]")
WESTERN = re.compile(rb"(?<![\x80-\xff])[\x80\x91-\x97\xc0-\xff](?![\x80-\xff])")


def encoding_of(content: bytes) -> str:
    """The encoding: by its byte order mark, else UTF-8, UTF-16, EUC-JP, Shift_JIS (cp932) or Western (cp1252).

    Raises UnreadableFileError where it is none of these or holds bytes that no text has.
    """
    encoding = next((name for bom, name in BOMS if content.startswith(bom)), "") or guess(content)
    if not decodes(content, encoding):
        raise UnreadableFileError("encoding")
    if CONTROL.search(content[:SAMPLE].decode(encoding, errors="ignore")):
        raise UnreadableFileError("unknown")
    return encoding


def guess(content: bytes) -> str:
    """The likely encoding of a text without a byte order mark."""
    sample = content[:SAMPLE]
    if b"\x00" in sample:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    if decodes(content, "utf-8"):
        return "utf-8"
    if looks_like_euc_jp(content, sample):
        return "euc_jp"
    if decodes(content, "cp932") and len(JAPANESE.findall(sample)) >= len(WESTERN.findall(sample)):
        return "cp932"
    return "cp1252" if decodes(content, "cp1252") else "latin-1"


def looks_like_euc_jp(content: bytes, sample: bytes) -> bool:
    """Whether a text is EUC-JP: its bytes beyond ASCII stand in pairs of A1 to FE, some above DF. Shift_JIS has lead
    bytes of 81 to 9F, its half-width kana end at DF, and in Western texts such bytes stand alone.
    """
    runs = HIGH.findall(sample)
    paired = bool(runs) and all(len(run) % 2 == 0 for run in runs[:-1])
    return (
        paired
        and BELOW_A1.search(sample) is None
        and ABOVE_DF.search(sample) is not None
        and decodes(content, "euc_jp")
    )


def decodes(content: bytes, encoding: str) -> bool:
    """Whether the bytes are a text of that encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def separator_of(text: str) -> str:
    """The separator: an Excel “sep=” line, else the one most frequent in the first line that has any."""
    lines = text.lstrip("\ufeff\r\n").splitlines()[:5]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    for line in lines:
        counts = {mark: QUOTED.sub("", line).count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


def read_csv(content: bytes, name: str, most_rows: int = MAX_ROWS) -> Table:
    """The only tab of a CSV file; its first row that holds anything is the header. UnreadableFileError for no text, and
    beyond so many rows.
    """
    encoding = encoding_of(content)
    separator = separator_of(content[:SAMPLE].decode(encoding, errors="ignore"))
    rows = numbered_rows(content, encoding, separator, name, most_rows)
    first = next(rows, None)
    if first and is_separator_line(first):
        first = next(rows, None)
    if first is None:
        raise UnreadableFileError("empty")
    header = tuple(str(cell).strip().lstrip("\ufeff") for cell in first[1])
    return Table(name, checked_header(name, header), rows, decimal_comma=separator == ";")


def is_separator_line(row: Row) -> bool:
    """Whether a row is Excel's “sep=;” line (which is split at that very separator)."""
    cells = [str(cell).lower() for cell in row[1]]
    return cells[0].startswith("sep=") and not any(cells[1:])


def numbered_rows(content: bytes, encoding: str, separator: str, name: str, most_rows: int = MAX_ROWS) -> Iterator[Row]:
    """The rows that hold anything, with their numbers; UnreadableFileError past the limits and for broken quoting."""
    lines = Lines(io.TextIOWrapper(io.BytesIO(content), encoding, newline=""))
    csv.field_size_limit(MAX_CELL)
    number, filled = 0, 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator), start=1):
            if lines.ended:
                raise UnreadableFileError("csv-quote", tab=name, row=number)
            if not any(cell.strip() for cell in cells):
                continue
            filled += 1
            if filled > most_rows + 1:
                raise UnreadableFileError("too-many-rows", tab=name, limit=most_rows)
            yield number, cells
    except csv.Error as error:
        raise UnreadableFileError("csv-cell", tab=name, row=number + 1, limit=MAX_CELL) from error


class Lines:
    """The lines of a text. `ended`: one more was asked for than there are, which within a row means that a quotation
    mark is never closed: all that follows it is one cell then.
    """

    def __init__(self, text: Iterator[str]) -> None:
        self.text, self.ended = text, False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = next(self.text, None)
        if line is None:
            self.ended = True
            raise StopIteration
        return line
