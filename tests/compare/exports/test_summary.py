"""The summary of a workbook computes the amounts of the page, follows the assumptions, and says which words do not."""

import io
import unicodedata
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from tests.compare.conftest import report_of
from tests.compare.exports.spreadsheet import Spreadsheet
from virtlab.compare.exports.files import workbook
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab


def figures(report: Report, **changed: float) -> dict[str, Any]:
    """What the summary's cells come to, with some assumptions changed in the workbook."""
    sheet = Spreadsheet(workbook(report).content, changed)
    rows = range(2, 2 + sum(tab == "Summary" for tab, _cell in sheet.live))
    return {sheet.value(("Summary", f"A{row}")): sheet.value(("Summary", f"B{row}")) for row in rows}


def pages(report: Report) -> dict[str, Any]:
    """The same amounts as the page has them."""
    result = outcome(report.left, report.right, report.question.values)
    left, right = report.names[report.left.key], report.names[report.right.key]
    return {
        f"USD over {result.months} months: {left}": pytest.approx(result.net_usd[0], abs=0.01),
        f"USD over {result.months} months: {right}": pytest.approx(result.net_usd[1], abs=0.01),
        "Costs less": (left, right)[result.cheaper],
        "USD less": pytest.approx(result.saved_usd, abs=0.02),
        "Share of the total of the other": pytest.approx(result.saved_usd / max(result.net_usd), abs=1e-6),
        "From the end of which month it has paid no more, for good": (
            "not within these months" if result.month is None else result.month
        ),
        f"USD a month, today: {left}": pytest.approx(float(report.left.usd), abs=0.01),
        f"USD a month, today: {right}": pytest.approx(float(report.right.usd), abs=0.01),
    }


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"left": "refresh", "purchase": "three_year"},
        {"left": "refresh", "purchase": "on_demand", "horizon_months": 24, "growth_pct_per_year": 10},
        {"left": "consolidated", "right": "containers", "discount_pct": 6, "training_usd": 90_000},
    ],
)
def test_it_computes_the_amounts_of_the_page(lab: Lab, asked: dict[str, object]) -> None:
    report = report_of(lab, **asked)
    assert figures(report) == pages(report)


def test_it_follows_assumptions_up_to_who_costs_less(lab: Lab) -> None:
    changed = {"logs_usd_per_gb": 60.0}
    before, after = report_of(lab, logs_gb=1000), report_of(lab, logs_gb=1000, **changed)
    assert pages(before)["Costs less"] != pages(after)["Costs less"]
    assert figures(before, **changed) == pages(after)


def test_it_computes_no_difference_where_no_verdict_is_given(empty_lab: Lab) -> None:
    assert not {"Costs less", "USD less"} & figures(report_of(empty_lab)).keys()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_says_which_of_its_rows_do_not_follow(lab: Lab, language: str) -> None:
    with translation.override(language):
        report = report_of(lab)
        page = openpyxl.load_workbook(io.BytesIO(workbook(report).content)).worksheets[0]
    kept = {"en": "as of the export", "ja": "書き出し時点"}[language]
    for row in page.iter_rows(min_row=2):
        assert (row[2].value == kept) == (row[1].data_type != "f"), row[0].value


def columns(text: str) -> int:
    """How many columns of a spreadsheet's grid a text is wide."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def sheets_of(report: Report) -> list[Any]:
    return list(openpyxl.load_workbook(io.BytesIO(workbook(report).content)).worksheets)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_shows_all_of_every_text(lab: Lab, language: str) -> None:
    with translation.override(language):
        for page in sheets_of(report_of(lab)):
            for cell in (cell for row in page.iter_rows() for cell in row if cell.data_type == "s"):
                width = page.column_dimensions[cell.column_letter].width
                wrapped = cell.alignment.wrap_text
                assert wrapped or columns(str(cell.value)) <= width, (page.title, cell.coordinate, cell.value)


def test_it_groups_thousands_and_writes_money_to_the_cent(lab: Lab) -> None:
    for page in sheets_of(report_of(lab, usd_jpy=1600)):
        heads = [str(cell.value) for cell in page[1]]
        for row in page.iter_rows(min_row=2):
            for head, cell in zip(heads, row, strict=True):
                if cell.data_type == "n" and cell.value is not None and abs(cell.value) >= 1000:
                    assert cell.number_format.lstrip('"$¥').startswith("#,##0"), (page.title, cell.coordinate)
                if "USD" in head and "of 1 USD" not in head and cell.data_type in "nf" and cell.value is not None:
                    assert cell.number_format == '"$"#,##0.00', (page.title, cell.coordinate)
