"""What is there has a value in the books, which is sunk; and a tax is on both sides, once."""

import pytest

from tests.compare.conftest import report_of
from virtlab.compare.bills.items import total
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.explain import explanation
from virtlab.compare.report.ledger import rows
from virtlab.labs.models import Lab


class TestBook:
    @pytest.mark.parametrize(("age", "share"), [(0, 1.0), (2.5, 0.5), (4, 0.2), (5, 0.0), (9, 0.0)])
    def test_it_falls_straight_over_the_lifetime(self, lab: Lab, age: float, share: float) -> None:
        now, later = (report_of(lab, existing_age_years=years).by_key["as_is"] for years in (0, age))
        assert float(total(later.book)) == pytest.approx(float(total(now.book)) * share, abs=0.05)

    def test_it_is_what_was_paid_for_what_is_there(self, lab: Lab) -> None:
        side = report_of(lab, existing_age_years=0).by_key["as_is"]
        worth = {item.key: float(item.amount) for item in side.book}
        assert worth["servers"] == 2 * 3000 + 112 * 100 + 768 * 25
        assert worth["network"] == 2 * 2 * 150

    def test_it_is_sunk_until_it_is_to_count(self, lab: Lab) -> None:
        sunk, counted = report_of(lab), report_of(lab, count_write_off=1)
        for key in ("rightsized-one_year", "refresh", "physical"):
            before, after = sunk.by_key[key], counted.by_key[key]
            assert before.usd == after.usd
            assert total(after.once) - total(before.once) == total(after.book) > 0
        assert not counted.by_key["as_is"].once

    def test_it_gives_up_servers_and_ports_for_new_hosts_all_of_it_for_a_cloud(self, lab: Lab) -> None:
        report = report_of(lab)
        books = {key: {item.key for item in report.by_key[key].book} for key in ("refresh", "rightsized-one_year")}
        assert books["refresh"] == {"servers", "network"}
        assert books["rightsized-one_year"] == {"servers", "network", "storage", "licences"}
        assert "book" in {balance.anchor for balance in explanation(report, report.left)}


class TestTax:
    @pytest.mark.parametrize("key", ["as_is", "physical", "rightsized-one_year", "rightsized-three_year"])
    def test_it_is_on_all_but_wages(self, lab: Lab, key: str) -> None:
        net, gross = (report_of(lab, tax_pct=pct).by_key[key] for pct in (0, 10))
        assert gross.net_usd == net.usd
        wages = sum(item.amount for item in net.cost if item.key.startswith("admin_"))
        assert float(gross.usd - net.usd) == pytest.approx(float(net.usd - wages) / 10, abs=0.01)

    @pytest.mark.parametrize("key", ["as_is", "physical", "rightsized-three_year"])
    def test_it_is_paid_with_what_is_bought(self, lab: Lab, key: str) -> None:
        flows = []
        for pct in (0, 10):
            report = report_of(lab, tax_pct=pct)
            flows.append(CashFlow.of(report.by_key[key], report.question.values))
        for net, gross in zip(flows[0].purchases, flows[1].purchases, strict=True):
            assert gross.usd == pytest.approx(net.usd * 1.1)
        assert flows[1].monthly_usd < flows[0].monthly_usd * 1.1 + 0.01

    def test_it_stands_beside_the_figure_without_it(self, lab: Lab) -> None:
        report = report_of(lab, tax_pct=10)
        table = rows(report.left, report.right, report.alternatives, report.question.values, ("", ""))
        (cost,) = [row for row in table if row.key == "cost"]
        assert "without tax" in cost.left.extra
        assert "without tax" in cost.right.extra
        assert "without tax" not in str([row.left.extra for row in report_of(lab).rows])
