"""The list's rows and the region view: what runs, what it costs, and that the totals are the sums."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from instances.live.region import region_view
from instances.live.rows import InstanceRow, instances_of, rows_of
from instances.models import Fault, Instance, InstanceType, Volume
from instances.operations.instance.state_effects import change
from instances.services.instances import START, NewInstances, create_instances, root_volume
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.labs.models import Trace


def many(cloud: Cloud, count: int, type_name: str = "m5.large") -> list[Instance]:
    """So many running instances over three zones."""
    zones = [f"{TOKYO}{letter}" for letter in "acd"]
    new = NewInstances(
        names=[f"{type_name} {n}" for n in range(count)],
        region=TOKYO,
        zones=zones,
        kind=InstanceType.objects.get(pk=type_name),
        image=None,
        root=root_volume(),
    )
    instances = create_instances(cloud.lab, new)
    for one in instances:
        change(one, "running", cloud.lab.lab_time())
        one.save()
    return instances


def rows_at(cloud: Cloud, at: datetime | None = None, *, terminated: bool = True) -> list[InstanceRow]:
    return rows_of(cloud.lab, list(instances_of(cloud.lab, terminated=terminated).values_list("pk", flat=True)), at)


class TestRows:
    def test_it_shows_what_runs_and_what_it_costs(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", purchase="one_year")
        at = START + timedelta(days=1, hours=10, minutes=2)
        row = rows_at(cloud, at)[0]
        trace = Trace.objects.get(workload=instance.workload)
        sample = np.frombuffer(trace.cpu_vcpu, dtype="<f4")[288 + 120]
        assert row.cpu_vcpu == pytest.approx(float(sample))
        assert row.cpu_share == pytest.approx(float(sample) / 2)
        assert row.cpu_mean_share == pytest.approx(0.15, rel=0.01)
        assert row.usd_per_hour == pytest.approx(0.124 * 0.63)
        assert row.usd_per_month == pytest.approx((0.124 * 0.63 + 0.005) * 730 + 30 * 0.096)
        # Skylake / Cascade Lake by the catalog: idle + (full − idle) × use, and 0.1 W for each GiB
        power = instance.instance_type.cpu_power
        assert power is not None
        expected = 2 * power.idle_w_per_vcpu + float(sample) * (power.full_w_per_vcpu - power.idle_w_per_vcpu)
        # Of m5.large's 8 GiB its processors' benchmark (81.32 GiB, 48 vCPU) has 3.4.
        assert row.power_w == pytest.approx(expected + (8 - 2 * 81.32 / 48) * 0.1)

    @pytest.mark.parametrize("days", [-3, 0, 8, 400])
    def test_it_repeats_a_trace_for_ever(self, cloud: Cloud, days: int) -> None:
        instance = cloud.instance()
        trace = Trace.objects.get(workload=instance.workload)
        samples = np.frombuffer(trace.cpu_vcpu, dtype="<f4")
        row = rows_at(cloud, START + timedelta(days=days, hours=7))[0]
        assert row.cpu_vcpu == pytest.approx(float(samples[(days * 288 + 84) % samples.size]))

    def test_it_shows_a_stopped_instance_with_its_volumes_alone(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert (row.power_w, row.cpu_vcpu, row.state) == (0, 0, "stopped")
        assert row.usd_per_month == pytest.approx(30 * 0.096)

    def test_it_calls_an_instance_impaired_while_its_zone_is_out(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.do("fault.zone_outage", None, zone=f"{TOKYO}a")
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert (row.state, row.state_label, Instance.objects.get().state) == ("impaired", "Impaired", "running")

    def test_it_adds_up_what_ran(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        since = Instance.objects.get(pk=instance.pk).running_since_lab_at
        assert since is not None
        row = rows_of(cloud.lab, [instance.pk], since + timedelta(hours=10))[0]
        assert row.ran_s == 36_000
        assert row.accrued_usd == pytest.approx(1.24)

    def test_it_does_not_invent_a_price(self, cloud: Cloud) -> None:
        instance = cloud.instance("x8aedz.large", image_name="al2023-ami-2023.12.20260930.0-kernel-6.12-x86_64")
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert (row.usd_per_hour, row.usd_per_month, row.accrued_usd) == (None, None, None)

    def test_it_asks_the_same_queries_for_any_number_of_rows(
        self, cloud: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        many(cloud, 2)
        with django_assert_max_num_queries(10):
            assert len(rows_at(cloud)) == 2
        many(cloud, 30, "c5.large")
        with django_assert_max_num_queries(10):
            assert len(rows_at(cloud)) == 32


class TestRegionView:
    def test_it_adds_up_to_the_cent_and_the_watt(self, cloud: Cloud) -> None:
        many(cloud, 7)
        many(cloud, 4, "m7g.xlarge")
        cloud.instance(state="stopped", name="stopped")
        cloud.instance("x8aedz.large", name="unpriced")
        cloud.instance(state="terminated", name="gone", root_gib=99)
        Volume.objects.filter(instance__name="gone").update(instance=None)
        view = region_view(cloud.lab, TOKYO)
        rows = rows_at(cloud, view.at, terminated=False)
        total = view.total
        assert (total.instances, total.running, total.stopped, total.unpriced) == (13, 12, 1, 1)
        assert total.power_w == pytest.approx(sum(row.power_w for row in rows))
        assert total.cpu_vcpu == pytest.approx(sum(row.cpu_vcpu for row in rows))
        hourly = sum(row.usd_per_hour or 0 for row in rows if row.running)
        assert total.compute_usd_per_hour == pytest.approx(hourly)
        storage = sum(row.volumes_usd_per_month for row in rows)
        assert view.loose_volumes_gib == 99
        assert total.volumes_usd_per_month == pytest.approx(storage + 99 * 0.096)
        assert total.stopped_volumes_usd_per_month == pytest.approx(30 * 0.096)
        assert total.usd_per_month == pytest.approx((hourly + 12 * 0.005) * 730 + storage + 99 * 0.096)
        assert view.jpy_per_month == pytest.approx(total.usd_per_month * 150)
        assert sum(zone.sums.instances for zone in view.zones) == total.instances

    def test_it_shows_every_zone_with_its_dearest_instances_first(self, cloud: Cloud) -> None:
        many(cloud, 6)
        many(cloud, 3, "m5.4xlarge")
        view = region_view(cloud.lab, TOKYO, cards=2)
        assert [zone.name[-1] for zone in view.zones][:3] == ["a", "c", "d"]
        assert [card.instance.instance_type_id for card in view.zones[0].cards] == ["m5.4xlarge", "m5.large"]
        assert view.zones[0].more == 1

    def test_it_shows_an_outage(self, cloud: Cloud) -> None:
        cloud.instance()
        cloud.do("fault.zone_outage", None, zone=f"{TOKYO}a")
        view = region_view(cloud.lab, TOKYO)
        assert [zone.name for zone in view.zones if zone.out] == [f"{TOKYO}a"]

    def test_it_is_empty_in_an_empty_lab_and_refuses_an_unknown_region(self, cloud: Cloud) -> None:
        assert region_view(cloud.lab, "eu-north-1").total.instances == 0
        with pytest.raises(KeyError):
            region_view(cloud.lab, "mars-north-1")

    def test_it_asks_the_same_queries_for_any_number_of_instances(
        self, cloud: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        many(cloud, 3)
        at = datetime(2026, 11, 24, tzinfo=UTC)
        region_view(cloud.lab, TOKYO, at=at)
        with django_assert_max_num_queries(22):
            region_view(cloud.lab, TOKYO, at=at)
        many(cloud, 40, "c5.large")
        with django_assert_max_num_queries(22):
            region_view(cloud.lab, TOKYO, at=at)


class TestSameEverywhere:
    def test_it_is_what_the_previews_of_faults_start_from(self, cloud: Cloud) -> None:
        """With all that the headline counts: an instance, one that is off, a volume and an Elastic IP of nobody."""
        cloud.instance(zone=f"{TOKYO}a", elastic_address=True)
        cloud.instance(zone=f"{TOKYO}c", name="off", state="stopped")
        cloud.elastic()
        Volume.objects.create(lab=cloud.lab, region_id=TOKYO, zone=f"{TOKYO}a", kind="gp3", size_gib=50)
        headline = region_view(cloud.lab, TOKYO).total.usd_per_month
        preview, _plan = cloud.preview("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert preview.cost_usd_per_month
        assert preview.cost_usd_per_month[0] == pytest.approx(headline)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        out = region_view(cloud.lab, TOKYO).total.usd_per_month
        assert preview.cost_usd_per_month[1] == pytest.approx(out)
        ended, _plan = cloud.preview("fault.end", Fault.objects.get())
        assert ended.cost_usd_per_month == pytest.approx((out, headline))
