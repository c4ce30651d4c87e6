"""How a cloud is bought: offers, what is paid upfront, coverage, listed rates, Spot, support, Microsoft's licences."""

from decimal import Decimal

import pytest

from instances.catalog.cache import renew_catalog_version
from instances.models import ListedRate
from instances.pricing.hourly import os_usd_per_hour
from instances.pricing.plans import plan_of
from tests.compare.conftest import report_of
from virtlab.compare.alternatives.sizing.dedicated_hosts import host_rows
from virtlab.compare.alternatives.sizing.selection import own_windows
from virtlab.compare.bills.cloud.support import support
from virtlab.compare.bills.items import Cited, Item, total
from virtlab.compare.inputs.question import frozen_question
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import build
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS

DEFAULTS = {key: spec.default for key, spec in SPECS.items()}


def line(side: Alternative, key: str) -> Item:
    return next(item for item in side.cost if item.key == key)


def keys(side: Alternative) -> set[str]:
    return {item.key for item in side.cost}


class TestPlans:
    @pytest.mark.parametrize("offer", [0, 1, 2])
    @pytest.mark.parametrize("upfront", [0, 1, 2])
    @pytest.mark.parametrize("purchase", ["one_year", "three_year"])
    def test_it_has_a_discount_for_each_way(self, purchase: str, upfront: int, offer: int) -> None:
        chosen = {**DEFAULTS, "commitment_offer": offer, f"{purchase}_upfront": upfront}
        plan = plan_of(purchase, chosen)
        assert plan is not None
        assert 20 < chosen[plan.discount_key] < 70

    def test_it_takes_more_off_the_more_is_paid_at_the_start(self, lab: Lab) -> None:
        for purchase in ("one_year", "three_year"):
            for offer in (0, 1, 2):
                asked = {"purchase": purchase, "commitment_offer": offer}
                usd = [report_of(lab, **asked, **{f"{purchase}_upfront": n}).right.usd for n in (0, 1, 2)]
                assert usd == sorted(usd, reverse=True)
                assert len(set(usd)) == 3

    @pytest.mark.parametrize(("purchase", "months"), [("one_year", 12), ("three_year", 36)])
    @pytest.mark.parametrize(("upfront", "share"), [(0, 0.0), (1, 0.5), (2, 1.0)])
    def test_it_pays_at_each_start_of_a_term_what_is_due(
        self, lab: Lab, purchase: str, months: int, upfront: int, share: float
    ) -> None:
        report = report_of(lab, purchase=purchase, coverage_pct=60, **{f"{purchase}_upfront": upfront})
        flow = CashFlow.of(report.right, report.question.values)
        usd = float(line(report.right, "instances").amount) * share * months
        assert [one.every for one in flow.purchases] == ([months] if share else [])
        assert sum(one.usd for one in flow.purchases) == pytest.approx(usd)
        net = flow.net_usd(72, 0.0) - float(total(report.right.once))
        assert net == pytest.approx(float(report.right.usd) * 72)

    def test_it_answers_old_addresses_and_shares(self, lab: Lab) -> None:
        report = report_of(lab, purchase="three_year", discount_three_year_pct=50)
        assert "50 %" in line(report.right, "instances").text
        old = {"left": "as_is", "right": "rightsized", "region": lab.region_code, "purchase": "three_year"}
        frozen = frozen_question(lab, {**old, "values": {"support_pct": 10, "discount_three_year_pct": 50}})
        assert build(lab, frozen).right.usd == report.right.usd


class TestShares:
    def test_it_buys_the_rest_on_demand(self, lab: Lab) -> None:
        full, none, some = (report_of(lab, coverage_pct=share).right for share in (100, 0, 75))
        assert keys(full) >= {"instances"}
        assert "instances_on_demand" not in keys(full)
        both = line(some, "instances").amount + line(some, "instances_on_demand").amount
        expected = 0.75 * float(line(full, "instances").amount) + 0.25 * float(line(none, "instances_on_demand").amount)
        assert float(both) == pytest.approx(expected, abs=0.02)
        assert none.usd == report_of(lab, purchase="on_demand").right.usd

    def test_it_lets_only_what_is_not_committed_sleep(self, lab: Lab) -> None:
        day, work = (report_of(lab, coverage_pct=50, hours_per_day=hours).right for hours in (24, 12))
        assert line(day, "instances").amount == line(work, "instances").amount
        half, whole = (float(line(side, "instances_on_demand").amount) for side in (work, day))
        assert half == pytest.approx(whole / 2, abs=0.01)
        assert float(work.kwh) < float(day.kwh)

    def test_it_runs_on_spot_what_tolerates_it(self, lab: Lab) -> None:
        before = report_of(lab, purchase="on_demand").right
        after = report_of(lab, purchase="on_demand", spot_share_pct=40, spot_discount_pct=70).right
        assert float(line(after, "instances_spot").amount) == pytest.approx(
            float(line(before, "instances").amount) * 0.4 * 0.3, abs=0.01
        )

    def test_it_prices_workloads_as_the_bill_does(self, lab: Lab) -> None:
        asked = {"coverage_pct": 60, "spot_share_pct": 10, "hours_per_day": 10}
        report = report_of(lab, purchase="three_year", **asked)
        selection = report.book.rightsized("three_year")
        hours = 730 * (0.54 * 24 + 0.46 * 10) / 24
        usd = float(selection.usd_per_hour[selection.chosen].sum()) * hours
        kinds = ("compute", "licences")
        assert usd == pytest.approx(
            sum(float(one.amount) for one in report.right.cost if one.category in kinds), abs=0.05
        )


