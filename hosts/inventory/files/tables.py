"""A tab with its header, and the reading of one row of it by the names of fields."""

import json
import re
import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from hosts.inventory.files.values import (
    MIB_PER_UNIT,
    NAME_LENGTH,
    NoResult,
    clean_text,
    parse_flag,
    parse_quantity,
    parse_share,
)
from hosts.inventory.files.words import heads
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import ColumnMatch

Row = tuple[int, Sequence[object]]
MAX_COLUMNS = 2_000
NO_UNITS: Mapping[str, float] = {}
UNIT = re.compile(r"(in)?(?P<unit>[kmgt])(i?[bo]|ibytes|bytes)(total)?$")
RVTOOLS_COLUMNS = Path(__file__).parents[1] / "formats" / "rvtools_columns.json"


@dataclass(slots=True)
class Oddities:
    """What a reader met in a tab that holds no values, and where cells are merged; complete once all rows are read."""

    empty_rows: int = 0
    merged: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A tab as it comes from the file. `rows` yields (row number as a spreadsheet shows it, cells) once."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    decimal_comma: bool = False
    need: Callable[[frozenset[int]], None] | None = None  # told which columns are needed, so that others cost less
    oddities: Oddities = field(default_factory=Oddities)
    file: str = ""  # of several, the one that it is a tab of


Tables = Generator[Table, None, None]


@dataclass(slots=True)
class Matched:
    """Where the fields of a tab stand: `index` by field, `scale` to MiB for the sizes among them."""

    table: Table
    index: dict[str, int] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)

    def columns(self) -> list[ColumnMatch]:
        """Every column of the tab with the field that it was understood as."""
        fields = {position: name for name, position in self.index.items()}
        heads = enumerate(self.table.header)
        return [ColumnMatch(self.table.name, head, fields.get(position, "")) for position, head in heads if head]


def normal(header: str, tab: str = "") -> str:
    """A header without case, blanks, punctuation and the tab's own name in front (vInfoVMName → vmname)."""
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", header)).casefold()
    prefix = normal(tab) if tab else ""
    return letters.removeprefix(prefix) if prefix and letters != prefix else letters


def clean_header(cells: Sequence[object]) -> tuple[str, ...]:
    """The cells of a row as a header."""
    return tuple(clean_text(cell).lstrip("\ufeff") for cell in cells)


def checked_header(tab: str, header: tuple[str, ...]) -> tuple[str, ...]:
    """The same header; UnreadableFileError where it is longer than any export's, since each column is shown."""
    if len(header) > MAX_COLUMNS:
        raise UnreadableFileError("too-many-columns", tab=tab, limit=MAX_COLUMNS)
    return header


def head_word(header: str, tab: str = "") -> str:
    """A header as `normal` gives it, in English where it is in another language that is known; its unit stays."""
    head = normal(header, tab)
    bare, unit = without_unit(head)
    if english := heads().get(head):
        return english
    return f"{heads()[bare]}{head[len(bare) :]}" if unit is not None and bare in heads() else head


def without_unit(head: str) -> tuple[str, float | None]:
    """A normalised header without its unit, and MiB per unit (None where it names none). MB are MiB, as makers mean."""
    unit = UNIT.search(head)
    if not unit or unit.start() == 0:
        return head, None
    return head[: unit.start()], MIB_PER_UNIT[unit["unit"]]


def match(
    table: Table, fields: Mapping[str, Sequence[str]], *, tab: str = "", units: Mapping[str, float] = NO_UNITS
) -> Matched:
    """Finds the fields of a tab among its headers; `fields` lists the spellings of each, best first, as `normal` gives.

    Sizes whose header names no unit count as so many MiB as `units` says of the field, else as 1.
    """
    matched = Matched(table)
    heads = [head_word(head, tab) for head in table.header]
    # Of "# Hosts" (how many) and "Hosts" (which) the second is meant where both are there; else the first of a name.
    ranked = sorted(enumerate(heads), key=lambda each: "#" in table.header[each[0]])
    positions = {head: position for position, head in reversed(ranked)}
    bare = {without_unit(head)[0]: position for position, head in reversed(ranked)}
    for name, spellings in fields.items():
        column = next((p for s in spellings if (p := positions.get(s, bare.get(s))) is not None), None)
        if column is not None and column not in matched.index.values():
            unit = without_unit(heads[column])[1]
            matched.index[name] = column
            matched.scale[name] = units.get(name, 1.0) if unit is None else unit
    return matched


