"""Licences of one's own in the cloud: those of SQL Server are bought and kept up as at home; those of Windows Server
cover Dedicated Hosts until their refresh and are never bought for a cloud. What they run on is never on Spot.
"""

import re

import numpy as np
import pytest

from hosts.models import VirtualMachine
from instances.pricing.hourly import OWN_WINDOWS
from instances.rules.sizing_candidates import HOST_FAMILIES
from tests.compare.conftest import report_of
from tests.compare.test_purchase import keys, line, name_systems
from virtlab.compare.alternatives.sizing.dedicated_hosts import host_rows
from virtlab.compare.alternatives.sizing.selection import own_windows
from virtlab.compare.bills.cloud.covered import Covered, lent_pct
from virtlab.compare.bills.cloud.quantities import CloudQuantities, Rented
from virtlab.compare.bills.items import Cited, total
from virtlab.compare.report.answer import answer
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.cash.growth import growth_of
from virtlab.compare.report.evaluate import Alternative
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS

KEY = "same_size-one_year"
ON_DEMAND = {"purchase": "on_demand", "hours_per_day": 24}
NEW = {"existing_age_years": 10}
VALUES = {key: spec.default for key, spec in SPECS.items()}


def with_sql(lab: Lab) -> Lab:
    """The lab with SQL Server on one of its machines."""
    lab.workloads.filter(name__startswith="ad-").update(application="SQL Server (CRM)")
    lab.revision += 1
    lab.save(update_fields=["revision"])
    return lab


def cloud(lab: Lab, **asked: object) -> Alternative:
    """All machines as instances."""
    return report_of(lab, **asked).by_key[KEY]


