"""The rows of one worksheet.

openpyxl reads about 50,000 cells a second: a minute for an export of 10,000 VMs with its ninety columns. These few
lines on the standard library's own parser read several times as many, keep only the columns needed, and pad nothing.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO

from hosts.inventory.files.tables import Oddities, Row
from hosts.inventory.files.values import NoResult
from hosts.inventory.files.xml_events import Events, check_depth, unescaped

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a day of no zone)
DIGITS = "0123456789"
TRUE = "1"


class SheetParser:
    """Collects the rows of a sheet. `shared` are the workbook's shared strings; `needed` are the columns to be kept;
    `dates` the styles that show numbers as dates.

    Others are None in the rows; where a row ends before a column it has no cell for it.
    """

    def __init__(self, shared: Sequence[str], needed: Container[int], dates: Container[str] = ()) -> None:
        self.shared = shared
        self.needed = needed
        self.dates = dates
        self.dated = self.formula = False
        self.oddities = Oddities()
        self.rows: list[Row] = []
        self.cells: list[object] = []
        self.number = 0
        self.column = -1
        self.depth = 0
        self.kind = ""
        self.text: list[str] | None = None
        self.positions: dict[str, int] = {}
        self.events = Events(self.start, self.end, self.characters)

    def read(self, file: IO[bytes]) -> Iterator[tuple[int, list[Row]]]:
        """Yields how many bytes were read and the rows in them; ExpatError or ValueError for what is no sheet."""
        done = 0
        for done in self.events.feed(file):
            check_depth(self.depth)
            rows, self.rows = self.rows, []
            yield done, rows
        yield done, self.rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """The start of an element."""
        self.depth += 1
        if name == "v":
            return
        if name == "c":
            reference = attributes.get("r")
            self.column = column = self.column + 1 if reference is None else self.position(reference)
            self.kind = attributes.get("t", "n")
            self.dated, self.formula = attributes.get("s", "") in self.dates, False
            self.text = [] if column in self.needed else None
        elif name == "row":
            self.number = int(attributes["r"]) if "r" in attributes else self.number + 1
            self.cells, self.column = [], -1
        elif name in {"f", "rPh"}:  # a formula, and how kanji are read aloud
            self.formula = name == "f"
            self.events.parser.CharacterDataHandler = None
        elif name == "mergeCell":
            self.oddities.merged.append(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """The end of an element."""
        self.depth -= 1
        if name == "v":
            return
        if name == "c":
            if self.text:
                self.put(self.value("".join(self.text)))
            elif self.formula and self.text is not None:
                self.put(NoResult())
            self.text = None
        elif name == "row":
            self.rows.append((self.number, self.cells))
        elif name in {"f", "rPh"}:
            self.events.parser.CharacterDataHandler = self.characters

    def characters(self, data: str) -> None:
        """Text; what stands between cells is layout."""
        if self.text is not None:
            self.text.append(data)

    def put(self, value: object) -> None:
        """Puts a cell in its place of the row."""
        missing = self.column - len(self.cells)
        if missing >= 0:
            self.cells.extend([None] * (missing + 1))
        self.cells[self.column] = value

    def value(self, text: str) -> object:
        """A cell's value by its type; dates are texts, so that no number is taken from one."""
        if self.kind == "s":
            return self.shared[int(text)]
        if self.kind == "n":
            if self.dated:
                return date_text(float(text))
            return int(text) if text.isdigit() and len(text) < 19 else float(text)
        if self.kind == "b":
            return text == TRUE
        return unescaped(text)

    def position(self, reference: str) -> int:
        """The column of a cell from 0 (B7 → 1), −1 where it is no reference."""
        letters = reference.rstrip(DIGITS)
        known = self.positions.get(letters)
        if known is None:
            known = self.positions[letters] = column_of(letters)
        return known


def date_text(days: float) -> str:
    """A date as Excel counts it (days since 1899-12-30) in writing; one out of range as the number that it is."""
    try:
        return str((EPOCH + timedelta(days=days)).date())
    except OverflowError:
        return str(days)


def column_of(letters: str) -> int:
    """The number of a column from 0 (A → 0, AA → 26), −1 for what is none."""
    if not letters.isascii() or not letters.isupper() or len(letters) > 3:
        return -1
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
