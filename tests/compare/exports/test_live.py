"""A workbook's formulas give what the report says, and what it would say of other assumptions."""

import io
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from hosts.inventory.reading import read_file
from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of, small_inventory
from tests.compare.exports.spreadsheet import Spreadsheet
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.exports.cells import Live
from virtlab.compare.exports.files import workbook
from virtlab.compare.exports.lines import AMOUNT, LineItems, _gives_amount
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS

QUESTIONS: list[dict[str, object]] = [
    {},
    {"purchase": "on_demand", "hours_per_day": 10},
    {"purchase": "three_year", "left": "consolidated", "region": "eu-north-1", "discount_pct": 5},
    {"left": "refresh", "right": "containers", "horizon_months": 84, "server_lifetime_years": 3},
    {"growth_pct_per_year": 35, "purchase": "three_year", "left": "consolidated", "discount_pct": 4},
    {"growth_pct_per_year": 20, "software_assurance_pct": 25, "windows_by_vm": 1, "horizon_months": 96},
    {"existing_age_years": 4.4, "horizon_months": 31, "dual_running_months": 2, "training_usd": 5000},
    {"tax_pct": 10, "support_plan": 2, "private_discount_pct": 7, "second_site_pct": 50, "san_usd": 9000},
]


def check(report: Report) -> None:
    """Every formula of the workbook gives the value that the report has in its place, to the cent."""
    content = workbook(report).content
    sheet, known = Spreadsheet(content), openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert len(sheet.live) > 200
    for tab, cell in sheet.live:
        value = known[tab][cell].value
        expected = value if isinstance(value, str) else pytest.approx(value, rel=1e-11, abs=1e-6)
        assert sheet.value((tab, cell)) == expected, (tab, cell)


def not_live(report: Report) -> list[str]:
    """The lines whose amount no formula gives."""
    rows = LineItems(report).sheet().rows
    return [f"{row[0]}: {row[2]}: {row[4]}" for row in rows if not isinstance(row[AMOUNT], Live)]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_it_computes_every_line_of_a_small_estate(lab: Lab, asked: dict[str, object]) -> None:
    report = report_of(lab, **asked)
    assert not_live(report) == []
    check(report)


def test_it_computes_every_line_whatever_the_assumptions(lab: Lab) -> None:
    """Each assumption at its lowest and at its highest, a few together, so that lines that are off by default come."""
    specs = [spec for spec in SPECS.values() if spec.group not in {"capacity", "rules"}]
    for number, high in product(range(4), (False, True)):
        some = specs[number::4]
        values = {
            spec.key: min(spec.maximum, spec.default * 2 or spec.maximum) for spec in some if high or spec.minimum
        }
        report = report_of(lab, **{key: f"{value:g}" for key, value in values.items()})
        assert not_live(report) == []
        check(report)


def test_it_computes_every_line_of_many_machines(lab: Lab) -> None:
    create_estate(lab, small_inventory(copies=40), replace=True)
    lab.refresh_from_db()
    report = report_of(lab, purchase="on_demand", hours_per_day=11)
    assert not_live(report) == []
    check(report)


@pytest.mark.parametrize("asked", [QUESTIONS[0], QUESTIONS[1], QUESTIONS[-1]])
def test_it_computes_every_line_of_a_real_estate(real_lab: Lab, asked: dict[str, object]) -> None:
    report = report_of(real_lab, **asked)
    assert not_live(report) == []
    check(report)


@pytest.mark.parametrize(
    "changed",
    [
        {"electricity_usd_per_kwh": 0.31, "admin_usd_per_hour": 71.5},
        {"pue_onprem": 1.21, "pue_cloud": 1.3, "grid_onprem_g_per_kwh": 52},
        {"esxi_usd_per_core_year": 350, "network_port_usd": 99, "storage_usd_per_tb": 1200},
        {"server_base_usd": 2500, "server_usd_per_gib": 17, "maintenance_pct": 4},
        {"rack_unit_usd_per_month": 40, "admin_hours_per_guest": 1.25, "usd_jpy": 140},
        {"training_usd": 700, "dual_running_months": 3, "migration_hours_per_system": 16},
    ],
)
def test_it_follows_the_assumptions_as_the_report_does(lab: Lab, changed: dict[str, float]) -> None:
    # Lines of nothing are left out, so what is changed is something before as well.
    start = {"training_usd": 50, "dual_running_months": 1, "storage_w_per_tb_cloud": 1.2, "windows_cal_users": 40}
    before, after = report_of(lab, **start), report_of(lab, **{**start, **changed})
    sheet = Spreadsheet(workbook(before).content, changed)
    for row, item in enumerate(after.alternatives, start=2):
        assert sheet.value(("Alternatives", f"J{row}")) == pytest.approx(float(item.usd), abs=0.011)
        assert sheet.value(("Alternatives", f"H{row}")) == pytest.approx(float(item.kwh), abs=0.0011)
        assert sheet.value(("Alternatives", f"I{row}")) == pytest.approx(float(item.carbon_kg), abs=0.0011)
        # What is written off is of the hardware's price in the books, which only the report computes anew, as what the
        # old servers alone go on costing beside new ones: of no alternative's bill it is a line.
        if item.key == "refresh" and "dual_running_months" not in changed:
            continue
        assert sheet.value(("Alternatives", f"L{row}")) == pytest.approx(
            float(sum(line.amount for line in item.once)), abs=0.011
        )


