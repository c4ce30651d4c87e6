"""The hardware under an instance fails: the cloud recovers it, or it stays impaired until it is stopped and started."""

from datetime import timedelta
from typing import Any

import pytest

from hosts.operations.host.power import FailHost
from instances.live.region import region_view
from instances.live.rows import rows_of
from instances.models import Fault, Instance
from instances.operations.fault.system_failure import SystemFailure
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel

METAL_WITHOUT_STORE = "m5.metal"


class TestRecovery:
    def test_it_runs_again_elsewhere_with_what_it_had(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        before = again(instance)
        preview, plan = cloud.preview("fault.system_failure", instance)
        assert preview.downtime_s == plan.duration_s == 120 + 300 + 20
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(60)
        [row] = rows_of(cloud.lab, [instance.pk])
        assert (row.state, row.power_w, row.cpu_vcpu, row.running) == ("running", 0, 0, True), "not noticed yet"
        assert row.checks is not None
        assert str(row.checks.passed) == "3 of 3 passed"
        cloud.let_pass(70)
        [row] = rows_of(cloud.lab, [instance.pk])
        assert (row.state, row.power_w, row.cpu_vcpu, row.running) == ("impaired", 0, 0, True)
        assert row.checks is not None
        assert str(row.checks.passed) == "0 of 3 passed"
        total = region_view(cloud.lab, TOKYO).total
        assert (total.power_w, total.cpu_vcpu, total.running) == (0, 0, 1)
        cloud.let_pass(plan.duration_s)
        job.refresh_from_db()
        after, [row] = again(instance), rows_of(cloud.lab, [instance.pk])
        assert (job.state, row.state) == (JobState.SUCCEEDED, "running")
        assert row.checks is not None
        assert str(row.checks.passed) == "3 of 3 passed"
        assert row.power_w > 0
        assert preview.cost_usd_per_month is not None
        assert row.usd_per_month == pytest.approx(preview.cost_usd_per_month[1])
        same = ("instance_id", "public_address", "private_address", "running_since_lab_at")
        assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]

    def test_it_happens_three_times_a_day_at_most(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        for _number in range(3):
            cloud.start("fault.system_failure", instance)
            cloud.let_pass(600)
        preview, _plan = cloud.preview("fault.system_failure", instance)
        assert preview.downtime_s is None
        assert any("recovered 3 times" in str(note) for note in preview.notes)
        cloud.let_pass(86_400)
        preview, _plan = cloud.preview("fault.system_failure", instance)
        assert preview.downtime_s is not None

    def test_it_fails_where_the_zone_has_no_other_hardware(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        Fault.objects.create(lab=cloud.lab, kind="no_capacity", region_id=TOKYO, since_lab_at=cloud.lab.lab_time())
        cloud.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "Insufficient capacity" in str(job.error)
        assert again(instance).system_failed_lab_at is not None

    def test_it_leaves_alone_what_its_user_brought_elsewhere(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(10)
        cloud.start("instance.stop", instance)
        cloud.let_pass(100)
        assert again(instance).system_failed_lab_at is None
        cloud.let_pass(600)
        job.refresh_from_db()
        assert (job.state, again(instance).state, again(instance).recovered_lab_at) == ("succeeded", "stopped", [])

    def test_it_looks_for_no_hardware_in_a_zone_that_is_out(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(200)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        job.refresh_from_db()
        assert (job.state, f"{TOKYO}a went out" in str(job.error)) == (JobState.FAILED, True)
        assert again(instance).system_failed_lab_at
        cloud.run_now("fault.end", Fault.objects.get())
        retry(job, TESTER)
        cloud.let_pass(600)
        assert again(instance).system_failed_lab_at is None

    def test_it_has_been_noticed_once_its_zone_is_back_from_an_outage(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(60)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.run_now("fault.end", Fault.objects.get())
        assert rows_of(cloud.lab, [instance.pk])[0].state == "impaired"

    def test_it_ends_with_the_instance(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(130)
        cloud.start("instance.terminate", instance)
        cloud.let_pass(0.1)
        job.refresh_from_db()
        assert (job.state, str(job.error)) == (JobState.FAILED, "web-01 is terminated.")
        require_possible(cloud.lab)
        assert again(instance).failed_s == pytest.approx(130, abs=0.2)
        cloud.let_pass(60)
        require_possible(cloud.lab)

    def test_it_is_not_tried_again_where_nothing_is_broken_any_more(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(200)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.run_now("fault.end", Fault.objects.get())
        cloud.run("instance.stop", instance)
        cloud.run("instance.start", instance)
        with pytest.raises(Refused, match="nothing to recover"):
            retry(Job.objects.get(pk=job.pk), TESTER)

    def test_it_cannot_be_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("fault.system_failure", instance)
        cloud.let_pass(200)
        with pytest.raises(Refused, match="cannot be taken back"):
            cancel(job, TESTER)
        cloud.let_pass(600)
        assert again(instance).system_failed_lab_at is None

    def test_it_takes_a_second_failure_as_long_as_the_first(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        first = cloud.start("fault.system_failure", instance)
        cloud.let_pass(10)
        cloud.start("instance.stop", instance)
        cloud.let_pass(50)
        cloud.start("instance.start", instance)
        cloud.let_pass(60)
        assert again(instance).system_failed_lab_at is None
        second = cloud.start("fault.system_failure", instance)
        cloud.let_pass(430)
        first.refresh_from_db()
        assert (first.state, again(instance).recovered_lab_at) == (JobState.SUCCEEDED, [])
        assert again(instance).system_failed_lab_at is not None
        cloud.let_pass(20)
        second.refresh_from_db()
        assert (second.state, again(instance).system_failed_lab_at) == (JobState.SUCCEEDED, None)


class TestImpaired:
    @pytest.mark.parametrize(
        ("type_name", "more", "why"),
        [
            ("m5.large", {"auto_recovery": False}, "Automatic recovery is switched off"),
            ("m5d.large", {}, "has an instance store"),
            (METAL_WITHOUT_STORE, {}, "does not support automatic recovery"),
        ],
    )
    def test_it_stays_so_until_it_is_stopped_and_started(
        self, cloud: Cloud, type_name: str, more: dict[str, Any], why: str
    ) -> None:
        instance = cloud.instance(type_name, **more)
        preview, _plan = cloud.preview("fault.system_failure", instance)
        assert any(why in str(note) for note in preview.notes)
        assert preview.power_w is not None
        assert preview.power_w[1] == 0
        cloud.run("fault.system_failure", instance)
        [row] = rows_of(cloud.lab, [instance.pk])
        assert (row.state, row.power_w) == ("impaired", 0)
        cloud.run("instance.stop", instance, lose_store="on")
        cloud.run("instance.start", instance)
        assert rows_of(cloud.lab, [instance.pk])[0].state == "running"

    @pytest.mark.parametrize("name", ["instance.reboot", "instance.hibernate", "fault.system_failure"])
    def test_it_refuses_what_broken_hardware_cannot_do(self, cloud: Cloud, name: str) -> None:
        instance = cloud.instance(auto_recovery=False)
        cloud.run("fault.system_failure", instance)
        [refusal] = cloud.refused(name, instance).refusals
        assert "Stop it and start it" in str(refusal.text)
        assert [way.operation for way in refusal.ways_out] == ["instance.stop"]

    def test_it_ends_a_reboot(self, cloud: Cloud) -> None:
        instance = cloud.instance(auto_recovery=False)
        job = cloud.start("instance.reboot", instance)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(0.1)
        job.refresh_from_db()
        assert (job.state, again(instance).state) == (JobState.FAILED, "running")

    def test_it_ends_a_hibernation_and_what_was_in_memory_is_lost(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.xlarge", hibernation=True, root_gib=60)
        instance.volumes.update(encrypted=True)
        job = cloud.start("instance.hibernate", instance)
        cloud.let_pass(30)
        assert again(instance).state == "stopping"
        preview, _plan = cloud.preview("fault.system_failure", instance)
        assert any("on its way down" in str(note) for note in preview.notes)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(0.1)
        job.refresh_from_db()
        left = again(instance)
        assert (job.state, left.state, left.hibernated) == (JobState.FAILED, "stopped", False)
        assert left.system_failed_lab_at is None

    def test_it_ends_a_start_and_stops_nothing(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        job = cloud.start("instance.start", instance)
        cloud.let_pass(25)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(0.1)
        job.refresh_from_db()
        assert (job.state, "hardware under web-01 failed" in str(job.error)) == (JobState.FAILED, True)
        assert (again(instance).state, again(instance).system_failed_lab_at is None) == ("running", False)
        cloud.let_pass(600)
        assert again(instance).system_failed_lab_at is None, "the cloud recovers it"

    def test_it_breaks_off_the_reading_of_kept_memory_which_is_lost(self, cloud: Cloud) -> None:
        instance = cloud.instance(hibernation=True)
        cloud.run("instance.hibernate", instance)
        job = cloud.start("instance.start", instance)
        cloud.let_pass(25)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(0.1)
        job.refresh_from_db()
        assert (job.state, again(instance).state) == (JobState.FAILED, "running")
        assert any("what was in it is lost" in str(line.text) for line in job.log.all())
        cloud.let_pass(600)
        assert again(instance).system_failed_lab_at is None
        with pytest.raises(Refused, match="memory is gone"):
            retry(Job.objects.get(pk=job.pk), TESTER)

    def test_it_does_not_hold_up_a_stop(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        stop = cloud.start("instance.stop", instance)
        cloud.let_pass(2)
        cloud.run("fault.system_failure", instance)
        stop.refresh_from_db()
        assert (stop.state, again(instance).state) == (JobState.SUCCEEDED, "stopped")

    def test_it_takes_what_is_on_the_instance_store_along(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5d.large")
        preview, _plan = cloud.preview("fault.system_failure", instance)
        assert any("on its instance store is lost" in str(note) for note in preview.notes)
        job = cloud.run("fault.system_failure", instance)
        assert any("on the instance store is lost" in str(line.text) for line in job.log.all())
        assert not again(instance).store_written
        cloud.run("instance.stop", instance)
        cloud.run("instance.start", instance)
        assert again(instance).store_written, "an empty store is written anew"

    def test_it_is_said_to_be_charged_meanwhile(self, cloud: Cloud) -> None:
        preview, _plan = cloud.preview("fault.system_failure", cloud.instance())
        assert any("charged all the while" in str(note) for note in preview.notes)
        preview, _plan = cloud.preview("fault.zone_outage", None, zone=f"{TOKYO}a")
        assert any("assumption of the lab" in str(note) for note in preview.notes)

    def test_it_cannot_happen_to_what_does_not_run(self, cloud: Cloud) -> None:
        with pytest.raises(Refused, match="this needs “Running or Stopping”"):
            cloud.start("fault.system_failure", cloud.instance(state="stopped"))


class TestAvailability:
    def test_it_counts_as_out_of_reach_though_it_is_charged(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.let_pass(3600)
        job = cloud.do("fault.system_failure", instance)
        assert job.ends_lab_at
        assert job.started_lab_at
        lost_s = (job.ends_lab_at - job.started_lab_at).total_seconds()
        [row] = rows_of(cloud.lab, [instance.pk])
        assert lost_s > 300
        assert row.unreachable_s == pytest.approx(lost_s, abs=0.1)
        assert row.accrued_usd == pytest.approx(0.124 * row.ran_s / 3600)
        assert row.availability_share == pytest.approx(1 - lost_s / row.ran_s)

    def test_it_counts_until_it_is_stopped_by_hand(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.metal")
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(1000)
        assert rows_of(cloud.lab, [instance.pk])[0].unreachable_s == pytest.approx(1000, abs=1)
        cloud.do("instance.stop", instance)
        cloud.do("instance.start", instance)
        cloud.let_pass(7000)
        assert rows_of(cloud.lab, [instance.pk])[0].unreachable_s == pytest.approx(1000, abs=1)

    def test_it_counts_an_outage_of_its_zone_meanwhile_once(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.metal")
        cloud.let_pass(3600)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(1000)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.let_pass(1000)
        [row] = rows_of(cloud.lab, [instance.pk])
        assert (row.unreachable_s, row.ran_s) == pytest.approx((2000, 4600), abs=1)
        cloud.begin("fault.end", Fault.objects.get())
        cloud.let_pass(1000)
        [row] = rows_of(cloud.lab, [instance.pk])
        assert (row.unreachable_s, row.ran_s) == pytest.approx((3000, 5600), abs=1)
        assert row.availability_share == pytest.approx(3600 / 6600, abs=1e-3)

    def test_it_does_not_begin_anew_with_another_type(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.metal")
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(1000)
        cloud.do("instance.stop", instance)
        before = rows_of(cloud.lab, [instance.pk])[0]
        cloud.do("instance.change_type", instance, instance_type="m5.large")
        after = rows_of(cloud.lab, [instance.pk])[0]
        assert (before.ran_s, after.ran_s) == pytest.approx((1000, 0), abs=1)
        assert after.availability_share == before.availability_share == 0
        cloud.do("instance.start", instance)
        assert 0 < (rows_of(cloud.lab, [instance.pk])[0].availability_share or 0) < 1


class TestSetting:
    def test_it_switches_recovery_off_and_says_where_that_changes_nothing(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.run("instance.set_auto_recovery", instance, auto_recovery="")
        assert not again(instance).auto_recovery
        preview, _plan = cloud.preview("instance.set_auto_recovery", cloud.instance("m5d.large"), auto_recovery="on")
        assert any("instance store" in str(note) for note in preview.notes)

    def test_it_is_the_other_sides_failure_of_a_host(self) -> None:
        assert (SystemFailure.counterpart, FailHost.counterpart) == ("host.fail", "fault.system_failure")

    def test_it_forgets_recoveries_of_days_before(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        old = (cloud.lab.lab_time() - timedelta(days=2)).isoformat()
        Instance.objects.update(recovered_lab_at=[old] * 3)
        cloud.run("fault.system_failure", instance)
        assert len(again(instance).recovered_lab_at) == 1
