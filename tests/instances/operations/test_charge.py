"""What is charged: commitments whether used or not, a minute for each start, hibernation, outages."""

from datetime import timedelta

import pytest

from instances.choices import InstanceState
from instances.live.region import region_view
from instances.live.rows import InstanceRow, rows_of
from instances.models import Fault, Instance
from instances.operations.instance.state_effects import change
from instances.pricing.charged_time import availability_share, ran_s, unreachable_s
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.support.sandbox import DAY_S
from virtlab.jobs.operations.plan import Preview

ZONE = f"{TOKYO}a"
VOLUME_USD = 30 * 0.096
COMMITTED = 0.124 * 0.63
ADDRESS_USD = 0.005
BOOT_S = 20
"""Of Linux after an outage: charged, but out of reach."""


def row(cloud: Cloud, instance: Instance) -> InstanceRow:
    """The instance as its page and the list show it."""
    return rows_of(cloud.lab, [instance.pk])[0]


def total(cloud: Cloud) -> tuple[float, float]:
    """USD per month and watts of the region as its page shows them."""
    sums = region_view(cloud.lab, TOKYO).total
    return sums.usd_per_month, sums.power_w


def after(preview: Preview) -> tuple[float, float]:
    """USD per month and watts that a preview says there will be."""
    assert preview.cost_usd_per_month
    assert preview.power_w
    return preview.cost_usd_per_month[1], preview.power_w[1]


