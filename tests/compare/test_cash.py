"""When each side is paid, over equal spans: what is there already, refreshes, what is left, discounting."""

import itertools
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.compare.conftest import report_of
from tests.compare.exports.test_live import check
from virtlab.compare.bills.items import total
from virtlab.compare.bills.once import going_on
from virtlab.compare.bills.onprem.bill import CAPITAL
from virtlab.compare.bills.onprem.purchases import purchases
from virtlab.compare.bills.onprem.quantities import Bought, OnPremQuantities
from virtlab.compare.bills.purchase import Purchase
from virtlab.compare.report.cash.flow import CashFlow, ahead_from, outcome
from virtlab.compare.report.ledger import cost_finding
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab, Workload
from virtlab.labs.parameters import lab_values


class TestAhead:
    def test_it_finds_the_month_from_which_one_side_stays_ahead(self) -> None:
        assert ahead_from(np.array([100.0, 110, 120, 130, 140]), np.array([0.0, 50, 100, 150, 200])) == 3

    def test_it_is_ahead_at_once_where_it_never_paid_more(self) -> None:
        assert ahead_from(np.array([1.0, 2, 3]), np.array([10.0, 20, 30])) == 0

    def test_it_finds_none_where_more_is_paid_to_the_end(self) -> None:
        assert ahead_from(np.array([1.0, 2, 30]), np.array([10.0, 20, 20])) is None


class TestFlow:
    @given(
        first=st.integers(0, 130),
        every=st.integers(12, 120),
        months=st.integers(12, 120),
        monthly=st.floats(0, 1e5),
    )
    def test_it_pays_over_any_span_what_is_used_in_it(
        self, first: int, every: int, months: int, monthly: float
    ) -> None:
        flow = CashFlow(500.0, monthly, (Purchase(12_000.0, first, every),))
        used_usd = 12_000.0 * max(0, months - first) / every
        assert flow.net_usd(months, 0.0) == pytest.approx(500 + monthly * months + used_usd)
        assert flow.paid_usd(months)[-1] - flow.left_usd(months) == pytest.approx(flow.net_usd(months, 0.0))

    def test_it_discounts_each_payment_from_its_day(self) -> None:
        flow = CashFlow(100.0, 10.0, (Purchase(1_000.0, 0, 12),))
        monthly_usd = sum(10 / 1.1 ** (month / 12) for month in range(1, 19))
        expected = 100 + 1_000 * (1 + 1 / 1.1) + monthly_usd - 500 / 1.1**1.5
        assert flow.net_usd(18, 10.0) == pytest.approx(expected)

    def test_it_buys_again_after_each_lifetime(self, lab: Lab) -> None:
        report = report_of(lab, server_lifetime_years=2, horizon_months=48)
        paid = CashFlow.of(report.by_key["physical"], report.question.values).paid_usd(48)
        steps = [after - before for before, after in itertools.pairwise(paid.tolist())]
        assert [month for month, step in enumerate(steps) if step > 2 * min(steps)] == [24]

    @pytest.mark.parametrize("age", [0, 1, 2.5, 5])
    def test_it_agrees_with_the_monthly_bill(self, lab: Lab, age: float) -> None:
        report = report_of(lab, horizon_months=60, existing_age_years=age)
        for side in report.alternatives:
            net_usd = CashFlow.of(side, report.question.values).net_usd(60, 0.0)
            assert net_usd - float(total(side.once)) == pytest.approx(float(side.usd) * 60, rel=1e-4), side.key


class TestWhatIsThere:
    def test_it_costs_nothing_until_its_refresh(self, lab: Lab) -> None:
        due, young = (report_of(lab, existing_age_years=age).by_key["as_is"] for age in (5, 2.5))
        servers = [next(float(item.amount) for item in side.cost if item.key == "servers") for side in (due, young)]
        assert servers[1] == pytest.approx(servers[0] / 2, abs=0.01)

    def test_it_refreshes_each_host_by_its_own_date(self, lab: Lab) -> None:
        lab.hosts.filter(name="esx-01").update(purchased_on=timezone.localdate() - timedelta(days=4 * 365 + 1))
        side = report_of(lab).by_key["as_is"]
        assert isinstance(side.shape.quantities, OnPremQuantities)
        assert [group.age_months for group in side.shape.quantities.bought] == [48, None]
        assert {purchase.first for purchase in purchases(side.shape.quantities, lab_values(lab))} == {12, 30}

    def test_it_buys_physical_servers_now(self, lab: Lab) -> None:
        report = report_of(lab)
        flow = CashFlow.of(report.by_key["physical"], report.question.values)
        assert {purchase.first for purchase in flow.purchases} == {0}


class TestVerdict:
    def test_it_credits_the_unused_year_of_a_commitment(self, lab: Lab) -> None:
        """72 months of cloud stood against 60 of on-prem, and the dearer side was called the winner."""
        report = report_of(lab, purchase="three_year", horizon_months=60, existing_age_years=5)
        result = outcome(report.left, report.right, report.question.values)
        right_usd = float(report.right.usd) * 60 + float(total(report.right.once))
        assert result.net_usd == pytest.approx((float(report.left.usd) * 60, right_usd), rel=1e-4)
        flow = CashFlow.of(report.right, report.question.values)
        assert flow.purchases[0].usd > 0
        assert flow.left_usd(60) == pytest.approx(flow.purchases[0].usd / 3), "a year of the second term is left"

    def test_it_names_the_side_that_costs_less_in_all(self, lab: Lab) -> None:
        for purchase, age in (("three_year", 0), ("three_year", 5), ("on_demand", 0), ("one_year", 2.5)):
            report = report_of(lab, purchase=purchase, existing_age_years=age)
            result = outcome(report.left, report.right, report.question.values)
            text, _good = cost_finding(report.left, report.right, result)
            assert text == "level" or text.startswith(("on-prem", "cloud")[result.cheaper])

    def test_it_says_that_only_the_credit_makes_it_cheaper(self) -> None:
        rent, bought = CashFlow(0.0, 100.0, ()), CashFlow(0.0, 0.0, (Purchase(5_000.0, 0, 60),))
        assert bought.net_usd(36, 0.0) < rent.net_usd(36, 0.0)
        assert ahead_from(bought.paid_usd(36), rent.paid_usd(36)) is None

    def test_it_counts_the_move_once(self, lab: Lab) -> None:
        report = report_of(lab, migration_hours_per_system=10, admin_usd_per_hour=50, dual_running_months=0)
        assert float(total(report.right.once)) == 6 * 10 * 50
        assert report.left.once == ()
        assert report_of(lab, migration_hours_per_system=0, dual_running_months=0).right.once == ()


