"""Growth of the workloads: both sides pay for it, on-prem in whole hosts, and nothing changes without it."""

import html
import itertools
from dataclasses import replace

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from hosts.inventory.write import create_estate
from tests.compare.conftest import machine, report_of, small_inventory
from virtlab.compare.bills.growth import Driver
from virtlab.compare.bills.onprem.growth import of_host
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.onprem.room import ClusterRoom, StorageRoom
from virtlab.compare.report.about import about
from virtlab.compare.report.cash.flow import CashFlow, net_by_line, outcome
from virtlab.compare.report.cash.growth import growth_of
from virtlab.compare.report.cash.words import growth_words
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report
from virtlab.engine.runway import grown, months_until_full
from virtlab.labs.models import Lab, Workload


def flow_of(report: Report, key: str) -> CashFlow:
    return CashFlow.of(report.by_key[key], report.question.values)


def rooms_of(side: Alternative) -> tuple[ClusterRoom, ...]:
    assert isinstance(side.shape.quantities, OnPremQuantities)
    return side.shape.quantities.rooms


class TestFactor:
    def test_it_compounds_by_the_month(self) -> None:
        assert grown(24, 21)[[0, 11, 23]].tolist() == pytest.approx([1.21 ** (1 / 12), 1.21, 1.21**2])
        assert grown(24, 0).tolist() == [1.0] * 24


class TestNothing:
    def test_it_leaves_every_payment_as_it_is_without_growth(self, lab: Lab) -> None:
        report = report_of(lab, purchase="three_year")
        for side in report.alternatives:
            flow = CashFlow.of(side, report.question.values)
            assert flow.grows == ()
            assert not any(one.grows for one in flow.purchases)
            assert flow.by_driver == {Driver.FIXED: flow.monthly_usd}
            assert np.ptp(flow.running_usd(60)) == 0

    def test_it_changes_no_bill_of_a_month(self, lab: Lab) -> None:
        plain, growing = report_of(lab), report_of(lab, growth_pct_per_year=30)
        assert [side.usd for side in plain.alternatives] == [side.usd for side in growing.alternatives]


class TestCloud:
    def test_it_grows_with_the_workloads(self, lab: Lab) -> None:
        asked = {"purchase": "on_demand", "nat_gateways": 1}
        plain, growing = report_of(lab, **asked), report_of(lab, **asked, growth_pct_per_year=20)
        today, later = (flow_of(report, "rightsized-on_demand") for report in (plain, growing))
        gateway = next(float(item.amount) for item in plain.right.cost if item.key == "nat")
        monthly = gateway + (today.monthly_usd - gateway) * grown(60, 20)
        assert later.running_usd(60) == pytest.approx(monthly)
        assert later.paid_usd(60)[-1] == pytest.approx(later.once_usd + monthly.sum())

    def test_it_commits_to_what_is_added_for_terms_of_their_own(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=20, purchase="three_year", horizon_months=36)
        flow = flow_of(report, "rightsized-three_year")
        first, *later = flow.purchases
        assert [one.first for one in later] == list(range(36))
        assert sum(one.usd for one in later) == pytest.approx(first.usd * (1.2**3 - 1))
        plain = flow_of(report_of(lab, purchase="three_year", horizon_months=36), "rightsized-three_year")
        factors = float(grown(36, 20).mean())
        once = plain.once_usd
        assert flow.net_usd(36, 0) - once == pytest.approx((plain.net_usd(36, 0) - once) * factors), (
            "no side pays beyond"
        )


