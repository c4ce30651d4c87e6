"""What makes most of the difference, in words; and whose energy and carbon are drawn."""

import re

import pytest

from tests.compare.conftest import report_of
from virtlab.compare.bills.items import total
from virtlab.compare.report import figures
from virtlab.compare.report.answer import answer
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.why import MOST, differences_usd
from virtlab.labs.models import Lab

ONPREM_WINS = {"data_out_gib_per_workload": 9_000}


@pytest.mark.parametrize("asked", [{}, {"discount_pct": 6, "growth_pct_per_year": 20}, {"purchase": "three_year"}])
def test_it_sums_to_the_difference(lab: Lab, asked: dict[str, object]) -> None:
    report = report_of(lab, **asked)
    values = report.question.values
    found = differences_usd(report.left, report.right, values)
    assert sum(found.values()) == pytest.approx(outcome(report.left, report.right, values).difference_usd, abs=0.01)


def test_it_counts_a_category_as_the_bills_do(lab: Lab) -> None:
    report = report_of(lab)
    months = report.question.values["horizon_months"]
    usd = [
        float(total(item for item in side.cost if item.category == "network")) * months
        + float(total(item for item in side.once if item.category == "network"))
        for side in (report.left, report.right)
    ]
    found = differences_usd(report.left, report.right, report.question.values)
    assert found["network"] == pytest.approx(usd[0] - usd[1])


@pytest.mark.parametrize(("asked", "cheaper"), [(ONPREM_WINS, 0), ({}, 1)])
def test_it_says_what_the_cheaper_side_pays_less_for_and_what_more(
    lab: Lab, asked: dict[str, object], cheaper: int
) -> None:
    report = report_of(lab, **asked)
    result = outcome(report.left, report.right, report.question.values)
    assert result.cheaper == cheaper
    said = answer(report).why
    name = report.names[(report.left, report.right)[cheaper].key]
    assert said.startswith(f"Over 60 months “{name}” pays: ")
    parts = re.findall(r"\$([\d,]+) (less|more)", said)
    assert 2 <= len(parts) <= MOST + 1
    saved_usd = sum(int(usd.replace(",", "")) * (1 if way == "less" else -1) for usd, way in parts)
    assert saved_usd == pytest.approx(result.saved_usd, abs=3)


def test_it_says_nothing_where_no_side_is_ahead(empty_lab: Lab) -> None:
    assert answer(report_of(empty_lab)).why == ""


@pytest.mark.parametrize("purchase", ["on_demand", "one_year", "three_year"])
def test_it_draws_energy_and_carbon_of_the_sides_that_are_shown(lab: Lab, purchase: str) -> None:
    report = report_of(lab, purchase=purchase)
    shown = (report.left.key, report.right.key)
    for chart in (figures.energy, figures.carbon):
        named = [row[0] for row in chart(report.alternatives, report.names, shown).rows]
        assert {report.names[key] for key in shown} <= set(named)
        assert len(named) < len(report.alternatives)
