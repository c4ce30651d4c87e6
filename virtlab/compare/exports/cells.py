"""Cells and tables of the files: plain values, and values that a workbook computes anew; how a workbook writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

LONGEST_TAB = 31
"""Characters that a workbook allows for the name of a sheet."""
CENTS, DOLLARS, YEN = '"$"#,##0.00', '"$"#,##0', '"¥"#,##0'
SHARE, FACTOR, THOUSANDTHS = "0%", "0.0000", "#,##0.000"
"""How a workbook writes numbers of one kind; marks and digits are the same in every language."""
GROUPED = 1000


@dataclass(frozen=True, slots=True)
class Live:
    """A cell that a workbook computes, from a formula without its "=". `value`: what it gives now, as CSV files say;
    `number_format`: how it is written where that is not as in the rest of its column.
    """

    formula: str
    value: float | str
    number_format: str = ""


Cell = str | float | int | Live


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a file name, a title, a head and rows. `names` are those of cells, by their address in the sheet;
    `formats` say how the numbers of a column are written (counted from 0), where they are of one kind.
    """

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    names: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[int, str] = field(default_factory=dict)

    @property
    def tab(self) -> str:
        """What its sheet is called in a workbook."""
        return tab_of(self.title)


def tab_of(title: str) -> str:
    """What a sheet of that title is called in a workbook."""
    return title[:LONGEST_TAB]


def plain(cell: Cell) -> str | float | int:
    """A cell's value."""
    return cell.value if isinstance(cell, Live) else cell


def format_of(cell: Cell, of_column: str) -> str:
    """How a number is written: as its own format or that of its column says; else counts are grouped,
    and numbers with decimals, all of which are shown, from 1,000 on. Empty for text.
    """
    value = plain(cell)
    if isinstance(value, str):
        return ""
    if isinstance(value, int):
        return of_column or "#,##0"
    own = cell.number_format if isinstance(cell, Live) else ""
    if own or of_column or abs(value) < GROUPED:
        return own or of_column or "General"
    decimals = f"{value:.15g}".partition(".")[2]
    return f"#,##0.{'0' * len(decimals)}" if decimals.isdigit() else "#,##0"


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def column_name(column: int) -> str:
    """The letters of a column counted from 0: A … Z, AA …"""
    name = ""
    while column >= 0:
        column, letter = divmod(column, len(ascii_uppercase))
        name, column = ascii_uppercase[letter] + name, column - 1
    return name


def address(row: int, column: int, tab: str = "") -> str:
    """A cell's absolute address; rows and columns count from 0, the head being row 0."""
    cell = f"${column_name(column)}${row + 1}"
    quoted = tab.replace("'", "''")
    return f"'{quoted}'!{cell}" if tab else cell


def sum_of(column: int, first: int, last: int) -> str:
    """The sum of a part of a column, as a formula."""
    return f"SUM({address(first, column)}:{address(last, column)})"
