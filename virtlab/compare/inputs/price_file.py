"""A file of prices of one's own: CSV with the columns item, usd and, where wanted, note."""

import csv
import io
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

MOST_USD, FINEST_USD = Decimal(100_000), Decimal("1e-10")
MOST_ROWS, MOST_BYTES, NOTE_LENGTH = 5_000, 1_000_000, 300
NEEDED = ("item", "usd")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """An instance type or a service's item, and USD per its unit."""

    item: str
    usd: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a line of the file; the header is line 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(text)s") % {"line": self.line, "text": self.text}


def plain_item(text: str) -> str:
    """An item as the catalogue writes it: full-width letters, capitals and spaces are of no account."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def usd_problem(usd: Decimal) -> str:
    """What is wrong with a price, "" if nothing is: what is free is no price of the catalogue's kind."""
    if not usd.is_finite() or usd <= 0 or usd > MOST_USD:
        return _("The price must be above 0 and at most 100,000 USD.")
    return _("A price has at most 10 decimals.") if usd != usd.quantize(FINEST_USD) else ""


def item_problem(item: str, known: Container[str]) -> str:
    """What is wrong with an item's name, "" if nothing is."""
    if item in known:
        return ""
    words = _("“%(item)s” is neither an instance type nor a service of the catalogue in this region.")
    return words % {"item": item[:60]}


def note_problem(note: str) -> str:
    """What is wrong with a note, "" if nothing is."""
    if len(note) > NOTE_LENGTH:
        return _("The note is longer than 300 characters.")
    return "" if note.isprintable() else _("The note holds characters that cannot be printed.")


def price_row(cells: Mapping[str, str], known: Container[str]) -> PriceRow | dict[str, str]:
    """The price that `item`, `usd` and `note` state as text, or by these names what is wrong with them."""
    item, note = plain_item(cells["item"]), cells["note"].strip()
    try:
        usd = Decimal(cells["usd"].strip())
    except InvalidOperation:
        usd, wrong = Decimal(0), _("“%(text)s” is not a number.") % {"text": cells["usd"][:40]}
    else:
        wrong = usd_problem(usd)
    problems = {"item": item_problem(item, known), "usd": wrong, "note": note_problem(note)}
    problems = {name: problem for name, problem in problems.items() if problem}
    return problems or PriceRow(item, usd, note)


def read_prices(content: bytes, known: Container[str]) -> tuple[list[PriceRow], list[RowError]]:
    """The rows of a file, with the errors of all that are wrong; `known`: types and items of the region."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [RowError(1, _("The file is not text in UTF-8."))]
    # With newline="" the reader ends lines itself, also where a file ends them as old Macs did.
    lines = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        names = lines.fieldnames = [plain_item(name) for name in lines.fieldnames or ()]
        if problem := _header_problem(names):
            return [], [RowError(1, problem)]
        read = list(_read(lines, known))
    except csv.Error:
        words = _("The file cannot be read as CSV from here on: a quotation mark is left open, or a cell is too long.")
        return [], [RowError(lines.line_num or 1, words)]
    if not read:
        return [], [RowError(1, _("The file holds no prices."))]
    errors = [RowError(line, row) for line, row in read if isinstance(row, str)]
    prices = [(line, row) for line, row in read if isinstance(row, PriceRow)]
    return [row for _line, row in prices], sorted([*errors, *_twice(prices)], key=lambda error: error.line)


def _header_problem(names: Sequence[str]) -> str:
    """What is wrong with the names of the columns, "" if nothing is."""
    if missing := [name for name in NEEDED if name not in names]:
        words = _("The first line must name the columns item, usd and note; it lacks %(names)s.")
        return words % {"names": ", ".join(missing)}
    twice = [name for name in (*NEEDED, "note") if names.count(name) > 1]
    words = _("The first line names a column more than once: %(names)s.")
    return words % {"names": ", ".join(twice)} if twice else ""


LONGEST_CELL = 100_000
"""Characters: a quotation mark that is left open makes a cell of all that follows. The reader's own limit is one of the
whole process, which imports set for themselves.
"""


def _read(lines: "csv.DictReader[str]", known: Container[str]) -> Iterator[tuple[int, PriceRow | str]]:
    for number, cells in enumerate(lines, start=1):
        if number > MOST_ROWS:
            yield lines.line_num, _("The file has more than 5,000 rows.")
            return
        texts = [cell or "" for cell in cells.values() if not isinstance(cell, list)]
        if any(len(text) > LONGEST_CELL for text in texts):
            raise csv.Error
        if any(text.strip() for text in texts):
            row = price_row({name: cells.get(name) or "" for name in (*NEEDED, "note")}, known)
            yield lines.line_num, row if isinstance(row, PriceRow) else " ".join(row.values())


def _twice(prices: Sequence[tuple[int, PriceRow]]) -> list[RowError]:
    """An error of each line whose item an earlier one has."""
    return [RowError(prices[at][0], twice_words(prices[at][1].item)) for at in repeated([row for _l, row in prices])]


def repeated(rows: Sequence[PriceRow]) -> list[int]:
    """The places of rows whose item an earlier one has."""
    first = {row.item: at for at, row in reversed(list(enumerate(rows)))}
    return [at for at, row in enumerate(rows) if first[row.item] != at]


def twice_words(item: str) -> str:
    """What is wrong with a row that `repeated` names."""
    return _("“%(item)s” stands here more than once.") % {"item": item}