SHARES = {"tax_pct": 10, "second_site_pct": 40, "private_discount_pct": 7, "training_usd": 50, "logs_gb": 1000}
"""Lines that are a share of other lines, on both sides."""


@pytest.mark.parametrize(
    ("plan", "changed"),
    [
        (0, {"electricity_usd_per_kwh": 0.31, "admin_usd_per_hour": 71.5}),
        (2, {"esxi_usd_per_core_year": 350, "maintenance_pct": 4, "logs_usd_per_gb": 60}),
        (5, {"tax_pct": 8, "training_usd": 700, "second_site_pct": 90, "private_discount_pct": 20}),
    ],
)
def test_it_follows_the_assumptions_in_shares_of_other_lines(lab: Lab, plan: int, changed: dict[str, float]) -> None:
    # Logs so dear reach tiers of support that the bill before does not.
    start = {**SHARES, "support_plan": plan}
    before, after = report_of(lab, **start), report_of(lab, **{**start, **changed})
    sheet = Spreadsheet(workbook(before).content, changed)
    for row, item in enumerate(after.alternatives, start=2):
        assert sheet.value(("Alternatives", f"J{row}")) == pytest.approx(float(item.usd), abs=0.011), item.key
        if item.key != "refresh":
            once_usd = float(sum(line.amount for line in item.once))
            assert sheet.value(("Alternatives", f"L{row}")) == pytest.approx(once_usd, abs=0.011), item.key


@pytest.mark.parametrize("price", [0.15, 0.175, 0.1525, 0.1425])
def test_it_rounds_halves_of_a_cent_as_the_report_does(price: float) -> None:
    """427.9 × 0.15 is a little less than 64.185 in binary, and 64.19 on the page and in a spreadsheet."""
    item = Item("x", "people", "X", to_cents(427.9 * price), "%(a)s × %(b)s", {"a": Num(427.9), "b": Usd(price)})
    assert _gives_amount(item, 2)


def test_it_computes_in_japanese_too(lab: Lab) -> None:
    with translation.override("ja"):
        report = report_of(lab, dual_running_months=3)
        assert not_live(report) == []
        check(report)


def test_it_names_the_cell_of_every_assumption(lab: Lab) -> None:
    report = report_of(lab, usd_jpy=160)
    sheet = Spreadsheet(workbook(report).content)
    assert {name: sheet.value(place) for name, place in sheet.names.items()} == {
        name: report.question.values[name] for name in sheet.names
    }
    assert sheet.value(sheet.names["usd_jpy"]) == 160


def test_it_says_which_assumptions_its_formulas_name(lab: Lab) -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook(report_of(lab)).content))["Assumptions"]
    named = {row[10] for row in page.iter_rows(min_row=2, values_only=True)}
    assert {"electricity_usd_per_kwh", "maintenance_pct", "discount_pct", "usd_jpy"} <= named
    assert not {"percentile", "backup_share_pct", "existing_age_years", "san_usd"} & named


def test_it_says_what_an_assumption_moves_only_in_part(lab: Lab) -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook(report_of(lab)).content))["Assumptions"]
    moves = {str(row[10]): str(row[11]) for row in page.iter_rows(min_row=2, values_only=True) if row[10]}
    assert moves["admin_usd_per_hour"] == moves["usd_jpy"] == "all that depends on it"
    assert moves["server_lifetime_years"].startswith("the lines that name it, but not: ")
    assert "book values" in moves["server_lifetime_years"]
    every = [row[11] for row in page.iter_rows(min_row=2, values_only=True) if not row[10]]
    assert set(every) == {"nothing: open the comparison"}


def test_it_computes_a_file_with_quotes_and_formulas_in_its_names(catalog: None, shared_data: Path) -> None:
    reading = read_file(shared_data / "cases" / "edge_sizes.csv", "edge_sizes.csv")
    lab = Lab.objects.create(name="=1+1")
    create_estate(lab, reading.inventory)
    report = report_of(lab)
    check(report)
    sheet = Spreadsheet(workbook(report).content)
    [named] = [place for place, value in sheet.cells.items() if place[0] == "Summary" and value == "=1+1"]
    assert named not in sheet.live