class TestHosts:
    def test_it_buys_a_host_in_the_month_in_which_the_runway_ends(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=60, growth_keeps_failover=0)
        first = report.runways[0] if report.runways[0].cluster is not None else report.runways[1]
        months = months_until_full(first.used, first.capacity, 60)
        assert months is not None
        bought = [one for one in flow_of(report, "as_is").purchases if one.grows == Driver.HOSTS]
        assert bought[0].first == int(months)
        side = report.by_key["as_is"]
        assert isinstance(side.shape.quantities, OnPremQuantities)
        parts = of_host(side.shape.quantities, report.question.values)
        assert [str(part.name) for part in parts] == ["Servers", "Network ports and switches"]
        assert [one.usd for one in bought[: len(parts)]] == pytest.approx([part.usd for part in parts], abs=0.005)

    def test_it_keeps_the_room_of_a_failure_where_there_is_one_today(self, lab: Lab) -> None:
        """Two hosts of equal size: the next one is bought when one of them alone would be full."""
        report = report_of(lab, growth_pct_per_year=60)
        (room,) = rooms_of(report.by_key["as_is"])
        kept = room.keeping_failover(95)
        assert (kept.hosts, kept.memory_gib[1]) == (1, room.memory_gib[1] / 2)
        bought = [one.first for one in flow_of(report, "as_is").purchases if one.grows == Driver.HOSTS]
        months = [
            months_until_full(used, capacity / 2, 60)
            for used, capacity in ((room.memory_gib), (room.demand_vcpu(95), room.capacity_vcpu))
        ]
        assert bought[0] == int(min(month for month in months if month is not None))

    @pytest.mark.parametrize(
        ("room", "kept"),
        [
            (ClusterRoom(0, hosts=3, memory_gib=(60, 100), largest=(40, 10)), 2),
            (ClusterRoom(0, hosts=3, memory_gib=(61, 100), largest=(40, 10)), 3),
            (ClusterRoom(0, hosts=3, memory_gib=(50, 100), aside_gib=20, largest=(40, 10)), 3),
            (
                ClusterRoom(0, 3, (10, 100), cpu_vcpu=np.full(4, 21.0), capacity_vcpu=30, largest=(40, 10)),
                2,
            ),
            (ClusterRoom(0, hosts=2, packed=1.5), 2),
        ],
    )
    def test_it_keeps_none_where_a_failure_is_not_survived(self, room: ClusterRoom, kept: int) -> None:
        """In memory, with what is left out; packed clusters keep their spare hosts anyway."""
        assert room.keeping_failover(95).hosts == kept

    def test_it_fills_all_cpu_where_a_failure_takes_too_much_of_it_today(self) -> None:
        room = ClusterRoom(0, 3, (10, 100), cpu_vcpu=np.full(4, 21.0), capacity_vcpu=30, largest=(40, 10))
        assert room.keeping_failover(95).capacity_vcpu == 30
        assert replace(room, cpu_vcpu=np.full(4, 20.0)).keeping_failover(95).capacity_vcpu == 20

    def test_it_pays_for_licences_and_power_of_the_hosts_that_are_bought(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=60)
        side = report.by_key["as_is"]
        growth = growth_of(side, report.question.values)
        assert growth.more is not None
        usd = {item.key: float(item.amount) for item in side.cost}
        parts = growth.lines["hypervisor_esxi_usd_per_core_year"]
        assert parts == {Driver.HOSTS: usd["hypervisor_esxi_usd_per_core_year"]}
        power = growth.lines["electricity"]
        assert sum(power.values()) == pytest.approx(usd["electricity"])
        assert set(power) == {Driver.HOSTS, Driver.STORAGE, Driver.WORK}
        hosts = growth.more.hosts
        assert set(np.diff(hosts)) <= {0.0, 1.0}
        assert growth.factors[Driver.HOSTS] == pytest.approx((2 + hosts) / 2)

    def test_it_takes_what_is_over_full_today_as_it_is(self, lab: Lab) -> None:
        lab.virtual_machines.filter(name="db-0").update(memory_mib=900 * 1024)
        type(lab).objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
        lab.refresh_from_db()
        report = report_of(lab, growth_pct_per_year=1, horizon_months=12)
        room = rooms_of(report.by_key["as_is"])[0]
        assert room.filled(95) > room.hosts
        more = growth_of(report.by_key["as_is"], report.question.values).more
        assert more is not None
        assert more.hosts.max() <= 1

    @pytest.mark.parametrize("key", ["as_is", "consolidated", "refresh", "physical"])
    def test_it_holds_its_vms_today(self, lab: Lab, key: str) -> None:
        rooms = rooms_of(report_of(lab).by_key[key])
        assert rooms
        for room in rooms:
            assert 0 < room.filled(95) <= room.hosts + 1e-9

    def test_it_buys_storage_when_the_disks_are_full(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=60)
        more = growth_of(report.by_key["as_is"], report.question.values).more
        assert more is not None
        quantities = report.by_key["as_is"].shape.quantities
        assert isinstance(quantities, OnPremQuantities)
        factor = float(grown(60, 60)[-1])
        disks = quantities.disks
        needed = disks.held_tb * factor - disks.room_tb + quantities.backup_tb * (factor - 1)
        assert more.storage_tb[-1] == np.ceil(needed)


