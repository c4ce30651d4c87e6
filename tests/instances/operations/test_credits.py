"""CPU credits of burstable instances: modes, what is charged and when, what slows down, what a stop leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from instances.live.credits import credit_ledger
from instances.live.region import region_view
from instances.live.rows import rows_of
from instances.models import Fault, Instance, PlacementGroup
from instances.pages.instances.charts import load_charts
from instances.pages.instances.load import load_of
from instances.rules.right_size import RightSize, right_size_of
from instances.services.instances import START, SyntheticLoad
from tests.instances.operations.cloud import TOKYO, WINDOWS, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.operations.plan import Preview
from virtlab.jobs.operations.refusals import Refused
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Trace

BUSY = SyntheticLoad("steady", 0.5, 0.6)
"""Half of two vCPU; t3.medium's baseline is 20 % of each: 0.6 vCPU too much."""


def credits_now(instance: Instance, at: datetime) -> float:
    """Credits at hand, negative where they are owed."""
    return credit_ledger(instance, at).balance


def accrued(cloud: Cloud, instance: Instance) -> float:
    """What compute came to, to this moment."""
    usd = rows_of(cloud.lab, [instance.pk])[0].accrued_usd
    assert usd is not None
    return usd


def of_credits(preview: Preview) -> list[str]:
    """What a preview says of CPU credits."""
    return [str(note) for note in preview.notes if "credits" in str(note)]


def surplus(cloud: Cloud, instance: Instance) -> float:
    """USD an hour of surplus credits, as the mean over many days."""
    return rows_of(cloud.lab, [instance.pk])[0].credits_usd_per_hour