class TestCommitments:
    def test_it_is_owed_while_stopped(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        preview, _plan = cloud.preview("instance.stop", instance)
        owed_usd = COMMITTED * 730 + VOLUME_USD
        assert preview.cost_usd_per_month == pytest.approx((owed_usd + ADDRESS_USD * 730, owed_usd))
        assert any("commitment is owed" in str(note) for note in preview.notes)
        cloud.do("instance.stop", instance)
        assert after(preview) == pytest.approx((owed_usd, 0))
        assert total(cloud) == pytest.approx(after(preview))
        assert row(cloud, instance).usd_per_month == pytest.approx(owed_usd)
        assert row(cloud, instance).owed_usd_per_hour == pytest.approx(COMMITTED)

    def test_it_is_owed_for_linux_alone_the_system_is_charged_by_use(self, cloud: Cloud) -> None:
        running = cloud.instance(purchase="three_year")
        Instance.objects.filter(pk=running.pk).update(operating_system="rhel")
        preview, _plan = cloud.preview("instance.stop", running)
        assert preview.cost_usd_per_month
        before, stopped = preview.cost_usd_per_month
        factor = 1 - cloud.prepared("instance.stop", running).lab_figures["discount_three_year_pct"] / 100
        assert stopped == pytest.approx(0.124 * factor * 730 + VOLUME_USD)
        assert before - stopped > (ADDRESS_USD + 0.01) * 730

    @pytest.mark.parametrize("name", ["instance.stop", "instance.terminate"])
    def test_it_is_paid_for_where_it_was_paid_at_once(self, cloud: Cloud, name: str) -> None:
        preview, _plan = cloud.preview(name, cloud.instance(purchase="three_year"))
        assert any("nothing of it comes back" in str(note) for note in preview.notes)
        assert not any("is owed" in str(note) for note in preview.notes)

    def test_it_ends_with_a_stop_on_demand(self, cloud: Cloud) -> None:
        preview, _plan = cloud.preview("instance.stop", cloud.instance())
        assert after(preview)[0] == pytest.approx(VOLUME_USD)
        assert not any("commitment" in str(note) for note in preview.notes)

    def test_it_is_owed_to_the_end_of_its_term_after_the_instance_is_gone(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        preview, _plan = cloud.preview("instance.terminate", instance)
        assert any("commitment is owed" in str(note) for note in preview.notes)
        cloud.do("instance.terminate", instance)
        assert after(preview) == pytest.approx((COMMITTED * 730, 0))
        assert total(cloud) == pytest.approx(after(preview))
        view = region_view(cloud.lab, TOKYO)
        assert view.total.instances == 0
        assert [zone.cards for zone in view.zones if zone.cards] == []
        cloud.let_pass(365 * DAY_S)
        assert total(cloud) == (0, 0)

    def test_it_accrues_by_time_and_the_rest_by_use(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        change(instance, "stopped", cloud.lab.lab_time() + timedelta(hours=1))
        instance.save()
        cloud.let_pass(100 * 3600)
        assert row(cloud, instance).accrued_usd == pytest.approx(100 * COMMITTED, rel=1e-6)


class TestLeast:
    @pytest.mark.parametrize(("seconds", "charged"), [(20, 60), (60, 60), (61.5, 61.5)])
    def test_it_charges_a_minute_for_each_start(self, cloud: Cloud, seconds: float, charged: float) -> None:
        instance, at = cloud.instance(state="pending"), cloud.lab.lab_time()
        for start in (at, at + timedelta(hours=1)):
            change(instance, "running", start)
            change(instance, "stopped", start + timedelta(seconds=seconds))
        assert instance.ran_s == 2 * charged

    def test_it_shows_the_minute_from_the_start_on(self, cloud: Cloud) -> None:
        assert row(cloud, cloud.instance()).accrued_usd == pytest.approx(0.124 / 60)


class TestHibernation:
    def test_it_is_charged_until_it_is_stopped(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        since = again(instance).running_since_lab_at
        preview, plan = cloud.preview("instance.hibernate", instance)
        assert any("charged until it is stopped" in str(note) for note in preview.notes)
        job = cloud.start("instance.hibernate", instance)
        cloud.let_pass(5)
        stopping = row(cloud, instance)
        assert (stopping.state, stopping.running) == (InstanceState.STOPPING, True)
        assert stopping.power_w > 0
        cloud.let_pass()
        job.refresh_from_db()
        assert job.ends_lab_at
        assert since
        assert plan.duration_s > 60
        assert again(instance).ran_s == pytest.approx((job.ends_lab_at - since).total_seconds())

    def test_it_is_charged_to_the_request_of_a_stop_alone(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.let_pass(1000)
        cloud.start("instance.stop", instance)
        cloud.let_pass(5)
        stopping = row(cloud, instance)
        assert (stopping.state, stopping.running, stopping.power_w) == (InstanceState.STOPPING, False, 0)


class TestOutages:
    def test_it_draws_nothing_and_is_not_charged_as_previewed(self, cloud: Cloud) -> None:
        lost, other = cloud.instance(), cloud.instance(zone=f"{TOKYO}c", name="web-02")
        before = total(cloud)
        preview, _plan = cloud.preview("fault.zone_outage", None, zone=ZONE)
        assert preview.cost_usd_per_month == pytest.approx((before[0], before[0] - 0.124 * 730))
        cloud.start("fault.zone_outage", None, zone=ZONE)
        cloud.let_pass(0)
        assert total(cloud) == pytest.approx(after(preview))
        view, shown = region_view(cloud.lab, TOKYO), row(cloud, lost)
        assert (shown.running, shown.power_w, shown.cpu_vcpu) == (False, 0, 0)
        assert shown.usd_per_month == pytest.approx(ADDRESS_USD * 730 + VOLUME_USD)
        sums = {zone.name: zone.sums for zone in view.zones}
        assert (sums[ZONE].running, sums[ZONE].power_w, sums[ZONE].instances) == (0, 0, 1)
        assert sums[f"{TOKYO}c"].power_w == pytest.approx(row(cloud, other).power_w) != 0

    def test_it_goes_on_as_previewed_when_the_outage_ends(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.let_pass(7200)
        cloud.start("fault.zone_outage", None, zone=ZONE)
        cloud.let_pass(0)
        cloud.let_pass(3600)
        lost = row(cloud, instance)
        assert (lost.ran_s, lost.unreachable_s) == pytest.approx((7200, 3600), abs=1)
        assert lost.availability_share == pytest.approx(2 / 3, abs=1e-3)
        preview, _plan = cloud.preview("fault.end", Fault.objects.get())
        cloud.start("fault.end", Fault.objects.get())
        cloud.let_pass(0)
        assert total(cloud) == pytest.approx(after(preview))
        assert total(cloud)[1] > 0
        cloud.let_pass(3600)
        back = row(cloud, instance)
        assert (back.ran_s, back.unreachable_s) == pytest.approx((10_800, 3600 + BOOT_S), abs=1)
        assert back.accrued_usd == pytest.approx(3 * 0.124, rel=1e-3)
        assert back.availability_share == pytest.approx(1 - (3600 + BOOT_S) / 14_400, abs=1e-3)
        cloud.do("instance.stop", instance)
        assert again(instance).ran_s == pytest.approx(10_800, abs=1)

    def test_it_stays_out_of_reach_while_another_outage_lasts(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        for name, place in (("fault.zone_outage", {"zone": ZONE}), ("fault.region_outage", {"region": TOKYO})):
            cloud.start(name, None, **place)
            cloud.let_pass(3600)
        preview, _plan = cloud.preview("fault.end", Fault.objects.get(kind="zone_outage"))
        assert after(preview)[1] == 0
        cloud.start("fault.end", Fault.objects.get(kind="zone_outage"))
        cloud.let_pass(3600)
        assert not row(cloud, instance).running
        cloud.start("fault.end", Fault.objects.get())
        cloud.let_pass(0)
        assert row(cloud, instance).running
        assert unreachable_s(again(instance), cloud.lab.lab_time()) == pytest.approx(3 * 3600, abs=1)

    def test_it_owes_a_commitment_meanwhile(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        cloud.do("fault.zone_outage", None, zone=ZONE)
        assert row(cloud, instance).usd_per_month == pytest.approx((COMMITTED + ADDRESS_USD) * 730 + VOLUME_USD)

    def test_it_is_not_charged_where_it_comes_up_in_a_zone_that_is_out(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="pending")
        at = cloud.lab.lab_time()
        change(instance, "running", at, out=True)
        later = at + timedelta(hours=1)
        assert availability_share(instance, later) == pytest.approx(60 / 3660)
        change(instance, "terminated", later)
        assert (instance.unreachable_s, instance.unreachable_since_lab_at) == (3600, None)
        assert ran_s(instance, later + timedelta(days=1)) == 60

    def test_it_does_not_touch_what_is_stopped(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        cloud.do("fault.region_outage", None, region=TOKYO)
        assert again(instance).unreachable_since_lab_at is None
        assert row(cloud, instance).unreachable_s == 0