class TestSqlServer:
    @pytest.mark.parametrize(("edition", "usd_per_core"), [(1, 1_200), (2, 6_000), (3, 6_000)])
    def test_it_is_brought_where_hosts_have_it_and_the_cloud_rents_none(
        self, lab: Lab, edition: int, usd_per_core: float
    ) -> None:
        """What License Mobility needs is Software Assurance: with it the four cores that are there are not bought."""
        prices = {"sql_standard_usd_per_core": 1_200, "sql_enterprise_usd_per_core": 6_000}
        side = cloud(with_sql(lab), sql_edition=edition, **prices, **NEW)
        assert "sql_brought" not in keys(side)
        assert float(line(side, "assurance").amount) == pytest.approx(4 * usd_per_core * 0.25 / 12)
        side = cloud(lab, sql_edition=edition, needed_assurance_pct=0, **prices, **NEW)
        assert float(line(side, "sql_brought").amount) == pytest.approx(4 * usd_per_core / 60)

    def test_it_buys_once_what_instances_need_beyond_the_hosts(self, lab: Lab) -> None:
        """Of eight vCPU six are there: two are bought now and never again, and all have Software Assurance."""
        with_sql(lab)
        VirtualMachine.objects.filter(lab=lab, name__startswith="ad-").update(vcpu=5)
        report = report_of(lab, sql_edition=1, sql_standard_usd_per_core=1_200, horizon_months=120, **NEW)
        q = report.by_key[KEY].shape.quantities
        assert isinstance(q, CloudQuantities)
        more = q.sql_vcpu - q.owned_sql_cores[0]
        assert (q.owned_sql_cores[0], more) == (6, 2)
        (bought,) = CashFlow.of(report.by_key[KEY], report.question.values).purchases
        assert (bought.first, bought.again) == (0, False)
        assert bought.usd == pytest.approx(2 * 1_200)
        assert float(line(report.by_key[KEY], "sql_brought").amount) == pytest.approx(2 * 1_200 / 120)
        assert float(line(report.by_key[KEY], "assurance").amount) == pytest.approx(8 * 1_200 * 0.25 / 12)

    @pytest.mark.parametrize("asked", [{"sql_edition": 1}, {"sql_edition": 3}, {"sql_server_edition": 3}])
    def test_it_is_licensed_on_no_side_where_it_is_off(self, lab: Lab, asked: dict[str, object]) -> None:
        with_sql(lab)
        VirtualMachine.objects.filter(lab=lab, name__startswith="ad-").update(power_state="stopped")
        report = report_of(lab, **asked)
        assert not any(keys(side) & {"sql", "sql_brought", "sql_server", "assurance"} for side in report.alternatives)

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"sql_edition": 1}, ""),
            ({"sql_server_edition": 3}, ""),
            ({"sql_edition": 1, "sql_server_edition": 3}, "on hosts Standard, by VM; in the cloud Enterprise, by VM."),
            ({"sql_edition": 3}, "on hosts Enterprise, all cores of hosts; in the cloud Enterprise, by VM."),
            ({"sql_server_edition": 1}, "on hosts Standard, by VM; in the cloud Web, which is rented alone"),
        ],
    )
    def test_it_says_where_editions_differ(self, lab: Lab, asked: dict[str, object], words: str) -> None:
        said = answer(report_of(with_sql(lab), **asked)).evidence
        assert f"SQL Server is not the same on both sides: {words}" in said if words else "not the same" not in said

    @pytest.mark.parametrize("asked", [{"sql_edition": 1}, {"sql_server_edition": 1}])
    def test_it_says_on_how_many_it_is_recognised_or_on_none(self, lab: Lab, asked: dict[str, object]) -> None:
        assert "SQL Server" not in answer(report_of(lab)).evidence
        assert re.search(r"recognised on none of \d+ compared workloads", answer(report_of(lab, **asked)).evidence)
        report = report_of(with_sql(lab), **asked)
        assert re.search(r"SQL Server is recognised on 1 of \d+ compared workloads", answer(report).evidence)
        for key, side in (
            ("assurance", "as_is"),
            ("sql_server" if "sql_server_edition" in asked else "assurance", KEY),
        ):
            (cited,) = [rest for rest in line(report.by_key[side], key).rests_on if isinstance(rest, Cited)][-1:]
            assert cited.text().startswith("1 of "), key

    def test_it_costs_neither_side_by_default_nor_twice(self, lab: Lab) -> None:
        lines = {"sql", "sql_brought", "sql_server", "assurance"}
        report = report_of(with_sql(lab))
        assert not any(keys(side) & lines for side in report.alternatives)
        assert not keys(report_of(with_sql(lab), sql_edition=1).by_key["as_is"]) & {"sql_server", "sql_brought"}
        assert keys(cloud(lab, sql_edition=1, sql_server_edition=2)) & lines == {"sql_server"}

    @pytest.mark.parametrize(("rented", "usd_per_core"), [(1, 1_200), (2, 1_200), (3, 6_000)])
    def test_it_is_on_hosts_too_where_the_cloud_rents_it(self, lab: Lab, rented: int, usd_per_core: float) -> None:
        """Web is not sold for hosts of one's own: Standard stands for it. By VM, four cores at least."""
        prices = {"sql_standard_usd_per_core": 1_200, "sql_enterprise_usd_per_core": 6_000}
        report = report_of(with_sql(lab), sql_server_edition=rented, **prices, **NEW)
        side = report.by_key["as_is"]
        assurance = line(side, "assurance")
        assert "sql" not in keys(side), "it is there, and under Software Assurance"
        assert float(assurance.amount) == pytest.approx(4 * usd_per_core * 0.25 / 12)
        assert "since the cloud rents it" in str(assurance.name)
        assert {"sql_edition", "sql_server_edition"} < set(assurance.rests_on)
        assert line(report.by_key[KEY], "sql_server").amount

    def test_it_is_bought_when_that_at_home_is(self, lab: Lab) -> None:
        report = report_of(with_sql(lab), sql_edition=1, existing_age_years=2, needed_assurance_pct=0)
        flows = [CashFlow.of(report.by_key[key], report.question.values) for key in ("as_is", KEY)]
        (bought,) = flows[1].purchases
        assert (bought.first, bought.every) == (36, 60)
        assert bought.usd == pytest.approx(4 * 1_972.5)
        assert bought.first in {one.first for one in flows[0].purchases}

    def test_it_pays_assurance_alone_on_both_sides(self, lab: Lab) -> None:
        report, plain = report_of(with_sql(lab), sql_edition=1, existing_age_years=2), report_of(lab)
        for key in ("as_is", KEY):
            flow, without = (CashFlow.of(one.by_key[key], one.question.values) for one in (report, plain))
            assert sum(one.usd for one in flow.purchases) == pytest.approx(sum(one.usd for one in without.purchases))
            assert flow.monthly_usd - without.monthly_usd == pytest.approx(4 * 1_972.5 * 0.25 / 12, abs=0.011)

    def test_it_grows_with_the_workloads(self, lab: Lab) -> None:
        report = report_of(with_sql(lab), sql_edition=1, growth_pct_per_year=12, horizon_months=12, **NEW)
        growth = growth_of(report.by_key[KEY], report.question.values)
        assert sum(one.usd for one in growth.purchases) == pytest.approx(0.12 * 4 * 1_972.5)
        assert not any(one.again for one in growth.purchases)

    def test_it_is_no_charge_of_the_clouds(self, lab: Lab) -> None:
        asked = {"sql_edition": 1, "needed_assurance_pct": 0, **NEW}
        none, off = (cloud(with_sql(lab), **asked, private_discount_pct=share) for share in (0, 50))
        assert line(none, "sql_brought").amount == line(off, "sql_brought").amount
        charged = total(one for one in none.cost if one.category != "people" and one.key != "sql_brought")
        assert float(line(off, "private_discount").amount) == pytest.approx(-float(charged) / 2, abs=0.02)


