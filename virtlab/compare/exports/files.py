"""The report as files: CSV, CSV files in a zip, a workbook. A cell that looks like a formula stays text."""

import csv
import io
import zipfile
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.text import slugify

from virtlab.compare.exports.cells import Cell, Live, Sheet, plain
from virtlab.compare.exports.sheets import sheets
from virtlab.compare.report.report import Report
from virtlab.web.cells import csv_safe

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIXED = (1980, 1, 1, 0, 0, 0)
WIDEST = 60
WHOLE = "#,##0"
"""How a workbook writes counts."""


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
        bold = book.add_format({"bold": True, "bottom": 1})
        whole = book.add_format({"num_format": WHOLE})
        for sheet in sheets(report):
            _write(book.add_worksheet(sheet.tab), sheet, bold, whole)
            for name, cell in sheet.names.items():
                book.define_name(name, f"='{sheet.tab}'!{cell}")
    return _file(buffer.getvalue(), XLSX, f"{file_name(report)}.xlsx")


def _write(page: "Worksheet", sheet: Sheet, bold: "Format", whole: "Format") -> None:
    page.freeze_panes(1, 1)
    page.write_row(0, 0, list(sheet.head), bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Live):
                page.write_formula(number, column, f"={cell.formula}", None, cell.value)
            elif isinstance(cell, str):
                page.write_string(number, column, cell)
            else:
                page.write_number(number, column, cell, whole if isinstance(cell, int) else None)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.head) - 1)
    for column, width in enumerate(_widths(sheet.head, sheet.rows)):
        page.set_column(column, column, width)


def _widths(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = zip(head, *rows, strict=True)
    return [min(WIDEST, 2 + max(len(str(plain(cell))) for cell in column)) for column in columns]


def file_name(report: Report) -> str:
    """The lab's name as a file name; its address stays secret, since share links lead here too."""
    return f"virtlab-{slugify(report.lab.name) or 'report'}"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
