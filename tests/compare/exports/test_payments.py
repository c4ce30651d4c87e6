"""The sheet of payments: each has its own name and whole cents, and their sums are those of the report."""

import pytest

from tests.compare.conftest import report_of
from virtlab.compare.exports.cash import cash_sheets
from virtlab.compare.exports.cells import plain
from virtlab.compare.exports.lines import LineItems
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab, Workload

ALONE = " (as it is in this report)"
ASKED: list[dict[str, object]] = [
    {},
    {"left": "refresh", "tax_pct": 8.25, "san_usd": 9001},
    {"growth_pct_per_year": 17, "tax_pct": 10, "horizon_months": 84, "purchase": "three_year", "three_year_upfront": 1},
]


def payments_of(report: Report, side: int) -> list[tuple[str, float]]:
    """What the payments of a side are called, and their USD."""
    sheet, _cash_flow = cash_sheets(report, LineItems(report))
    name = report.names[(report.left, report.right)[side].key]
    return [(str(row[1]), float(plain(row[2]))) for row in sheet.rows if row[0] == name]


@pytest.mark.parametrize("asked", ASKED)
def test_it_pays_whole_cents_that_sum_to_the_report(lab: Lab, asked: dict[str, object]) -> None:
    report = report_of(lab, **asked)
    for number, side in enumerate((report.left, report.right)):
        flow, rows = CashFlow.of(side, report.question.values), payments_of(report, number)
        assert all(usd == round(usd, 2) for _name, usd in rows)
        once, *rest = [usd for _name, usd in rows]
        monthly, bought = rest[: 1 + len(flow.grows)], rest[1 + len(flow.grows) :]
        assert once == pytest.approx(flow.once_usd)
        assert sum(monthly) == pytest.approx(flow.monthly_usd)
        assert bought == [purchase.usd for purchase in flow.purchases]
        assert flow.paid_usd(1)[0] == pytest.approx(once + sum(p.usd for p in flow.purchases if not p.first))


def test_it_names_what_is_bought(lab: Lab) -> None:
    Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
    asked = {"sql_edition": 1, "needed_assurance_pct": 0, "windows_cal_users": 5, "firewall_usd": 700}
    names = [name for name, _usd in payments_of(report_of(lab, **asked), 0)]
    assert {name.removesuffix(ALONE).removesuffix(", bought") for name in names if name.endswith(ALONE)} == {
        "Servers",
        "Network ports and switches",
        "Storage and backups",
        "Firewalls and load balancers",
        "Windows Server Standard",
        "SQL Server",
        "CALs of Windows Server",
    }


def test_it_names_what_is_bought_for_growth_and_upfront(lab: Lab) -> None:
    report = report_of(lab, growth_pct_per_year=60, commitment_offer=2, one_year_upfront=2)
    left, right = ({name for name, _usd in payments_of(report, side)} for side in (0, 1))
    for what in ("Servers", "Network ports and switches", "Storage and backups", "Windows Server Standard"):
        assert f"{what}, for growth{ALONE}" in left
    assert f"Reserved Instance, standard, All upfront, bought{ALONE}" in right
    assert f"Reserved Instance, standard, All upfront, for growth{ALONE}" in right
