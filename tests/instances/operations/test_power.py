"""Stopping, starting, rebooting, hibernating and terminating instances."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from instances.live.rows import instances_of, rows_of
from instances.models import Fault, Instance, Quota, Volume
from instances.operations.instance.state_effects import change
from instances.pricing.charged_time import ran_s
from instances.rules.hibernation import hibernated_until
from instances.services.addresses import PUBLIC
from tests.instances.operations.cloud import OLD, TOKYO, WINDOWS, WINDOWS_2019, Cloud, again
from tests.instances.operations.test_bulk import visitor
from tests.support.sandbox import DAY_S, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.labs.models import Workload
from virtlab.web import formats


class TestWatts:
    @pytest.mark.parametrize("name", ["instance.stop", "instance.resize", "instance.terminate", "instance.hibernate"])
    def test_it_draws_now_what_its_page_shows(self, cloud: Cloud, name: str) -> None:
        instance = cloud.instance(hibernation=True)
        params = {"instance_type": "m5.xlarge"} if name == "instance.resize" else {}
        for _moment in range(3):
            shown = rows_of(cloud.lab, [instance.pk])[0].power_w
            preview, _plan = cloud.preview(name, instance, **params)
            assert preview.power_w
            assert preview.power_w[0] == pytest.approx(shown)
            cloud.let_pass(5 * 3600)

    def test_it_draws_once_it_runs_what_its_load_of_now_takes(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        preview, _plan = cloud.preview("instance.start", instance)
        running = again(instance)
        change(running, "running", cloud.lab.lab_time())
        running.save()
        assert preview.power_w
        assert preview.power_w[0] == 0
        assert preview.power_w[1] == pytest.approx(rows_of(cloud.lab, [instance.pk])[0].power_w)

    def test_it_draws_nothing_on_failed_hardware(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(5)
        preview, _plan = cloud.preview("instance.stop", instance)
        assert preview.power_w == (0, 0)

    def test_it_says_where_the_power_is_a_mean(self, cloud: Cloud) -> None:
        operation = cloud.prepared("instance.launch", None, **cloud.launch_params())
        assert any("at the mean load of 15 %" in str(note) for note in operation.preview().notes)


class TestStop:
    def test_it_keeps_the_volume_ends_the_charge_and_gives_the_address_back(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.let_pass(1000)
        job = cloud.do("instance.stop", instance)
        stopped = again(instance)
        assert (job.state, stopped.state, stopped.public_address) == (JobState.SUCCEEDED, "stopped", None)
        assert stopped.running_since_lab_at is None
        assert stopped.ran_s >= 1000
        assert stopped.volumes.get().size_gib == 30
        later = cloud.lab.lab_time() + timedelta(days=9)
        assert ran_s(stopped, later) == stopped.ran_s

    def test_it_skips_the_shutdown_of_the_system(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        _preview, orderly = cloud.preview("instance.stop", instance)
        preview, plan = cloud.preview("instance.stop", instance, skip_os_shutdown="on")
        assert orderly.duration_s - plan.duration_s == 10
        assert any("data may be lost or damaged" in str(note) for note in preview.notes)
        job = cloud.run("instance.stop", instance, skip_os_shutdown="on")
        assert "shutdown" not in job.steps.values_list("key", flat=True)
        assert again(instance).state == "stopped"

    def test_it_cannot_be_skipped_where_the_memory_is_kept(self, cloud: Cloud) -> None:
        assert "skip_os_shutdown" not in operation_named("instance.hibernate").form_class.base_fields

    def test_it_may_hang_on_failed_hardware(self, cloud: Cloud) -> None:
        instance = cloud.instance(auto_recovery=False)
        preview, _plan = cloud.preview("instance.stop", instance)
        assert not any("hang in “stopping”" in str(note) for note in preview.notes)
        cloud.run("fault.system_failure", instance)
        preview, _plan = cloud.preview("instance.stop", instance)
        assert any("hang in “stopping”" in str(note) for note in preview.notes)

    def test_it_says_what_it_costs_before_and_after(self, cloud: Cloud) -> None:
        preview, plan = cloud.preview("instance.stop", cloud.instance())
        assert preview.cost_usd_per_month == pytest.approx(((0.124 + 0.005) * 730 + 30 * 0.096, 30 * 0.096))
        assert preview.power_w is not None
        assert preview.power_w[1] == 0
        assert plan.duration_s == 40
        assert any("given back" in str(note) for note in preview.notes)

    def test_it_keeps_an_elastic_address(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        address = again(instance).public_address
        preview, _plan = cloud.preview("instance.stop", instance)
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[1] == pytest.approx(30 * 0.096 + 0.005 * 730)
        cloud.do("instance.stop", instance)
        cloud.do("instance.start", instance)
        assert again(instance).public_address == address is not None

    def test_it_says_before_that_the_instance_store_is_lost(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5d.large")
        assert instance.store_written
        with pytest.raises(Refused, match="data on its instance store") as refused:
            cloud.start("instance.stop", instance)
        way = refused.value.refusals[0].ways_out[0]
        assert way.params == {"lose_store": "on"}
        job = cloud.do("instance.stop", instance, **way.params)
        assert not again(instance).store_written
        assert any("instance store is lost" in str(line.text) for line in job.log.all())

    def test_it_stops_and_starts_again_when_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        address = instance.public_address
        job = cloud.start("instance.stop", instance)
        cloud.let_pass(5)
        assert again(instance).state == "stopping"
        cancel(Job.objects.get(pk=job.pk), TESTER)
        assert again(instance).state == "stopping", "nothing stops a stop"
        cloud.let_pass()
        restored = again(instance)
        assert restored.state == "running"
        assert restored.public_address != address
        assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


class TestStart:
    def test_it_brings_a_new_public_address(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        preview, plan = cloud.preview("instance.start", instance)
        assert plan.duration_s == 1.5 + 16.5 + 20
        assert preview.power_w is not None
        assert preview.power_w[1] > 0
        cloud.do("instance.start", instance)
        started = again(instance)
        assert started.state == "running"
        assert started.public_address in {str(address) for address in PUBLIC}
        assert started.running_since_lab_at is not None

    def test_it_is_refused_without_capacity_and_can_end_the_fault(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        cloud.do("fault.no_capacity", None, region=TOKYO, zone=f"{TOKYO}a", type_name="m5")
        with pytest.raises(Refused, match="Insufficient capacity") as refused:
            cloud.start("instance.start", instance)
        way = refused.value.refusals[0].ways_out[-1]
        cloud.do(way.operation, way.subject)
        assert not Fault.objects.exists()
        assert cloud.do("instance.start", instance).state == JobState.SUCCEEDED

    def test_it_offers_another_type_where_it_is_stuck_without_capacity(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        cloud.do("fault.no_capacity", None, region=TOKYO, zone=f"{TOKYO}a", type_name="m5")
        refusal = cloud.refused("instance.start", instance).refusals[0]
        assert f"It stays in {TOKYO}a, where its volumes are: take another type, or try again later." in str(
            refusal.text
        )
        assert refusal.code == "InsufficientInstanceCapacity"
        way = refusal.ways_out[0]
        assert way.operation == "instance.change_type"
        assert not str(way.params["instance_type"]).startswith("m5.")
        cloud.run(way.operation, again(instance), **way.params)
        cloud.run("instance.start", again(instance))

    def test_it_is_refused_beyond_the_quota(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=1)
        with pytest.raises(Refused, match="left of the quota of 1"):
            cloud.start("instance.start", instance)

    def test_it_fails_and_stays_stopped_where_capacity_goes_meanwhile(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        job = cloud.start("instance.start", instance)
        Fault.objects.create(
            lab=cloud.lab, kind="no_capacity", region_id=TOKYO, zone="", since_lab_at=cloud.lab.lab_time()
        )
        cloud.let_pass()
        failed = Job.objects.get(pk=job.pk)
        assert (failed.state, "Insufficient capacity" in str(failed.error)) == (JobState.FAILED, True)
        assert again(instance).state == "stopped"

    def test_it_refuses_a_retry_of_what_was_stopped_meanwhile(self, cloud: Cloud) -> None:
        instance = cloud.instance(state="stopped")
        job = cloud.start("instance.start", instance)
        cloud.let_pass(25)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(1)
        cloud.run("instance.stop", instance)
        with pytest.raises(Refused, match="does not run any more"):
            retry(Job.objects.get(pk=job.pk), TESTER)

    def test_it_does_not_start_at_a_retry_what_was_started_meanwhile(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("instance.resize", instance, instance_type="m5.xlarge")
        cloud.run_now("fault.no_capacity", None, region=TOKYO, type_name="m5.xlarge")
        cloud.let_pass()
        assert again(instance).state == "stopped"
        cloud.run_now("fault.end", Fault.objects.get())
        cloud.run("instance.start", instance)
        with pytest.raises(Refused, match="is not stopped"):
            retry(Job.objects.get(pk=job.pk), TESTER)
        assert again(instance).state == "running"

    def test_it_does_not_try_again_to_terminate_what_is_gone(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("instance.terminate", instance)
        cloud.let_pass(5)
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.run_now("fault.end", Fault.objects.get())
        assert again(instance).state == "terminated"
        with pytest.raises(Refused, match="is terminated"):
            retry(Job.objects.get(pk=job.pk), TESTER)


class TestReboot:
    def test_it_keeps_addresses_and_charge(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        before = again(instance)
        preview, plan = cloud.preview("instance.reboot", instance)
        assert preview.downtime_s == plan.duration_s == 30
        assert all(step.varies for step in plan.steps)
        assert any("in most cases only a few minutes" in str(note) for note in preview.notes)
        cloud.do("instance.reboot", instance)
        after = again(instance)
        assert (after.public_address, after.running_since_lab_at) == (
            before.public_address,
            before.running_since_lab_at,
        )

    def test_it_takes_a_whole_servers_time_on_bare_metal(self, cloud: Cloud) -> None:
        _preview, plan = cloud.preview("instance.reboot", cloud.instance("m5.metal"))
        assert plan.duration_s == 10 + 900


class TestBareMetal:
    def test_it_takes_a_quarter_of_an_hour_to_start(self, cloud: Cloud) -> None:
        _preview, start = cloud.preview("instance.start", cloud.instance("m5.metal", "stopped"))
        params = cloud.launch_params(instance_type="m5.metal")
        _preview, launch = cloud.preview("instance.launch", None, **params)
        assert (start.duration_s, launch.duration_s) == (18 + 900, 18 + 900)

    def test_it_takes_minutes_to_stop(self, cloud: Cloud) -> None:
        for name in ("instance.stop", "instance.terminate"):
            _preview, plan = cloud.preview(name, cloud.instance("m5.metal"))
            assert plan.duration_s == 10 + 300
        cloud.do("instance.stop", instance := cloud.instance("m5.metal"))
        assert again(instance).state == "stopped"

    def test_it_counts_at_a_type_change_by_the_new_type(self, cloud: Cloud) -> None:
        to_metal, plan = cloud.preview("instance.resize", cloud.instance(), instance_type="m5.metal")
        assert to_metal.downtime_s == plan.duration_s == 40 + 2 + 18 + 900
        from_metal, plan = cloud.preview("instance.resize", cloud.instance("m5.metal"), instance_type="m5.large")
        assert from_metal.downtime_s == plan.duration_s == 310 + 2 + 18 + 20


LINK_MIB_PER_S = 4750 * 1e6 / 8 / 2**20
"""The most that m5.large, and m5.4xlarge, have to EBS: 593.75 MB/s."""


class TestOnNoServer:
    """What is stopped is on no server, and on hardware that has failed nothing is left that could shut down."""

    @pytest.mark.parametrize("kind", ["m5.large", "m5.metal"])
    def test_it_is_terminated_within_seconds_where_it_is_stopped(self, cloud: Cloud, kind: str) -> None:
        _preview, plan = cloud.preview("instance.terminate", cloud.instance(kind, "stopped"))
        assert plan.duration_s == 3
        _preview, plan = cloud.preview("instance.terminate", cloud.instance(kind, name="web-02"))
        assert plan.duration_s == 10 + (300 if kind == "m5.metal" else 30)

    @pytest.mark.parametrize("name", ["instance.stop", "instance.terminate", "instance.resize"])
    def test_it_shuts_no_system_down_on_hardware_that_has_failed(self, cloud: Cloud, name: str) -> None:
        params = {"instance_type": "m5.xlarge"} if name == "instance.resize" else {}
        instance = cloud.instance(auto_recovery=False)
        _before, plan = cloud.preview(name, instance, **params)
        assert "shutdown" in {step.key for step in plan.steps}
        cloud.run("fault.system_failure", instance)
        after, dead = cloud.preview(name, instance, **params)
        assert "shutdown" not in {step.key for step in dead.steps}
        assert plan.duration_s - dead.duration_s == 10
        if name == "instance.resize":
            assert after.downtime_s == dead.duration_s


class TestHibernate:
    def test_it_moves_the_memory_no_faster_than_the_link_to_ebs_carries_it(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        instance.volumes.update(throughput_mib_per_s=1000)
        preview, plan = cloud.preview("instance.hibernate", instance)
        moves_s = 8 * 1024 / LINK_MIB_PER_S
        assert plan.duration_s == pytest.approx(30 + moves_s)
        assert any("1,000 MiB/s, the link of m5.large to EBS 566 MiB/s" in str(note) for note in preview.notes)
        job = cloud.begin("instance.hibernate", instance)
        assert job.steps.get(key="memory").flow["through"][1:] == [f"ebs_link:{instance.pk}"]
        cloud.let_pass()
        _preview, plan = cloud.preview("instance.start", instance)
        assert plan.duration_s == pytest.approx(18 + moves_s)

    def test_it_assumes_the_volume_alone_where_aws_states_no_link(self, cloud: Cloud) -> None:
        instance = cloud.instance("t2.large", hibernation=True)
        preview, plan = cloud.preview("instance.hibernate", instance)
        assert plan.duration_s == pytest.approx(30 + 8 * 1024 / 125)
        assert any("AWS states no link to EBS for t2.large" in str(note) for note in preview.notes)

    def test_it_writes_the_memory_to_the_root_volume_and_reads_it_back(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        _preview, plan = cloud.preview("instance.hibernate", instance)
        written_s = 8 * 1024 / 125
        assert plan.duration_s == pytest.approx(30 + written_s)
        cloud.do("instance.hibernate", instance)
        assert (again(instance).state, again(instance).hibernated) == ("stopped", True)
        _preview, plan = cloud.preview("instance.start", instance)
        assert plan.duration_s == pytest.approx(18 + written_s)
        cloud.do("instance.start", instance)
        assert not again(instance).hibernated

    def test_it_reads_the_memory_back_when_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        job = cloud.start("instance.hibernate", instance)
        cloud.let_pass(20)
        back = way_back_of(Job.objects.get(pk=job.pk))
        assert [step.key for step in back.steps][-3:] == ["again_api", "again_pending", "again_memory"]
        cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, again(instance).state, again(instance).hibernated) == ("cancelled", "running", False)

    @pytest.mark.parametrize("after_s", [5, 30])
    def test_it_keeps_the_memory_where_its_start_is_cancelled(self, cloud: Cloud, after_s: float) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        cloud.run("instance.hibernate", instance)
        job = cloud.start("instance.start", instance)
        cloud.let_pass(after_s)
        cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, again(instance).state, again(instance).hibernated) == ("cancelled", "stopped", True)

    def test_it_says_until_when_it_may_stay_hibernated(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        preview, _plan = cloud.preview("instance.hibernate", instance)
        assert any("It may stay hibernated for 60 days: until " in str(note) for note in preview.notes)
        cloud.run("instance.hibernate", instance)
        until = hibernated_until(again(instance))
        assert until is not None
        assert until > cloud.lab.lab_time() + timedelta(days=58)
        page = visitor(cloud).get(reverse("instances:instance", args=[cloud.lab.slug, instance.pk])).content.decode()
        assert f"until {formats.moment(until)} at most" in page
        notes = cloud.preview("instance.start", instance)[0].notes
        assert not any("may not resume" in str(note) for note in notes)
        cloud.let_pass(61 * DAY_S)
        notes = cloud.preview("instance.start", instance)[0].notes
        assert any("more than 60 days, which EC2 does not support" in str(note) for note in notes)
        cloud.run("instance.start", instance)
        assert hibernated_until(again(instance)) is None

    @pytest.mark.parametrize(
        ("type_name", "more", "why"),
        [
            ("m5.large", {}, "launched without hibernation"),
            ("m5.metal", {"hibernation": True}, r"m5\.metal cannot hibernate"),
            ("m5.large", {"hibernation": True, "root_gib": 10}, "does not fit on the root volume"),
            ("m5.large", {"hibernation": True, "encrypted": False}, "root volume is not encrypted"),
            ("m7i-flex.12xlarge", {"hibernation": True, "root_gib": 500}, "up to 150 GiB"),
            ("m4.large", {"hibernation": True, "image_name": OLD}, "too old or paravirtual"),
            ("m5.2xlarge", {"hibernation": True, "image_name": WINDOWS_2019, "root_gib": 90}, "up to 16 GiB"),
            ("m5.large", {"hibernation": True, "image_name": WINDOWS}, "from 2019-09-11 on"),
            ("m5.large", {"hibernation": True, "image_name": "debian-13-amd64-illustrative"}, "does not hibernate the"),
        ],
    )
    def test_it_is_refused_with_the_reason(self, cloud: Cloud, type_name: str, more: dict[str, Any], why: str) -> None:
        instance = cloud.instance(type_name, **more)
        with pytest.raises(Refused, match=why) as refused:
            cloud.start("instance.hibernate", instance)
        assert refused.value.refusals[0].ways_out[0].operation == "instance.stop"


class TestTerminate:
    def test_it_deletes_marked_volumes_and_frees_the_workload(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        place = {"lab": cloud.lab, "region_id": TOKYO, "zone": instance.zone}
        data = Volume.objects.create(
            **place, instance=instance, device="/dev/xvdb", size_gib=100, delete_on_termination=False
        )
        preview, _plan = cloud.preview("instance.terminate", instance)
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[1] == pytest.approx(9.6)
        cloud.do("instance.terminate", instance)
        gone = again(instance)
        assert (gone.state, gone.public_address, gone.workload) == ("terminated", None, None)
        assert list(Volume.objects.filter(lab=cloud.lab)) == [data]
        assert Volume.objects.get(pk=data.pk).instance is None
        assert Workload.objects.filter(lab=cloud.lab).count() == 1

    def test_it_is_refused_while_protected(self, cloud: Cloud) -> None:
        instance = cloud.instance(protected=True)
        with pytest.raises(Refused, match="protected from termination") as refused:
            cloud.start("instance.terminate", instance)
        way = refused.value.refusals[0].ways_out[0]
        cloud.do(way.operation, instance, **way.params)
        assert not again(instance).protected
        assert cloud.do("instance.terminate", instance).state == JobState.SUCCEEDED

    def test_it_ends_what_is_still_launching(self, cloud: Cloud) -> None:
        launch = cloud.launch(count=2)
        cloud.let_pass(5)
        one, other = Instance.objects.order_by("pk")
        assert one.state == "pending"
        cloud.run("instance.terminate", one)
        launch.refresh_from_db()
        assert launch.state == JobState.SUCCEEDED
        assert (again(one).state, again(other).state) == ("terminated", "running")

    def test_it_ends_the_only_one_that_is_still_launching(self, cloud: Cloud) -> None:
        launch = cloud.launch()
        cloud.let_pass(5)
        cloud.start("instance.terminate", Instance.objects.get())
        cloud.let_pass(0.1)
        launch.refresh_from_db()
        assert (launch.state, "instances are gone" in str(launch.error)) == (JobState.FAILED, True)
        cloud.let_pass(60)
        assert Instance.objects.get().state == "terminated"
        with pytest.raises(Refused, match="The instances are gone"):
            retry(launch, TESTER)

    def test_it_ends_what_is_stopping(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        stop = cloud.start("instance.stop", instance)
        cloud.let_pass(5)
        assert again(instance).state == "stopping"
        cloud.run("instance.terminate", instance)
        assert again(instance).state == "terminated"
        stop.refresh_from_db()
        assert stop.state in {JobState.SUCCEEDED, JobState.FAILED}
        assert again(instance).running_since_lab_at is None

    def test_it_stays_terminated_when_the_stop_before_it_is_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        stop = cloud.start("instance.stop", instance)
        cloud.let_pass(5)
        Instance.objects.update(state="terminated", running_since_lab_at=None)
        cancel(stop, TESTER)
        cloud.let_pass(60)
        assert (again(instance).state, again(instance).running_since_lab_at) == ("terminated", None)

    def test_it_is_listed_for_an_hour(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        cloud.start("instance.terminate", instance)
        cloud.let_pass(600)
        assert list(instances_of(cloud.lab)) == [instance]
        cloud.let_pass(3100)
        assert not instances_of(cloud.lab).exists()

    def test_it_asks_for_the_protection_with_the_request(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("instance.terminate", instance)
        Instance.objects.filter(pk=instance.pk).update(protected=True)
        cloud.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert (again(instance).state, again(instance).running_since_lab_at is not None) == ("running", True)

    def test_it_cannot_be_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        job = cloud.start("instance.terminate", instance)
        cloud.let_pass(5)
        with pytest.raises(Refused, match="cannot be taken back"):
            cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        assert again(instance).state == "terminated"


OPERATIONS = {
    "instance.start": {},
    "instance.stop": {},
    "instance.reboot": {},
    "instance.hibernate": {},
    "instance.terminate": {},
    "instance.set_protection": {},
    "instance.set_tags": {"tags": "a = b"},
    "instance.set_user_data": {"user_data": "x"},
    "instance.change_type": {"instance_type": "m5.xlarge"},
    "instance.resize": {"instance_type": "m5.xlarge"},
}


@pytest.mark.parametrize("name", OPERATIONS)
class TestEveryOperation:
    def test_it_is_refused_on_a_terminated_instance(self, cloud: Cloud, name: str) -> None:
        instance = cloud.instance(state="terminated")
        with pytest.raises(Refused, match="web-01 is terminated: it is gone for good"):
            cloud.start(name, instance, **OPERATIONS[name])

    def test_it_is_refused_while_the_zone_is_out(self, cloud: Cloud, name: str) -> None:
        instance = cloud.instance(state="stopped")
        cloud.do("fault.zone_outage", None, zone=f"{TOKYO}a")
        with pytest.raises(Refused, match="ap-northeast-1a is out"):
            cloud.start(name, instance, **OPERATIONS[name])


class TestMemoryOnItsWay:
    def test_it_stops_at_once_where_the_instance_is_terminated(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.xlarge", hibernation=True)
        job = cloud.start("instance.hibernate", instance)
        cloud.let_pass(20)
        cloud.start("instance.terminate", instance)
        cloud.let_pass(0.1)
        assert "is terminated" in str(Job.objects.get(pk=job.pk).error)
        cloud.let_pass()
        assert again(instance).state == "terminated"

    def test_it_follows_its_volume(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", hibernation=True, root_gib=100)
        volume = instance.volumes.get()
        cloud.start("volume.modify", volume, kind="gp3", size_gib=100, iops=4000, throughput_mib_per_s=1000)
        cloud.let_pass(2000)
        job = cloud.start("instance.hibernate", instance)
        cloud.let_pass(20)
        assert job.steps.get(key="memory").rate_mib_per_s == pytest.approx(125)
        cloud.let_pass(130)
        assert job.steps.get(key="memory").rate_mib_per_s == pytest.approx(LINK_MIB_PER_S)

    def test_it_shares_its_link_with_nobody_but_itself(self, cloud: Cloud) -> None:
        jobs = []
        for name in ("web-01", "web-02"):
            instance = cloud.instance("m5.4xlarge", hibernation=True, root_gib=100, name=name)
            Volume.objects.filter(instance=instance).update(throughput_mib_per_s=1000)
            jobs.append(cloud.start("instance.hibernate", instance))
        cloud.let_pass(5)
        rates = [job.steps.get(key="memory").rate_mib_per_s for job in jobs]
        assert rates == pytest.approx([LINK_MIB_PER_S] * 2)
