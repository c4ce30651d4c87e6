"""The report as files: CSV, CSV files in a zip, a workbook. A cell that looks like a formula stays text."""

import csv
import io
import zipfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from django.http import HttpResponse
from django.utils.text import slugify

from virtlab.compare.exports.cells import Cell, Live, Sheet, format_of, plain
from virtlab.compare.exports.sheets import sheets
from virtlab.compare.report.report import Report
from virtlab.web.cells import csv_safe

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIXED = (1980, 1, 1, 0, 0, 0)
WIDEST, NARROWEST = 60, 9
"""Columns of a workbook in characters; longer texts are wrapped, and heads where their column is narrower."""
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}


def zipped(report: Report) -> HttpResponse:
    """Every table of the report as a CSV file, in one zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets(report):
            archive.writestr(zipfile.ZipInfo(f"{sheet.key}.csv", FIXED), csv_bytes(sheet), zipfile.ZIP_DEFLATED)
    return _file(buffer.getvalue(), "application/zip", f"{file_name(report)}.zip")


def csv_bytes(sheet: Sheet) -> bytes:
    """A table as CSV in UTF-8 with its mark, so that spreadsheets read Japanese right."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([csv_safe(cell) for cell in sheet.head])
    writer.writerows([csv_safe(plain(cell)) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def workbook(report: Report) -> HttpResponse:
    """Every table of the report as a sheet of one workbook, which computes its figures from the assumptions."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    # Loaded when first needed: a web process saves 10 MiB.
    with import_module("xlsxwriter").Workbook(buffer, options) as book:
        formats = cache(lambda **properties: book.add_format(properties))
        for sheet in sheets(report):
            _write(book.add_worksheet(sheet.tab), sheet, formats)
            for name, cell in sheet.names.items():
                book.define_name(name, f"='{sheet.tab}'!{cell}")
    return _file(buffer.getvalue(), XLSX, f"{file_name(report)}.xlsx")


def _write(page: "Worksheet", sheet: Sheet, formats: "Callable[..., Format]") -> None:
    page.freeze_panes(1, 1)
    page.write_row(0, 0, list(sheet.head), formats(**HEAD))
    for column, head in enumerate(sheet.head):
        of_column, cells = sheet.formats.get(column, ""), [row[column] for row in sheet.rows]
        longest = max((_width(cell, format_of(cell, of_column)) for cell in cells), default=0)
        # Numbers among long texts stand where these begin.
        align = {"align": "left"} if longest > WIDEST else {}
        for number, cell in enumerate(cells, start=1):
            number_format = format_of(cell, of_column)
            looks = {"num_format": number_format, **align} if number_format else {"text_wrap": longest > WIDEST}
            _write_cell(page, (number, column), cell, formats(**looks, valign="top"))
        page.set_column(column, column, min(WIDEST, 2 + max(longest, _head_width(head))))
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.head) - 1)


def _write_cell(page: "Worksheet", place: tuple[int, int], cell: Cell, look: "Format") -> None:
    if isinstance(cell, Live):
        page.write_formula(*place, f"={cell.formula}", look, cell.value)
    elif isinstance(cell, str):
        page.write_string(*place, cell, look)
    else:
        page.write_number(*place, cell, look)


def _width(cell: Cell, number_format: str) -> int:
    """How wide a cell is written, in characters."""
    value = plain(cell)
    if isinstance(value, str):
        return _wide(value)
    if number_format == "General":
        return len(f"{value:.15g}")
    return len(f"{value:,.0f}") + len(number_format.partition(".")[2]) + 2


def _head_width(head: str) -> int:
    """How wide a head needs its column: its longest word, or half of it where it may be wrapped."""
    return max(NARROWEST, -(-_wide(head) // 2), *(_wide(word) for word in head.split()))


def _wide(text: str) -> int:
    """The width of a text in characters; those of Chinese and Japanese count twice."""
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)


def file_name(report: Report) -> str:
    """The lab's name as a file name; its address stays secret, since share links lead here too."""
    return f"virtlab-{slugify(report.lab.name) or 'report'}"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
