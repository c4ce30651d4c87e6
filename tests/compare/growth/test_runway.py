"""When what is there is full."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from hosts.inventory.write import create_estate, touch
from hosts.models import Cluster, Host
from tests.compare.conftest import report_of, small_inventory
from virtlab.compare.bills.growth import Driver
from virtlab.compare.report.cash.growth import growth_of
from virtlab.compare.report.report import Report
from virtlab.compare.report.runway import Runway, next_words, runway_words, runways
from virtlab.engine.runway import months_until_full
from virtlab.labs.models import Assumption, Lab


class TestMonths:
    def test_it_doubles_in_the_time_that_compound_growth_takes(self) -> None:
        assert months_until_full(50, 100, 100) == pytest.approx(12)
        assert months_until_full(50, 60.5, 10) == pytest.approx(24)

    def test_it_is_full_already(self) -> None:
        assert months_until_full(100, 100, 0) == 0

    @pytest.mark.parametrize(("used", "growth"), [(50, 0), (0, 10)])
    def test_it_never_fills_without_growth(self, used: float, growth: float) -> None:
        assert months_until_full(used, 100, growth) is None


def of_report(report: Report, today: date) -> list[Runway]:
    return runways(report.estate, report.book.shape("as_is"), report.question.values, today)


class TestRunways:
    def test_it_names_the_month_of_each_resource(self, lab: Lab) -> None:
        report = report_of(lab, growth_pct_per_year=30)
        rows = {row.resource: row for row in of_report(report, date(2026, 11, 30))}
        memory = rows["memory"]
        assert (memory.used, memory.capacity) == (86, 2 * (384 - 4))
        months = months_until_full(86, 760, 30)
        assert months is not None
        assert memory.full == date(2026 + (10 + int(months)) // 12, (10 + int(months)) % 12 + 1, 1)
        assert set(rows) == {"memory", "CPU", "storage"}

    def test_it_counts_the_data_reduction_of_the_arrays_as_the_purchases_do(self, lab: Lab) -> None:
        store = lab.datastores.create(cluster=lab.clusters.get(), name="ds", capacity_gib=200, reduction=2)
        lab.virtual_machines.update(datastore=store)
        touch(lab)
        report = report_of(lab, growth_pct_per_year=60, backup_share_pct=0)
        row = next(row for row in report.runways if row.cluster is None)
        assert (report.estate.bought_storage_gib, row.capacity) == (200, 400)
        months = months_until_full(row.used, row.capacity, 60)
        assert months
        bought = growth_of(report.by_key["as_is"], report.question.values).purchases
        assert next(one.first for one in bought if one.grows == Driver.STORAGE) == int(months)

    def test_it_starts_at_the_labs_today_and_names_the_first(self, lab: Lab) -> None:
        rows = report_of(lab, growth_pct_per_year=30).runways
        first = rows[0].full
        assert first is not None
        assert first >= lab.lab_time().date().replace(day=1)
        assert [row.full for row in rows] == sorted(row.full or date.max for row in rows)

    def test_it_stands_on_the_page(self, visitor: Client, lab: Lab) -> None:
        page = visitor.get(reverse("compare:outlook", args=[lab.slug]), {"growth_pct_per_year": "30"}).content.decode()
        assert "Full today: the storage of All datastores. At 30 % a year the first to be full is the " in page


class TestUnknownDemand:
    """Where nobody knows the demand CPU is what is planned, as for the alternatives that choose hosts."""

    @staticmethod
    def estate(known: int) -> Lab:
        """The small estate; of its five VMs that run (17 vCPU) so many have a stated demand."""
        several = small_inventory()
        vms = [
            vm if n < known else replace(vm, cpu_mean=None, memory_mean=None, usage_from="")
            for n, vm in enumerate(several.vms)
        ]
        lab = Lab.objects.create(name=f"{known} known", visitor_token="x")
        create_estate(lab, replace(several, vms=vms))
        return lab

    @staticmethod
    def cpu(lab: Lab, **values: float) -> Runway:
        return next(row for row in report_of(lab, **values).runways if row.unit == "vCPU")

    def test_it_plans_vcpu_by_core(self, catalog: None) -> None:
        lab = self.estate(0)
        row = self.cpu(lab, hypervisor_cpu_pct=10, smt_gain=1.25)
        assert row.used == row.planned == pytest.approx(17 / 4 * 1.25 * 0.9)
        assert self.cpu(lab, unmeasured_vcpu_per_core=2, hypervisor_cpu_pct=10).used == pytest.approx(2 * row.used)
        assert row.share == pytest.approx(17 / 4 / 112), "cores of all, whatever threads and hypervisors do"

    def test_it_adds_what_is_planned_to_what_is_known(self, catalog: None) -> None:
        lab = self.estate(1)
        row, report = self.cpu(lab), report_of(lab)
        db = report.estate.traces.cpu_vcpu[report.estate.vms.names.index("db-0")]
        work = 1.25 * (1 - report.question.values["hypervisor_cpu_pct"] / 100)
        assert row.planned == pytest.approx(9 / 4 * work)
        assert row.used == pytest.approx(np.percentile(db, report.question.values["percentile"]) + row.planned)
        assert self.cpu(self.estate(6)).planned == 0

    def test_it_uses_the_assumed_demand_where_one_chooses_it(self, catalog: None) -> None:
        assert self.cpu(self.estate(0), unmeasured_demand=1).planned == 0

    def test_it_says_on_what_it_rests(self, catalog: None) -> None:
        words = {
            known: " ".join(report_of(self.estate(known), growth_pct_per_year=20).runway_words) for known in (0, 6)
        }
        assert "Nobody knows the demand of these VMs: CPU is what is planned for their vCPU" in words[0]
        assert "Nobody knows" not in words[6]

    @pytest.mark.parametrize(
        ("cores", "ratio", "said"),
        [
            (1, 2.5, "Full today, by the 2.5 vCPU per physical core that are planned with: the CPU of A."),
            (3, 4, "the CPU of A, by the 4 vCPU per physical core that are planned with: "),
        ],
    )
    def test_it_says_by_how_many_vcpu_of_which_core(self, catalog: None, cores: int, ratio: float, said: str) -> None:
        lab = self.estate(0)
        Host.objects.filter(lab=lab).update(cores=cores)
        sent = {"growth_pct_per_year": 20, "unmeasured_vcpu_per_core": ratio}
        assert said in " ".join(report_of(lab, **sent).runway_words)

    def test_it_buys_hosts_for_growth_by_the_same_rule(self, catalog: None) -> None:
        """56 cores a host, ratio 0.25 of a core each: beyond what both hosts have when 17 vCPU fill them."""
        lab, values = self.estate(0), {"growth_pct_per_year": 60, "unmeasured_vcpu_per_core": 1, "horizon_months": 120}
        more = growth_of(report_of(lab, **values).by_key["as_is"], report_of(lab, **values).question.values).more
        assert more is not None
        vcpu = 17 * 1.6**10
        assert more.hosts[-1] == -(-vcpu // 56) - 1, "one of two is kept for a failure"


class TestClusterPage:
    """The page of a cluster shows what the comparison has, after itself."""

    def page(self, visitor: Client, lab: Lab) -> str:
        cluster = Cluster.objects.get(lab=lab)
        address = reverse("compare:runway", args=[lab.slug, cluster.pk])
        assert (
            f'hx-get="{address}"' in visitor.get(reverse("hosts:cluster", args=[lab.slug, cluster.pk])).content.decode()
        )
        return visitor.get(address).content.decode()

    def test_it_says_the_month_at_the_labs_growth(self, visitor: Client, lab: Lab) -> None:
        Assumption.objects.create(lab=lab, key="growth_pct_per_year", value=30)
        report = report_of(lab)
        first = next(row for row in report.runways if row.share < 1)
        text = self.page(visitor, lab)
        assert f"At 30 % a year the first to be full is the {first.resource} of {first.place}: {first.text}." in text
        for row in report.runways:
            assert row.text in text

    def test_it_says_that_nothing_ever_fills_and_gives_an_example(self, visitor: Client, lab: Lab) -> None:
        text = " ".join(self.page(visitor, lab).split())
        assert "Full today: the storage of All datastores. For example: At 20 % a year the first to be full is" in text

    def test_it_is_for_those_who_may_see_the_lab(self, client: Client, lab: Lab) -> None:
        cluster = Cluster.objects.get(lab=lab)
        assert client.get(reverse("compare:runway", args=[lab.slug, cluster.pk])).status_code == 404

    def test_it_stands_on_the_labs_page(self, visitor: Client, lab: Lab) -> None:
        Assumption.objects.create(lab=lab, key="growth_pct_per_year", value=30)
        page = visitor.get(reverse("compare:lab", args=[lab.slug])).content.decode()
        assert "At 30 % a year the first to be full is" in page


class TestWords:
    def row(self, used: float, full: date | None) -> Runway:
        return Runway("A", "memory", "GiB", used=used, capacity=100, full=full, cluster=0)

    def test_it_says_the_first_the_full_and_that_nothing_is(self) -> None:
        later, over, idle = self.row(50, date(2028, 3, 1)), self.row(100, date(2026, 11, 1)), self.row(0, None)
        month = "At 10 % a year the first to be full is the memory of A: March 2028."
        assert runway_words([over, later], 10) == ["Full today: the memory of A.", month]
        assert runway_words([later], 0) == ["Without growth nothing ever fills up."]
        assert runway_words([idle], 10) == ["At 10 % a year nothing ever fills up: nothing is in use."]
        assert runway_words([], 10) == []
        assert next_words([over], 10) == "", "all is full"