def need_only(matched: Matched) -> Matched:
    """The same, after telling the file's reader that no other columns will be looked at."""
    if matched.table.need:
        matched.table.need(frozenset(matched.index.values()))
    return matched


@cache
def rvtools_columns() -> dict[str, frozenset[str]]:
    """The normalised column names of each tab of RVTools."""
    names: dict[str, str] = json.loads(RVTOOLS_COLUMNS.read_text(encoding="utf-8"))
    return {tab: frozenset(columns.split()) for tab, columns in names.items()}


@dataclass(slots=True)
class Cells:
    """One row of a tab, read by field; what cannot be read is noted in `log` at its row and column."""

    matched: Matched
    number: int
    cells: Sequence[object]
    log: ProblemLog

    def raw(self, name: str) -> object:
        """The cell as it came, None where the column or the cell is missing."""
        position = self.matched.index.get(name, len(self.cells))
        return self.cells[position] if position < len(self.cells) else None

    def text(self, name: str) -> str:
        """The cell as clean text."""
        return clean_text(self.raw(name))

    def title(self, name: str) -> str:
        """The cell as a name of at most 255 characters."""
        text = self.text(name)
        if len(text) > NAME_LENGTH:
            self.note("name-shortened", name)
        return text[:NAME_LENGTH].rstrip()

    def flag(self, name: str) -> bool:
        """The cell as a truth value; false, with a note, where it is none."""
        flag = parse_flag(self.raw(name))
        if flag is None:
            self.note("value-ignored", name)
        return bool(flag)

    def note(self, code: str, name: str, **params: str | float) -> None:
        """Notes a finding at this row and field."""
        table, position = self.matched.table, self.matched.index.get(name)
        column = table.header[position] if position is not None else ""
        self.log.add(code, tab=table.name, row=self.number, column=column, value=self.text(name), **params)

    def count(self, name: str, limit: int) -> int | None:
        """A whole number from 1 to `limit`; None, with a note, where it is not one: the row is to be left out."""
        number = self._checked(name, limit, 1.0)
        if number is not None and number != int(number):
            self.note("not-whole", name)
            return None
        return None if number is None else int(number)

    def size_mib(self, name: str, limit_mib: float) -> float | None:
        """A size in MiB, at least 1; None, with a note, where it is not one: the row is to be left out."""
        return self._checked(name, limit_mib, self.matched.scale.get(name, 1.0))

    def _checked(self, name: str, limit: float, scale: float) -> float | None:
        try:
            comma = self.matched.table.decimal_comma
            number = parse_quantity(self.raw(name), scale, decimal_comma=comma, whole=scale == 1.0)
        except ValueError:
            self.note("not-a-number", name)
            return None
        if number is None:
            self.note("formula-empty" if isinstance(self.raw(name), NoResult) else "missing", name)
        elif number < 0:
            self.note("negative", name)
        elif number < 1:
            self.note("too-small", name, limit=1)
        elif number > limit:
            self.note("too-large", name, limit=limit)
        else:
            return number
        return None

    def optional(self, name: str, limit: float, *, share: bool = False, scaled: bool = False) -> float | None:
        """A number from 0 to `limit`, None where the cell is empty; a bad one is noted and ignored."""
        comma = self.matched.table.decimal_comma
        scale = self.matched.scale.get(name, 1.0) if scaled else 1.0
        try:
            raw = self.raw(name)
            whole = scaled and scale == 1.0
            quantity = parse_share if share else partial(parse_quantity, scale=scale, whole=whole)
            number = quantity(raw, decimal_comma=comma)
        except ValueError:
            self.note("value-ignored", name)
            return None
        if number is not None and not 0 <= number <= limit:
            self.note("value-ignored", name)
            return None
        return number

    def share(self, name: str) -> float | None:
        """A percentage as a share of 1; more than 100 % is noted and taken as 1."""
        share = self.optional(name, 1e6, share=True)
        if share is not None and share > 1:
            self.note("usage-over-100", name)
            return 1.0
        return share