LENT = "lent_on_dedicated"


class TestWindowsServer:
    @pytest.mark.parametrize(
        ("datacenter", "hosts", "instances", "covered"),
        [
            (100, (36, 48), 60, 84),
            (83, (36, 48), 60, 36),
            (35, (36, 48), 60, 0),
            (96, (48, 48, 48), 90, 96),
        ],
    )
    def test_it_covers_whole_hosts_by_all_their_cores(
        self, datacenter: int, hosts: tuple[int, ...], instances: int, covered: int
    ) -> None:
        q = on_hosts(hosts, instances, owned=(datacenter, 1_000_000, 0))
        assert Covered.of(q, VALUES) == Covered(sum(hosts), covered, (covered, 0), (datacenter, 0))

    @pytest.mark.parametrize(("standard", "covered"), [(95, 0), (96, 48), (191, 48), (192, 96)])
    def test_it_stacks_standard_for_every_two_instances(self, standard: int, covered: int) -> None:
        """Three or four instances on each of two hosts with 48 cores take two licences of all cores."""
        q = on_hosts((48, 48), 7, owned=(standard * 10, standard, 0))
        assert Covered.of(q, VALUES) == Covered(96, covered, (0, covered * 2), (0, standard))

    @pytest.mark.parametrize(
        ("datacenter", "asked", "lent_pct_"),
        [
            (96, {"existing_age_years": 0, "horizon_months": 60}, 0),
            (48, {"existing_age_years": 0, "horizon_months": 60}, 50),
            (96, {"existing_age_years": 2.5, "horizon_months": 60}, 50),
            (48, {"existing_age_years": 2.5, "horizon_months": 60}, 75),
            (96, {"existing_age_years": 10}, 100),
            (96, {"existing_age_years": 10, "software_assurance_pct": 25}, 0),
            (0, {"existing_age_years": 0, "horizon_months": 60}, 100),
        ],
    )
    def test_it_is_lent_where_owned_licences_do_not_cover_and_all_from_their_refresh(
        self, datacenter: int, asked: dict[str, float], lent_pct_: float
    ) -> None:
        q = on_hosts((48, 48), 90, owned=(datacenter, 1_000_000, 0))
        assert lent_pct(q, {**VALUES, "server_lifetime_years": 5, **asked}) == lent_pct_

    def test_it_is_never_bought_for_a_cloud(self, lab: Lab) -> None:
        """What is bought after October 2019 may not be brought."""
        name_systems(lab, "Windows Server 2016")
        for age in (0, 2, 10):
            report = report_of(lab, windows_own_licences=1, existing_age_years=age)
            assert CashFlow.of(report.by_key[KEY], report.question.values).purchases == ()

    def test_it_costs_nothing_while_owned_licences_cover_the_hosts(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        asked = {"existing_age_years": 0, "horizon_months": 60, "server_lifetime_years": 5}
        side = cloud(lab, windows_own_licences=1, **asked)
        assert not keys(side) & {LENT, "windows"}

    def test_it_is_lent_as_on_shared_hardware_from_the_refresh(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        lent, own = (cloud(lab, windows_own_licences=own, hours_per_day=24, **NEW) for own in (0, 1))
        selection = report_of(lab, windows_own_licences=1, **NEW).book.same_size("one_year")
        vcpu = float(selection.table.vcpu[selection.row[selection.chosen]].max())
        item = line(own, LENT)
        assert 0 < float(item.amount) <= vcpu * 0.046 * 730 + 0.01
        assert "windows" in keys(lent)
        assert {"windows_own_licences", "existing_age_years", "windows_usd_per_vcpu_hour"} < set(item.rests_on)
        (cited,) = [rest.text() for rest in item.rests_on if isinstance(rest, Cited)]
        assert "of Datacenter" in cited

    def test_it_has_the_assurance_of_the_licences_that_hosts_take(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        without = report_of(lab, windows_own_licences=1, **NEW)
        assert "assurance" not in keys(without.by_key[KEY])
        report = report_of(lab, windows_own_licences=1, software_assurance_pct=20, **NEW)
        home, there = (float(line(report.by_key[key], "assurance").amount) for key in ("as_is", KEY))
        assert 0 < there <= home
        assert LENT not in keys(report.by_key[KEY]), "with it they are kept"

    def test_it_brings_none_of_later_versions(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2022")
        assert LENT not in keys(cloud(lab, windows_own_licences=2, **NEW))

    def test_it_brings_none_where_only_vms_that_are_off_may(self, lab: Lab) -> None:
        """There is no Dedicated Host for them then, and what runs rents its licences."""
        name_systems(lab, "Windows Server 2016")
        windows = lab.workloads.filter(operating_system="windows").values_list("name", flat=True)
        VirtualMachine.objects.filter(lab=lab, name__in=list(windows)).update(power_state="stopped")
        side = cloud(lab, windows_own_licences=1, windows_cal_users=300, **NEW)
        assert not keys(side) & {LENT, "windows_cals", "dedicated_windows_own"}


def on_hosts(hosts: tuple[int, ...], instances: int, owned: tuple[int, int, int]) -> CloudQuantities:
    """Instances on Dedicated Hosts with so many cores each; `owned`: cores of one cluster by edition."""
    return CloudQuantities(
        own_hardware={OWN_WINDOWS: Rented(machines=instances)}, host_cores=hosts, owned_windows_cores=(owned,)
    )


class TestCals:
    def test_it_takes_them_along_with_windows_licences(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        users = {"windows_cal_users": 300, "windows_cal_usd": 40, **NEW}
        assert "windows_cals" not in keys(cloud(lab, **users)), "licences that AWS lends include access"
        report = report_of(lab, windows_own_licences=1, **users)
        assert float(line(report.by_key["as_is"], "windows_cals").amount) == 200.0
        assert "windows_cals" not in keys(report.by_key[KEY]), "from their refresh on AWS lends Windows Server"
        assured = cloud(lab, windows_own_licences=1, software_assurance_pct=20, **users)
        without = cloud(lab, windows_own_licences=1, software_assurance_pct=20, **NEW)
        of_cals = line(assured, "assurance").amount - line(without, "assurance").amount
        assert float(of_cals) == pytest.approx(12_000 * 0.2 / 12)


class TestSpot:
    def test_it_has_no_hardware_of_ones_own(self, lab: Lab) -> None:
        """The share on Spot is of the others alone; what is on hosts of one's own is bought as without Spot."""
        name_systems(lab, "Windows Server 2016")
        asked = {"windows_own_licences": 1, "coverage_pct": 60, "hours_per_day": 24, "dedicated_surcharge_pct": 10}
        without, with_spot = (cloud(lab, **asked, spot_share_pct=share) for share in (0, 40))
        own = {key: its for key, its in amounts(with_spot).items() if key.startswith("instances_windows_own")}
        assert set(own) == {"instances_windows_own", "instances_windows_own_on_demand"}
        assert line(with_spot, "dedicated_windows_own").amount == line(without, "dedicated_windows_own").amount
        assert amounts(with_spot)["instances_spot"] > 0

    def test_it_prices_workloads_as_the_bill_does(self, lab: Lab) -> None:
        name_systems(lab, "Windows Server 2016")
        asked = {"windows_own_licences": 1, "dedicated_surcharge_pct": 0, "coverage_pct": 60, "spot_share_pct": 30}
        asked["hours_per_day"] = 10
        report = report_of(lab, **asked)
        selection, side = report.book.same_size("one_year"), report.by_key[KEY]
        assert own_windows(report.book.basis).any()
        assert OWN_WINDOWS in side.shape.quantities.own_hardware  # type: ignore[union-attr]
        hours = 730 * (0.42 * 24 + 0.58 * 10) / 24
        billed = sum(
            usd for key, usd in amounts(side).items() if key.startswith(("instances", "windows", "rhel", "suse"))
        )
        usd = float(selection.usd_per_hour[selection.chosen].sum()) * hours
        assert usd == pytest.approx(billed, rel=1e-3)


class TestDedicatedHosts:
    def test_it_rents_whole_hosts(self, lab: Lab) -> None:
        """Of each family at least one, day and night, at its largest size and the surcharge of dedicated tenancy."""
        name_systems(lab, "Windows Server 2016")
        report = report_of(lab, windows_own_licences=1, dedicated_surcharge_pct=10, **ON_DEMAND)
        side, selection = report.by_key["same_size-on_demand"], report.book.same_size("on_demand")
        (row,) = selection.row[own_windows(report.book.basis) & selection.chosen].tolist()
        table = selection.table
        of_family = np.flatnonzero(np.array(table.families) == table.families[row])
        host = of_family[np.argmax(np.where(table.metal[of_family], 0, table.vcpu[of_family]))]
        billed = amounts(side)["dedicated_windows_own"] + float(table.usd_per_hour[row]) * 730
        assert billed == pytest.approx(float(table.usd_per_hour[host]) * 730 * 1.1, abs=0.02)
        share = 100 * float(table.vcpu[row] / table.vcpu[host])
        said = [rest.text() for rest in line(side, "dedicated_windows_own").rests_on if isinstance(rest, Cited)]
        assert f"1 × {table.families[row]}; {share:.1f} % of their vCPU is rented" in said

    @pytest.mark.parametrize("rules", [{}, {"generations": 1}, {"burstable": 2}])
    def test_it_takes_types_that_hosts_run(self, lab: Lab, rules: dict[str, object]) -> None:
        name_systems(lab, "Windows Server 2016")
        report = report_of(lab, windows_own_licences=1, **rules)
        for chosen in (report.book.same_size("one_year"), report.book.rightsized("one_year")):
            (row,) = chosen.row[own_windows(report.book.basis) & chosen.chosen].tolist()
            assert chosen.table.families[row] in HOST_FAMILIES

    def test_it_fills_hosts_before_there_is_another(self, lab: Lab) -> None:
        table = report_of(lab).book.table
        rows = [table.row_of[name] for name in ("m6i.16xlarge", "m6i.16xlarge", "r6i.large")]
        assert [table.names[row] for row in host_rows(table, np.array(rows))] == ["m6i.32xlarge", "r6i.32xlarge"]
        more = [*rows, table.row_of["m6i.large"]]
        assert [table.names[row] for row in host_rows(table, np.array(more))].count("m6i.32xlarge") == 2

    def test_it_takes_the_family_of_the_cheapest_hosts(self, lab: Lab) -> None:
        """One VM alone: the cheapest host that there is, whatever an instance on it costs."""
        name_systems(lab, "Windows Server 2016")
        report = report_of(lab, windows_own_licences=1, **ON_DEMAND)
        table, chosen = report.book.table, report.book.same_size("on_demand")
        own = chosen.row[own_windows(report.book.basis) & chosen.chosen]
        of_each = [np.flatnonzero(np.array(table.families) == family)[:1] for family in sorted(HOST_FAMILIES)]
        hosts = np.concatenate([host_rows(table, rows) for rows in of_each])
        assert table.usd_per_hour[host_rows(table, own)].sum() == table.usd_per_hour[hosts].min()

    def test_it_brings_none_to_what_no_host_starts(self, lab: Lab) -> None:
        """A system without drivers for Nitro keeps the licence in its instance's price."""
        name_systems(lab, "Windows Server 2003 (64-bit)")
        assert "windows" in keys(cloud(lab, windows_own_licences=1))


def amounts(side: Alternative) -> dict[str, float]:
    """USD per month by line."""
    return {item.key: float(item.amount) for item in side.cost}