class TestListedRates:
    def test_it_takes_the_listed_rate_of_a_type_and_says_of_how_many(self, lab: Lab) -> None:
        plain = report_of(lab, purchase="one_year").right
        selection = report_of(lab, purchase="one_year").book.rightsized("one_year")
        name = selection.table.names[int(selection.row[selection.chosen][0])]
        ListedRate.objects.create(
            region_id=lab.region_code,
            instance_type_id=name,
            system="linux",
            offer="ec2_plan",
            years=1,
            upfront="none",
            usd_per_hour=Decimal("0.0001"),
            sku="X",
            kind="list",
            source="AWS price list, AWSComputeSavingsPlan",
            source_date="2026-11-01",
        )
        renew_catalog_version()
        side = report_of(lab, purchase="one_year").right
        assert side.usd < plain.usd
        (cited,) = [one for one in line(side, "instances_listed").rests_on if isinstance(one, Cited)]
        count, of = map(int, cited.text().split(" of "))
        assert 1 <= count <= of == side.shape.machines
        assert report_of(lab, purchase="one_year", commitment_offer=1).right.usd > side.usd, "the list has no such plan"

    def test_it_says_which_discount_it_took_where_none_is_listed(self, lab: Lab) -> None:
        side = report_of(lab, commitment_offer=1).right
        assert "discount_compute_1_year_none_pct" in line(side, "instances").rests_on


class TestSupport:
    @pytest.mark.parametrize(
        ("plan", "bill", "usd"),
        [
            (0, 90_000, 0),
            (1, 500, 29),
            (1, 10_000, 300),
            (2, 500, 100),
            (2, 8_000, 800),
            (2, 90_000, 1_000 + 4_900 + 500),
            (2, 300_000, 1_000 + 4_900 + 8_500 + 1_500),
            (3, 20_000, 5_500),
            (3, 200_000, 20_000),
            (4, 20_000, 5_000),
            (5, 200, 29),
            (5, 9_000, 810),
            (5, 300_000, 900 + 4_900 + 8_500 + 1_500),
            (4, 2_000_000, 15_000 + 24_500 + 25_000 + 30_000),
        ],
    )
    def test_it_charges_the_greater_of_the_least_and_the_tiers(self, plan: int, bill: float, usd: float) -> None:
        assert support(bill, {"support_plan": plan}).amount == Decimal(usd)


def name_systems(lab: Lab, system: str) -> None:
    """What the inventory calls the systems of the VMs with Windows."""
    lab.workloads.filter(operating_system="windows").update(system_name=system)
    lab.revision += 1
    lab.save(update_fields=["revision"])