def going_on_keys(report: Report) -> frozenset[str]:
    """The lines of today's hosts that go on while what follows them runs, but people's hours."""
    return going_on(report.left.cost, "both_run")


class TestBothRunning:
    def test_it_pays_todays_hosts_beside_the_cloud_and_not_the_cloud_twice(self, lab: Lab) -> None:
        report = report_of(lab, migration_hours_per_system=0, dual_running_months=3, tax_pct=10)
        month = {item.key: float(item.amount) for item in report.left.cost}
        once = {item.key: float(item.amount) for item in report.right.once}
        assert once["admin_both_run"] == pytest.approx(3 * month["admin_servers"])
        assert once["both_run"] == pytest.approx(
            3 * sum(usd for key, usd in month.items() if key not in {*CAPITAL, "admin_servers", "admin_guests", "tax"})
        )
        assert once["tax"] == pytest.approx(once["both_run"] / 10, abs=0.01)
        assert report.left.once == ()

    @pytest.mark.parametrize(
        "asked",
        [
            {"sql_edition": 1},
            {"sql_edition": 2, "software_assurance_pct": 21, "second_site_pct": 40},
            {"windows_own_licences": 2, "software_assurance_pct": 21, "windows_cal_users": 70},
        ],
    )
    def test_it_pays_the_software_assurance_of_licences_that_go_along_once(
        self, lab: Lab, asked: dict[str, object]
    ) -> None:
        Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
        report = report_of(lab, **asked, dual_running_months=3)
        home, there = (
            float(next(item.amount for item in side.cost if item.key == "assurance"))
            for side in (report.left, report.right)
        )
        (line,) = [item for item in report.right.once if item.key == "both_run"]
        going_on = sum(item.amount for item in report.left.cost if item.key in going_on_keys(report))
        share = 1 + float(str(asked.get("second_site_pct", 0))) / 100
        assert 0 < there <= home
        assert float(line.amount) == pytest.approx(3 * (float(going_on) * share - there), abs=0.04)
        check(report)

    def test_it_pays_it_twice_where_the_cloud_rents_what_hosts_have(self, lab: Lab) -> None:
        report = report_of(lab, software_assurance_pct=21, dual_running_months=3)
        (line,) = [item for item in report.right.once if item.key == "both_run"]
        going_on = sum(item.amount for item in report.left.cost if item.key in going_on_keys(report))
        assert "assurance" in going_on_keys(report)
        assert line.amount == 3 * going_on

    def test_it_pays_of_a_second_site_what_goes_on_there_and_nothing_that_was_bought(self, lab: Lab) -> None:
        asked: dict[str, object] = {"dual_running_months": 3, "san_usd": 90_000}
        one, two = (report_of(lab, **asked, second_site_pct=pct).right.once for pct in (0, 50))
        assert float(two[1].amount) == pytest.approx(1.5 * float(one[1].amount), abs=0.02)
        assert [item.amount for item in (two[0], *two[2:])] == [item.amount for item in (one[0], *one[2:])]

    def test_it_pays_the_old_servers_beside_new_ones_and_storage_only_once(self, lab: Lab) -> None:
        asked: dict[str, object] = {"left": "refresh", "dual_running_months": 2}
        report = report_of(lab, **asked, san_usd=50_000, firewall_usd=20_000)
        without = report_of(lab, **asked, storage_usd_per_tb=0, storage_w_per_tb_onprem=0)
        ours, whole = (report.by_key[key].once for key in ("refresh", "physical"))
        assert {item.key for item in ours} == {item.key for item in whole} == {"both_run", "admin_both_run"}
        assert ours == without.by_key["refresh"].once
        assert ours[0].amount < whole[0].amount

    def test_it_pays_nothing_twice_where_the_hosts_stay(self, lab: Lab) -> None:
        report = report_of(lab, dual_running_months=6)
        assert [report.by_key[key].once for key in ("as_is", "consolidated")] == [(), ()]

    def test_it_computes_it_anew_with_what_moves_the_hosts_watts(self, lab: Lab) -> None:
        report = report_of(lab, dual_running_months=6)
        moved = report.pair.at({"hypervisor_cpu_pct": 10.0})[1]
        assert moved.once == report_of(lab, dual_running_months=6, hypervisor_cpu_pct=10).right.once
        assert moved.once != report.right.once


def test_it_prices_a_large_server_above_a_small_one(lab: Lab) -> None:
    values = lab_values(lab)
    small, large = (Bought(None, 1, cores, gib).price_usd(values) for cores, gib in ((8, 64.0), (448, 32_768.0)))
    assert (small, large) == (3_000 + 800 + 64 * 25, 3_000 + 44_800 + 32_768 * 25)