class TestCharge:
    def test_it_charges_unlimited_mode_for_what_is_above_the_baseline(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.medium", load=BUSY)
        assert surplus(cloud, instance) == pytest.approx(0.6 * 0.05, rel=0.01)
        row = rows_of(cloud.lab, [instance.pk])[0]
        total = region_view(cloud.lab, TOKYO).total
        assert total.credits_usd_per_hour == pytest.approx(row.credits_usd_per_hour)
        assert row.usd_per_month == pytest.approx(total.usd_per_month)
        assert row.usd_per_hour is not None

    def test_it_charges_nothing_before_a_day_of_earnings_is_owed(self, cloud: Cloud) -> None:
        """t3.large at 1.593 of 2 vCPU, 0.6 of them its baseline: 864 credits a day may be owed, the rest is charged."""
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.7965, 0.7965))
        mean = Trace.objects.get(workload=instance.workload_id).cpu_mean_vcpu
        assert mean is not None
        cloud.let_pass(3600)
        assert accrued(cloud, instance) == pytest.approx(0.1088)
        assert credits_now(instance, cloud.lab.lab_time()) == pytest.approx(-(mean - 0.6) * 60, rel=0.02)
        cloud.let_pass(47 * 3600)
        charged = (mean - 0.6) * 60 * 48 - 864
        assert accrued(cloud, instance) == pytest.approx(48 * 0.1088 + charged / 60 * 0.05, rel=2e-3)
        assert credits_now(instance, cloud.lab.lab_time()) == pytest.approx(-864)

    def test_it_comes_to_the_forecast_over_many_days(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.medium", load=BUSY)
        row = rows_of(cloud.lab, [instance.pk])[0]
        cloud.let_pass(1000 * 86_400)
        assert row.usd_per_hour is not None
        hourly = row.usd_per_hour + row.credits_usd_per_hour
        assert accrued(cloud, instance) == pytest.approx(24_000 * hourly, rel=2e-3)

    def test_it_pays_surplus_back_with_what_is_earned_later(self, cloud: Cloud) -> None:
        """From Monday morning on: the evening has debts, the next morning has none."""
        begins = cloud.lab.lab_time()
        monday = START + timedelta(hours=9, days=7 * ((begins - START).days // 7 + 1))
        cloud.let_pass((monday - begins).total_seconds())
        instance = cloud.instance("t3.large", load=SyntheticLoad("office", 0.2, 0.9))
        cloud.let_pass(9 * 3600)
        assert credit_ledger(instance, cloud.lab.lab_time()).owed > 10
        cloud.let_pass(15 * 3600)
        assert credit_ledger(instance, cloud.lab.lab_time()).owed == 0
        assert accrued(cloud, instance) == pytest.approx(24 * 0.1088)

    def test_it_reads_the_loads_of_all_rows_at_once(
        self, cloud: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        keys = [cloud.instance("t3.medium", name=f"web-{n}", load=BUSY).pk for n in range(2)]
        with django_assert_max_num_queries(9) as few:
            rows_of(cloud.lab, keys)
        keys += [cloud.instance("t3.medium", name=f"more-{n}", load=BUSY).pk for n in range(6)]
        with django_assert_max_num_queries(len(few)):
            rows_of(cloud.lab, keys)

    @pytest.mark.parametrize(
        ("type_name", "more", "price"),
        [
            ("t2.medium", {}, 0.0),
            ("t2.medium", {"credit_mode": "unlimited"}, 0.05),
            ("t3.medium", {"credit_mode": "standard"}, 0.0),
            ("t3.medium", {"image_name": WINDOWS}, 0.096),
            ("t4g.medium", {}, 0.04),
            ("m5.large", {}, 0.0),
        ],
    )
    def test_it_asks_each_familys_price_in_its_mode(
        self, cloud: Cloud, type_name: str, more: dict[str, str], price: float
    ) -> None:
        assert surplus(cloud, cloud.instance(type_name, load=BUSY, **more)) == pytest.approx(0.6 * price, rel=0.01)

    def test_it_charges_nothing_while_stopped_or_below_the_baseline(self, cloud: Cloud) -> None:
        assert surplus(cloud, cloud.instance("t3.medium", state="stopped", load=BUSY)) == 0
        calm = SyntheticLoad("steady", 0.15, 0.3)
        assert surplus(cloud, cloud.instance("t3.medium", name="calm", load=calm)) == 0


class TestMode:
    def test_it_is_set_as_previewed_and_keeps_what_was_charged(self, cloud: Cloud) -> None:
        # The load swings through the day: from here on its mean over ten hours is that of all.
        cloud.lab.clock_lab_at = datetime(2026, 11, 30, 12, tzinfo=UTC)
        cloud.lab.save(update_fields=["clock_lab_at"])
        instance = cloud.instance("t3.medium", load=BUSY)
        preview, _plan = cloud.preview("instance.set_credit_mode", instance, credit_mode="standard")
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[0] - preview.cost_usd_per_month[1] == pytest.approx(0.03 * 730, rel=0.01)
        assert any("work then takes longer" in str(note) for note in preview.notes)
        cloud.let_pass(36_000)
        before = accrued(cloud, instance)
        job = cloud.start("instance.set_credit_mode", instance, credit_mode="standard")
        cloud.let_pass(2)
        job.refresh_from_db()
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert (job.state, again(instance).credit_mode) == (JobState.SUCCEEDED, "standard")
        assert row.usd_per_month == pytest.approx(preview.cost_usd_per_month[1])
        owed = 10 * 0.6 * 0.05
        assert row.accrued_usd == pytest.approx(before + owed, rel=1e-2)

    def test_it_is_refused_for_other_types(self, cloud: Cloud) -> None:
        refusal = cloud.refused("instance.set_credit_mode", cloud.instance(), credit_mode="standard").refusals[0]
        assert refusal.code == "InstanceCreditSpecification.NotSupported"
        with pytest.raises(Refused, match=r"m5\.large has no CPU credits"):
            cloud.launch(instance_type="m5.large", credit_mode="unlimited")

    def test_it_fails_where_the_instance_is_gone_meanwhile(self, cloud: Cloud) -> None:
        job = cloud.start("instance.set_credit_mode", cloud.instance("t3.medium"), credit_mode="standard")
        Instance.objects.update(state="terminated")
        cloud.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED

    def test_it_is_named_by_a_launch_and_charged_as_previewed(self, cloud: Cloud) -> None:
        values = cloud.launch_params(instance_type="t3.medium", load="steady", load_mean_pct=50, load_peak_pct=60)
        preview, _plan = cloud.preview("instance.launch", None, **values)
        assert any("0.60 vCPU above the baseline of 0.40" in str(note) for note in preview.notes)
        assert any("21.90 USD a month" in str(note) for note in preview.notes)
        cloud.run("instance.launch", None, **values)
        assert preview.cost_usd_per_month is not None
        bill = rows_of(cloud.lab, [Instance.objects.get().pk])[0].usd_per_month
        assert bill == pytest.approx(preview.cost_usd_per_month[1], rel=0.01)

    def test_it_is_named_by_a_change_of_type(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", load=BUSY)
        preview, _plan = cloud.preview("instance.resize", instance, instance_type="t3.medium")
        assert any("0.60 vCPU above the baseline" in str(note) for note in preview.notes)
        cloud.run("instance.resize", instance, instance_type="t3.medium")
        assert preview.cost_usd_per_month is not None
        bill = rows_of(cloud.lab, [instance.pk])[0].usd_per_month
        assert bill == pytest.approx(preview.cost_usd_per_month[1])


class TestSwitch:
    """ "Unlimited mode concepts": what happens to credits when switching between Unlimited and Standard."""

    def test_it_carries_the_balance_over_and_invents_no_debt(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.8, 0.8), credit_mode="standard")
        cloud.let_pass()
        assert credits_now(instance, cloud.lab.lab_time()) == 0
        before = accrued(cloud, instance)
        cloud.start("instance.set_credit_mode", instance, credit_mode="unlimited")
        cloud.let_pass(3)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(0, abs=0.1)
        assert accrued(cloud, instance) == pytest.approx(before, rel=1e-3)

    def test_it_charges_what_is_owed_as_previewed(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.7965, 0.7965))
        cloud.let_pass(3 * 86_400)
        before = accrued(cloud, instance)
        preview, _plan = cloud.preview("instance.set_credit_mode", instance, credit_mode="standard")
        assert "charged with this: 864.0 credits, 0.7200 USD." in of_credits(preview)[0]
        cloud.start("instance.set_credit_mode", instance, credit_mode="standard")
        cloud.let_pass(2)
        assert accrued(cloud, instance) == pytest.approx(before + 0.72, rel=1e-4)
        cloud.let_pass()
        assert credits_now(again(instance), cloud.lab.lab_time()) == 0
        assert accrued(cloud, instance) == pytest.approx(before + 0.72 + 24 * 0.1088, rel=1e-3)

    def test_it_takes_launch_credits_away_with_unlimited_mode(self, cloud: Cloud) -> None:
        instance = cloud.instance("t2.medium", load=SyntheticLoad("steady", 0.01, 0.01))
        cloud.let_pass(3600)
        preview, _plan = cloud.preview("instance.set_credit_mode", instance, credit_mode="unlimited")
        ledger = credit_ledger(instance, cloud.lab.lab_time())
        assert (ledger.earned, ledger.launch) == pytest.approx((24, 58.8), rel=0.01)
        assert "Its launch credits are lost: 58.8." in of_credits(preview)
        cloud.start("instance.set_credit_mode", instance, credit_mode="unlimited")
        cloud.let_pass(3)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(24, rel=0.01)

    def test_it_leaves_what_a_stop_kept(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.medium", load=SyntheticLoad("steady", 0.01, 0.02))
        cloud.let_pass(36_000)
        cloud.run("instance.stop", instance)
        kept = again(instance).credits_kept_lab_at
        cloud.run("instance.set_credit_mode", instance, credit_mode="standard")
        assert again(instance).credits_kept_lab_at == kept


class TestEnd:
    """Surplus credits that are owed are charged when an instance is stopped or terminated (the same guide)."""

    @pytest.mark.parametrize("operation", ["instance.stop", "instance.terminate", "instance.hibernate"])
    def test_it_charges_what_is_owed_as_previewed(self, cloud: Cloud, operation: str) -> None:
        busy = SyntheticLoad("steady", 0.5, 0.5)
        instance = cloud.instance("t3.large", load=busy, hibernation=True, root_gib=100)
        cloud.let_pass(10 * 3600)
        owed = credit_ledger(instance, cloud.lab.lab_time()).owed
        assert owed == pytest.approx(0.4 * 600, rel=0.02)
        preview, _plan = cloud.preview(operation, instance)
        usd = owed / 60 * 0.05
        said = f"The surplus CPU credits that it owes are charged with this: {owed:.1f} credits, {usd:.4f} USD."
        assert of_credits(preview) == [said]
        before = accrued(cloud, instance)
        cloud.start(operation, instance)
        cloud.let_pass(3600)
        after = again(instance)
        charged = after.surplus_charged / 60 * 0.05
        assert charged == pytest.approx(usd, rel=0.01)
        assert accrued(cloud, instance) == pytest.approx(before + charged + (after.ran_s - 36_000) / 3600 * 0.1088)
        assert credits_now(after, cloud.lab.lab_time()) == 0

    def test_it_keeps_the_charge_through_a_change_of_type(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.5, 0.5))
        cloud.let_pass(10 * 3600)
        preview, _plan = cloud.preview("instance.resize", instance, instance_type="m5.large")
        assert any("charged with this" in note for note in of_credits(preview))
        cloud.start("instance.resize", instance, instance_type="m5.large")
        cloud.let_pass(1200)
        after = again(instance)
        assert (after.instance_type_id, after.surplus_charged) == ("m5.large", 0)
        assert after.accrued_usd == pytest.approx(10 * 0.1088 + 0.4 * 10 * 0.05, rel=0.02)

    def test_it_keeps_no_more_than_the_new_type_can(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.01, 0.01))
        cloud.let_pass(2 * 86_400)
        cloud.run("instance.stop", instance)
        cloud.run("instance.change_type", instance, instance_type="t3.micro")
        assert credits_now(again(instance), cloud.lab.lab_time()) == 288


class TestOutage:
    def test_it_neither_earns_nor_spends_while_its_zone_is_out(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.5, 0.5))
        cloud.let_pass(10 * 3600)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        had = credits_now(again(instance), cloud.lab.lab_time())
        cloud.let_pass(20 * 3600)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(had)
        cloud.begin("fault.end", Fault.objects.get())
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(had)
        cloud.let_pass(3600)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(had - 24, rel=0.02)

    def test_it_spends_nothing_on_hardware_that_has_failed(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.large", load=SyntheticLoad("steady", 0.5, 0.5), auto_recovery=False)
        cloud.let_pass(10 * 3600)
        had = credits_now(again(instance), cloud.lab.lab_time())
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(3600)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(had + 36, rel=0.01)


class TestCredits:
    def test_it_holds_standard_mode_to_the_baseline_and_says_how_slow_that_is(self, cloud: Cloud) -> None:
        load = load_of(cloud.lab, cloud.instance("t2.medium", load=BUSY))
        assert load is not None
        assert load.delivered_vcpu is not None
        assert load.delivered_vcpu[-50:] == pytest.approx(0.4)
        assert load.held_back_share > 0.9
        assert load.slowdown == pytest.approx(2.5, rel=0.02)
        chart = load_charts(load)[0]
        assert "2.50 times as long" in chart.summary
        assert any(trace["name"] == "CPU that it gets" for trace in chart.figure["data"])

    def test_it_does_not_slow_down_in_unlimited_mode(self, cloud: Cloud) -> None:
        load = load_of(cloud.lab, cloud.instance("t3.medium", load=BUSY))
        assert load is not None
        assert (load.held_back_share, load.slowdown) == (0, 1)

    def test_it_gives_t2_launch_credits_that_a_stop_takes_away(self, cloud: Cloud) -> None:
        instance = cloud.instance("t2.medium", load=SyntheticLoad("steady", 0.01, 0.02))
        assert credits_now(instance, cloud.lab.lab_time()) == 60
        preview, _plan = cloud.preview("instance.stop", instance)
        assert "Its CPU credits are lost." in [str(note) for note in preview.notes]
        cloud.let_pass(36_000)
        assert credits_now(again(instance), cloud.lab.lab_time()) > 200
        cloud.run("instance.stop", instance)
        assert credits_now(again(instance), cloud.lab.lab_time()) == 0
        cloud.start("instance.start", instance)
        cloud.let_pass(60)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(60, rel=0.01)

    def test_it_keeps_those_of_t3_for_seven_days(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.medium", load=SyntheticLoad("steady", 0.01, 0.02))
        cloud.let_pass(36_000)
        had = credits_now(again(instance), cloud.lab.lab_time())
        assert had > 200
        cloud.start("instance.stop", instance)
        cloud.let_pass(6 * 86_400)
        assert credits_now(again(instance), cloud.lab.lab_time()) == pytest.approx(had, rel=0.01)
        cloud.let_pass(1.1 * 86_400)
        assert credits_now(again(instance), cloud.lab.lab_time()) == 0


class TestRightSize:
    def test_it_counts_the_surplus_of_the_present_type(self, cloud: Cloud) -> None:
        instance = cloud.instance("t3.medium", load=BUSY)
        sized = right_size_of(cloud.lab, instance)
        assert isinstance(sized, RightSize)
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert row.usd_per_hour is not None
        assert sized.now.usd_per_month == pytest.approx((row.usd_per_hour + row.credits_usd_per_hour) * 730)

    def test_it_names_no_burstable_type_for_a_member_of_a_cluster_group(self, cloud: Cloud) -> None:
        group = PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="close", strategy="cluster")
        calm = SyntheticLoad("steady", 0.02, 0.04, 0.1)
        alone = cloud.instance("m5.xlarge", load=calm)
        member = cloud.instance("m5.xlarge", name="web-02", load=calm, placement_group=group)
        Trace.objects.update(kind=TraceKind.MEASURED)
        free, bound = right_size_of(cloud.lab, alone), right_size_of(cloud.lab, member)
        assert isinstance(free, RightSize)
        assert isinstance(bound, RightSize)
        assert free.best is not None
        assert bound.best is not None
        assert (free.best.type_name[0], bound.best.type_name[0] == "t") == ("t", False)
