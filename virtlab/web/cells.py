"""Files for spreadsheets that cannot do harm there."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_safe(cell: object) -> str:
    """A cell's text; one that a spreadsheet would take for a formula gets an apostrophe in front. Numbers stay."""
    text = "" if cell is None else str(cell)
    if not text.startswith(FORMULA_STARTS) or isinstance(cell, int | float):
        return text
    return f"'{text}"


def csv_response(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """Rows as a CSV download called `name`, with the byte order mark by which Excel knows UTF-8."""
    file = io.StringIO()
    csv.writer(file).writerows([csv_safe(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