class TestLeftOut:
    """What no side carries holds its room on today's hosts, and does not grow."""

    @pytest.fixture
    def report(self, catalog: None) -> Report:
        lab, estate = Lab.objects.create(name="With AIX"), small_inventory()
        aix = replace(machine("aix-1", 16, 256, "esx-01", "other"), os_text="AIX 7.2")
        create_estate(lab, replace(estate, vms=[*estate.vms, aix]))
        return report_of(lab, growth_pct_per_year=30)

    def test_it_keeps_the_room_of_what_is_left_out(self, report: Report) -> None:
        assert report.not_carried == ("aix-1",)
        (room,), shape = rooms_of(report.by_key["as_is"]), report.book.shape("as_is")
        assert isinstance(shape.quantities, OnPremQuantities)
        (whole,) = shape.quantities.rooms
        assert (room.aside_gib, room.memory_gib[0] + room.aside_gib) == (256, whole.memory_gib[0])
        assert room.filled(95) == pytest.approx(whole.filled(95))
        kept = report.by_key["as_is"].shape.quantities
        assert isinstance(kept, OnPremQuantities)
        disks = kept.disks
        assert disks.aside_tb > 0
        assert disks.held_tb + disks.aside_tb == pytest.approx(shape.quantities.disks.held_tb, abs=0.002)

    def test_it_grows_beside_it(self) -> None:
        room = ClusterRoom(0, hosts=2, memory_gib=(50, 100), aside_gib=40)
        assert room.over_hosts(95, np.array([1.0, 1.2, 1.5, 2.3])) == pytest.approx([0, 0, 0.3, 1.1])
        assert StorageRoom(5, 10, 4).over_tb(np.array([1.0, 1.2, 2.0])).tolist() == [0, 0, 4]


class TestLicences:
    @pytest.fixture
    def with_sql(self, lab: Lab) -> Lab:
        Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
        return lab

    @pytest.mark.parametrize(("edition", "driver"), [(1, Driver.WORK), (2, Driver.WORK), (3, Driver.HOSTS)])
    def test_it_grows_by_what_they_count(self, with_sql: Lab, edition: int, driver: Driver) -> None:
        asked = {"growth_pct_per_year": 20, "sql_edition": edition, "software_assurance_pct": 25}
        report = report_of(with_sql, **asked, windows_cal_users=100)
        side, values = report.by_key["as_is"], report.question.values
        q = side.shape.quantities
        assert isinstance(q, OnPremQuantities)
        usd = {key: one.usd for key, one in q.licences(values).items()}
        assert usd["windows_standard"]
        assert usd["sql"]
        with_work = usd["windows_standard"] + (usd["sql"] if driver == Driver.WORK else 0)
        growth = growth_of(side, values)
        licences = [one for one in growth.purchases if one.grows == Driver.WORK]
        assert sum(one.usd for one in licences) == pytest.approx(with_work * (1.2**5 - 1))
        assert not any(one.again for one in licences), "under Software Assurance"
        hardware = sum(group.price_usd(values) for group in q.bought) + q.network_usd(values)
        by_host = usd["sql"] if driver == Driver.HOSTS else 0
        each = of_host(q, values)
        assert sum(one.usd for one in each if one.again) == pytest.approx(hardware / q.servers)
        assert sum(one.usd for one in each if not one.again) == pytest.approx(by_host / q.servers)
        assurance = growth.lines["assurance"]
        whole = sum(assurance.values())
        assert assurance[Driver.FIXED] == pytest.approx(whole * usd["windows_cals"] / sum(usd.values()))
        assert assurance[Driver.WORK] == pytest.approx(whole * with_work / sum(usd.values()))

    def test_it_fills_up_an_order_less_with_more_hosts(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=60, vmware_min_cores_per_order=130)
        side = report.by_key["as_is"]
        growth, q = growth_of(side, report.question.values), side.shape.quantities
        assert isinstance(q, OnPremQuantities)
        assert growth.lines["hypervisor_esxi_usd_per_core_year_order"].keys() == {Driver.ORDER}
        units = q.licensed["esxi_usd_per_core_year"]
        there = units * growth.factors[Driver.HOSTS]
        assert growth.factors[Driver.ORDER] == pytest.approx(np.maximum(130 - there, 0) / (130 - units))
        assert growth.factors[Driver.ORDER][-1] == 0


