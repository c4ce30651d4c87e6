"""Tabs of an .xlsx workbook, read row by row."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl import DEFUSEDXML, Workbook, load_workbook

from hosts.inventory.archives import open_archive
from hosts.inventory.refusals import RefusedError
from hosts.inventory.tables import Row, Table

MAX_COLUMNS = 400
MAX_ROWS = 300_000
Progress = Callable[[float], None]

if not DEFUSEDXML:
    raise ImportError("openpyxl does not use defusedxml: unset OPENPYXL_DEFUSEDXML, or entities would be expanded.")


@contextmanager
def readable() -> Iterator[None]:
    """Turns whatever a hostile or damaged workbook makes the parser raise into RefusedError."""
    try:
        yield
    except RefusedError:
        raise
    except Exception as error:  # openpyxl lets through KeyError, ParseError, zlib's and many others
        causes = (error, error.__cause__, error.__context__)
        unsafe = any(isinstance(cause, DefusedXmlException) for cause in causes)
        raise RefusedError("unsafe-xml" if unsafe else "not-xlsx") from error


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook to be read row by row; RefusedError for what is none or is unsafe."""
    with open_archive(path):
        pass
    with path.open("rb") as file:
        with readable(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def read_workbook(path: Path, wanted: Callable[[str], bool], progress: Progress) -> Iterator[Table]:
    """The wanted tabs of a workbook, each to be read before the next is asked for; `progress` gets 0 … 1.

    Raises RefusedError for what is no workbook, is unsafe, or has too many rows.
    """
    with open_workbook(path) as book:
        sheets = [sheet for sheet in book.worksheets if wanted(sheet.title)]
        lengths = [max(1, min(MAX_ROWS, sheet.max_row or 1000)) for sheet in sheets]
        for position, sheet in enumerate(sheets):
            before, in_all = sum(lengths[:position]), sum(lengths)
            rows = numbered_rows(sheet, partial(report, progress, before, in_all))
            header = next(rows, (0, ()))[1]
            yield Table(sheet.title, tuple("" if cell is None else str(cell) for cell in header), rows)


def report(progress: Progress, before: int, in_all: int, row: float) -> None:
    """Tells how much of all rows is read."""
    progress(min(1.0, (before + row) / in_all))


def numbered_rows(sheet: Any, progress: Progress) -> Iterator[Row]:
    """The rows of a sheet that hold anything, with their numbers; RefusedError past the limit or at damage."""
    with readable():
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=MAX_ROWS + 1)
        for number, cells in enumerate(rows, start=1):
            if number > MAX_ROWS:
                raise RefusedError("too-many-rows", tab=sheet.title, limit=MAX_ROWS)
            if number % 500 == 0:
                progress(number)
            if any(cell is not None and cell != "" for cell in cells):
                yield number, cells