class TestMicrosoft:
    def test_it_rents_no_licence_that_is_brought_but_hardware(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        rented, brought = (report_of(lab, windows_own_licences=own).by_key["same_size-one_year"] for own in (0, 1))
        assert {"windows"} <= keys(rented)
        assert "dedicated_windows_own" not in keys(rented)
        assert {"dedicated_windows_own"} <= keys(brought)
        assert "windows" not in keys(brought)

    @pytest.mark.parametrize(
        ("system", "known", "also_unknown"),
        [
            ("Microsoft Windows Server 2019 (64-bit)", True, True),
            ("Microsoft Windows Server 2012 R2", True, True),
            ("Microsoft Windows Server 2022 (64-bit)", False, False),
            ("Windows Server 2025", False, False),
            ("Windows Server 20H2", False, False),
            ("Microsoft Windows Server 2016 or later (64-bit)", False, True),
            ("", False, True),
        ],
    )
    def test_it_brings_licences_only_of_versions_that_may_be(
        self, lab: Lab, system: str, known: bool, also_unknown: bool
    ) -> None:
        name_systems(lab, system)
        for own, brought in ((1, known), (2, also_unknown)):
            side = report_of(lab, windows_own_licences=own).by_key["same_size-one_year"]
            assert ("dedicated_windows_own" in keys(side)) == brought
            assert ("windows" in keys(side)) != brought
            said = line(side, "dedicated_windows_own" if brought else "windows").rests_on
            (cited,) = [rest for rest in said if isinstance(rest, Cited) and "of 1;" in rest.text()]
            assert cited.text().startswith("1 of 1" if brought else "0 of 1")

    def test_it_keeps_the_licence_in_an_instances_price(self, lab: Lab) -> None:
        """AMIs of AWS have one, so the switch of the comparison changes no instance of a lab."""
        prices = [os_usd_per_hour("windows", 4.0, 4.0, {**DEFAULTS, "windows_own_licences": own}) for own in (0, 2)]
        assert prices[0] == prices[1] > 0

    def test_it_pays_hosts_as_they_are_bought(self, lab: Lab) -> None:
        """At listed rates where types have them, not at an assumed discount."""
        name_systems(lab, "Windows Server 2016")
        report = report_of(lab, windows_own_licences=1)
        plain, selection = report.by_key["same_size-one_year"], report.book.same_size("one_year")
        own = selection.row[own_windows(report.book.basis) & selection.chosen]
        for row in {*selection.row[selection.chosen].tolist(), *host_rows(selection.table, own).tolist()}:
            ListedRate.objects.create(
                region_id=lab.region_code,
                instance_type_id=selection.table.names[row],
                system="linux",
                offer="ec2_plan",
                years=1,
                upfront="none",
                usd_per_hour=Decimal("0.0100"),
                sku="X",
                kind="list",
                source="AWS price list",
                source_date="2026-11-01",
            )
        renew_catalog_version()
        listed = report_of(lab, windows_own_licences=1).by_key["same_size-one_year"]
        surcharge = line(listed, "dedicated_windows_own")
        assert float(surcharge.amount) == pytest.approx(0.01 * 730 * 0.1, abs=0.01), "a host and its instance"
        assert surcharge.amount < line(plain, "dedicated_windows_own").amount
        assert any(isinstance(rest, Cited) and "listed rate" in str(rest.label) for rest in surcharge.rests_on)

    def test_it_licenses_sql_server_by_vcpu_at_least_four(self, lab: Lab) -> None:
        lab.workloads.filter(name__startswith="ad-").update(application="SQL Server (CRM)")
        lab.revision += 1
        lab.save(update_fields=["revision"])
        plain, standard = (
            report_of(lab, sql_server_edition=edition).by_key["same_size-one_year"] for edition in (0, 2)
        )
        assert "sql_server" not in keys(plain)
        assert float(line(standard, "sql_server").amount) == pytest.approx(4 * 0.12 * 730, abs=0.01)
        assert standard.usd - plain.usd == line(standard, "sql_server").amount

    def test_it_counts_the_same_vms_as_on_hosts_whatever_their_system(self, lab: Lab) -> None:
        lab.workloads.filter(name="db-0").update(application="SQL Server", operating_system="rhel")
        lab.revision += 1
        lab.save(update_fields=["revision"])
        report = report_of(lab, sql_server_edition=2, sql_edition=1)
        assert "assurance" in keys(report.by_key["as_is"])
        assert "sql_server" in keys(report.by_key["same_size-one_year"])


def test_it_adds_nothing_by_default(lab: Lab) -> None:
    expected = {"instances", "windows", "volumes", "snapshots", "admin_guests", "nodes", "cluster", "admin_nodes"}
    expected |= {"admin_containers", "requests", "gb_seconds", "data_out_1", "rhel_usd_per_vcpu_hour_to_8"}
    bought = [side for side in report_of(lab).alternatives if side.purchase]
    assert set().union(*map(keys, bought)) <= expected
    assert {"instances", "volumes"} <= set().union(*map(keys, bought))


def test_it_takes_a_private_discount_off_the_charges_alone(lab: Lab) -> None:
    plain, less = (report_of(lab, private_discount_pct=share).right for share in (0, 10))
    charges = sum(item.amount for item in plain.cost if item.category != "people")
    assert float(plain.usd - less.usd) == pytest.approx(float(charges) / 10, abs=0.01)


def test_it_keeps_full_copies_and_changes_where_asked(lab: Lab) -> None:
    kept = {"backup_share_pct": 30, "snapshot_change_pct": 2, "snapshot_days": 14}
    share, full = (report_of(lab, snapshots=how, **kept).right for how in (0, 1))
    grown = float(line(full, "snapshots").amount) / float(line(share, "snapshots").amount)
    assert grown == pytest.approx(1.28 / 0.3, rel=0.01)