class TestSums:
    @pytest.mark.parametrize(
        "asked", [{}, {"tax_pct": 10, "second_site_pct": 40}, {"support_plan": 2, "discount_pct": 5}]
    )
    def test_it_splits_into_lines_and_drivers_that_sum(self, lab: Lab, asked: dict[str, object]) -> None:
        report = report_of(lab, growth_pct_per_year=25, purchase="three_year", private_discount_pct=3, **asked)
        values = report.question.values
        for side in report.alternatives:
            flow = CashFlow.of(side, values)
            assert sum(flow.by_driver.values()) == pytest.approx(flow.monthly_usd)
            assert flow.by_driver[Driver.FIXED] >= -0.05
            lines = net_by_line(side, values)
            assert sum(lines.values()) == pytest.approx(flow.net_usd(60, values["discount_pct"]))
            paid = flow.paid_usd(60)
            assert flow.net_usd(60, 0) == pytest.approx(float(paid[-1]) - flow.left_usd(60))
            assert all(after >= before - 1e-6 for before, after in itertools.pairwise(paid.tolist()))

    def test_it_costs_both_sides_more_over_the_months_ahead(self, lab: Lab) -> None:
        nets = [
            outcome(r.left, r.right, r.question.values).net_usd
            for r in (report_of(lab, growth_pct_per_year=growth) for growth in (0, 10, 40))
        ]
        for side in (0, 1):
            assert nets[0][side] < nets[1][side] < nets[2][side]

    def test_it_says_what_is_bought(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=60)
        assert report_of(lab).growth_words == []
        onprem, cloud = report.growth_words
        assert "buys 2 hosts" in onprem
        assert "Clusters that survive the loss of a host today (1 of 1) go on doing so." in onprem
        filled = report_of(lab, growth_pct_per_year=60, growth_keeps_failover=0).growth_words
        assert "buys 1 host" in filled[0]
        assert "filled to the last one" in filled[0]
        shape = replace(report.left.shape, facts={**report.left.shape.facts, "survive": 0.0})
        none = growth_words(replace(report.left, shape=shape), report.right, report.names, report.question.values)
        assert "No cluster survives the loss of a host today" in none[0]
        assert "Its spare hosts (1) stay" in report_of(lab, growth_pct_per_year=60, left="refresh").growth_words[0]
        assert "grows from" in cloud

    def test_it_says_where_the_month_stands_that_it_is_today_s(self, lab: Lab, visitor: Client) -> None:
        grown, level = report_of(lab, growth_pct_per_year=60), report_of(lab)
        for report, unit in ((grown, "/ month today"), (level, "/ month")):
            (cost,) = (row for row in report.rows if row.key == "cost")
            assert cost.left.unit == cost.right.unit == unit
        assert dict(about(grown))["Growth"] == " ".join(grown.growth_words)
        assert "Growth" not in dict(about(level))
        for name in ("compare:report", "compare:paper"):
            page = visitor.get(reverse(name, args=[lab.slug]), {"growth_pct_per_year": 60})
            said = html.unescape(page.content.decode())
            assert all(said.count(words) == 1 for words in grown.growth_words), name
