"""The rows of one worksheet.

openpyxl reads about 50,000 cells a second: a minute for an export of 10,000 VMs with its ninety columns. These few
lines on the standard library's own parser read several times as many, keep only the columns needed, and pad nothing;
and most rows need not go through it at all (`plain_rows`).
"""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO

from hosts.inventory.files.plain_rows import ATTRIBUTE, END, LONGEST, ROW, cells_of, may_be_plain, unmarked
from hosts.inventory.files.tables import Oddities, Row
from hosts.inventory.files.values import NoResult
from hosts.inventory.files.xml_events import CHUNK, Events, check_depth, unescaped

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
        self.plain = True
        self.cells_in: re.Pattern[str] = cells_of(())
        self.looks: dict[str, tuple[str, bool]] = {}
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

    def need(self, columns: Collection[int]) -> None:
        """From here on only these columns are kept."""
        self.needed, self.cells_in = columns, cells_of([letters_of(column) for column in columns])

    def read(self, file: IO[bytes]) -> Iterator[tuple[int, list[Row]]]:
        """Yields how many bytes were read and the rows in them; ExpatError or ValueError for what is no sheet."""
        done, rest = 0, b""
        while chunk := file.read(CHUNK):
            done += len(chunk)
            rest = self.take(rest + chunk)
            check_depth(self.depth)
            rows, self.rows = self.rows, []
            yield done, rows
        self.events.take(rest)
        check_depth(self.depth)
        self.events.take(b"", last=True)
        yield done, self.rows

    def take(self, piece: bytes) -> bytes:
        """Reads whole rows of a piece of the sheet and returns what is left of it."""
        at = 0
        while self.plain and (end := piece.find(END, at) + len(END)) >= len(END):
            if row := ROW.match(piece, at):
                self.plain_row(int(row[1]), row[0].decode())
            else:
                self.events.take(piece[at:end])
                self.plain = may_be_plain(piece[at:end])
            at = end
        if self.plain and len(piece) - at <= LONGEST:
            return piece[at:]
        self.plain = False
        self.events.take(piece[at:])
        return b""

    def plain_row(self, number: int, row: str) -> None:
        """Keeps the needed cells of a row that is plain."""
        self.number, self.cells = number, []
        positions, looks = self.positions, self.looks
        for letters, attributes, text in self.cells_in.findall(row):
            self.column = positions[letters] if letters in positions else self.position(letters)
            if self.column in self.needed:
                self.kind, self.dated = looks[attributes] if attributes in looks else self.look_of(attributes)
                self.put(self.value(unmarked(text) if "&" in text else text))
        self.rows.append((number, self.cells))

    def look_of(self, attributes: str) -> tuple[str, bool]:
        """The type of cells with such attributes, and whether they show a number as a date."""
        said = dict(ATTRIBUTE.findall(attributes))
        look = self.looks[attributes] = said.get("t", "n"), said.get("s", "") in self.dates
        return look

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


def letters_of(column: int) -> str:
    """The letters of a column from 0 (0 → A, 26 → AA)."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters, column = chr(ord("A") + letter) + letters, column - 1
    return letters
