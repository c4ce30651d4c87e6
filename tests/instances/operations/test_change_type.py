"""Another instance type: what it takes, and every reason why not."""

from typing import Any

import pytest
from django.utils import timezone

from instances.live.rows import rows_of
from instances.models import Fault, Instance, InstanceType, PlacementGroup, Quota, Volume
from tests.instances.operations.cloud import AL2023_ARM, OLD, PARAVIRTUAL, TOKYO, Cloud, again
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.ways_on import ways_on
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.jobs.text import say
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Workload
from virtlab.labs.traces import Origin, make_trace


class TestChangeType:
    def test_it_is_down_too_while_it_gets_back_the_type_from_before(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="m5.xlarge")
        while again(instance).instance_type_id == "m5.large":
            cloud.let_pass(1)
        steps = {step.key: step.down for step in way_back_of(Job.objects.get(pk=job.pk)).steps}
        assert steps["modify_back"]

    def test_it_groups_the_figures_of_ebs(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.2xlarge", state="stopped")
        preview, _plan = cloud.preview("instance.change_type", instance, instance_type="m5.24xlarge")
        shown = {str(change.label): change for change in preview.changes}
        assert (shown["EBS bandwidth"].after, shown["EBS accesses"].after) == ("19,000", "80,000")
        assert (shown["Memory"].before, shown["Memory"].after) == ("32", "384")

    def test_it_walks_stop_choose_compare_apply(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        with pytest.raises(Refused, match="can only be changed while it is stopped") as refused:
            cloud.start("instance.change_type", instance, instance_type="m5.xlarge")
        ways = refused.value.refusals[0].ways_out
        assert [way.operation for way in ways] == ["instance.resize", "instance.stop"]
        cloud.do("instance.stop", instance)
        preview, plan = cloud.preview("instance.change_type", instance, instance_type="m5.xlarge")
        shown = {str(change.label): (change.before, change.after) for change in preview.changes}
        assert shown["vCPU"] == (2, 4)
        assert shown["Memory"] == ("8", "16")
        assert set(shown) >= {"Network", "EBS bandwidth", "EBS accesses", "Hypervisor", "Instance store"}
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[1] == preview.cost_usd_per_month[0], "it is stopped, and stays so"
        assert preview.power_w == pytest.approx((0, 0))
        before, later = shown["Per month while it runs"]
        assert float(later) - float(before) == pytest.approx(0.124 * 730, abs=0.01)
        before, later = shown["Power while it runs, at its mean load"]
        assert float(later) > float(before)
        assert (preview.downtime_s, plan.duration_s) == (0, 2)
        cloud.do("instance.change_type", instance, instance_type="m5.xlarge")
        assert (again(instance).instance_type_id, again(instance).state) == ("m5.xlarge", "stopped")

    def test_it_warns_where_less_memory_is_left_than_the_load_used(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.2xlarge")
        workload = Workload.objects.create(lab=cloud.lab, name="shop")
        Instance.objects.filter(pk=instance.pk).update(workload=workload)
        origin = Origin(kind=TraceKind.SYNTHETIC, source="test", start_at=timezone.now())
        make_trace(workload, [0.1] * 4, [3.0, 14.0, 3.0, 3.0], origin).save()
        for name, warned in (("m5.large", True), ("m5.xlarge", False)):
            notes = cloud.preview("instance.resize", again(instance), instance_type=name)[0].notes
            assert any("up to 14.0 GiB in use, more than 8.0 GiB" in str(note) for note in notes) == warned

    def test_it_stops_changes_and_starts_in_one_action(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        preview, plan = cloud.preview("instance.resize", instance, instance_type="m5.2xlarge")
        assert preview.downtime_s == plan.duration_s == 10 + 30 + 2 + 1.5 + 16.5 + 20
        job = cloud.do("instance.resize", instance, instance_type="m5.2xlarge")
        assert job.state == JobState.SUCCEEDED
        assert (again(instance).instance_type_id, again(instance).state) == ("m5.2xlarge", "running")

    def test_it_charges_each_type_for_its_own_time(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        cloud.let_pass(7200)
        cloud.do("instance.stop", instance)
        cloud.do("instance.change_type", instance, instance_type="m5.24xlarge")
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert row.ran_s == 0
        assert row.accrued_usd is not None
        assert 2 * 0.124 <= row.accrued_usd < 2.1 * 0.124

    def test_it_stays_stopped_with_the_new_type_where_that_cannot_start(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="c5.large")
        Fault.objects.create(
            lab=cloud.lab, kind="no_capacity", region_id=TOKYO, type_name="c5", since_lab_at=cloud.lab.lab_time()
        )
        cloud.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert (again(instance).instance_type_id, again(instance).state) == ("c5.large", "stopped")
        assert not again(instance).public_address
        Fault.objects.all().delete()
        retry(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        assert again(instance).state == "running"

    def test_it_stays_stopped_where_its_zone_goes_out_while_it_starts(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="c5.large")
        cloud.let_pass(50)
        assert again(instance).state == "pending"
        cloud.start("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.let_pass(0.1)
        assert again(instance).state == "stopped", "at once, not at the end of its step"
        assert "ap-northeast-1a went out" in str(Job.objects.get(pk=job.pk).error)
        assert again(instance).instance_type_id == "c5.large"

    def test_it_takes_a_stop_and_a_start_to_go_back_and_the_address_does_not_return(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        address = instance.public_address
        job = cloud.start("instance.resize", instance, instance_type="c5.large")
        cloud.let_pass(50)
        back = way_back_of(Job.objects.get(pk=job.pk))
        stop = ["again_request", "again_shutdown", "again_stopping"]
        assert [step.key for step in back.steps][:5] == ["pending", *stop, "modify_back"]
        assert str(address) in str(back.lost[0])
        cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass()
        row, ended = again(instance), Job.objects.get(pk=job.pk)
        assert (row.instance_type_id, row.state, ended.state) == ("m5.large", "running", "cancelled")
        assert row.public_address != address
        assert back.down_s == pytest.approx(10 + 10 + 30 + 2 + 1.5 + 16.5 + 20, abs=1)

    def test_it_charges_what_the_larger_type_cost_until_it_was_cancelled(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="m5.8xlarge")
        cloud.let_pass(70)
        assert (again(instance).instance_type_id, again(instance).state) == ("m5.8xlarge", "running")
        before = rows_of(cloud.lab, [instance.pk])[0].accrued_usd
        cancel(Job.objects.get(pk=job.pk), TESTER)
        cloud.let_pass(600)
        assert again(instance).instance_type_id == "m5.large"
        row = rows_of(cloud.lab, [instance.pk])[0]
        assert before is not None
        assert row.accrued_usd is not None
        assert row.accrued_usd > before
        assert row.ran_s < 600, "the time on the larger type is not charged again at the smaller one's price"

    def test_it_keeps_what_runs_where_its_hardware_fails_at_the_boot(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="c5.large")
        cloud.let_pass(70)
        cloud.start("fault.system_failure", instance)
        cloud.let_pass(0.1)
        failed = Job.objects.get(pk=job.pk)
        assert (failed.state, "hardware under web-01 failed" in str(failed.error)) == (JobState.FAILED, True)
        assert (again(instance).instance_type_id, again(instance).state) == ("c5.large", "running")


REFUSED = [
    ("m5.large", {}, "m7g.large", "architecture differs"),
    ("m7g.large", {"image_name": AL2023_ARM}, "m5.large", "architecture differs"),
    ("m4.large", {"image_name": OLD}, "m5.large", "no driver for ENA, NVMe"),
    ("m3.medium", {"image_name": PARAVIRTUAL}, "m5.large", "is paravirtual"),
    ("m5.large", {"zone": f"{TOKYO}d"}, "m1.small", "ap-northeast-1d does not offer m1.small"),
    ("m5.large", {}, "mac1.metal", "dedicated host"),
    ("m5.4xlarge", {"network_interfaces": 8}, "m5.large", "has 3 network interfaces at most; 8 are attached"),
    ("m5.large", {"hibernation": True}, "m5.metal", "may hibernate, and m5.metal cannot"),
    ("m5.large", {}, "m5.large", "of this type already"),
    ("m5d.large", {}, "m5.large", "data on its instance store"),
]


@pytest.mark.parametrize(("now", "more", "wanted", "why"), REFUSED)
class TestRefusals:
    def test_it_says_the_true_reason(self, cloud: Cloud, now: str, more: dict[str, Any], wanted: str, why: str) -> None:
        instance = cloud.instance(now, **more)
        with pytest.raises(Refused) as refused:
            cloud.start("instance.resize", instance, instance_type=wanted)
        assert why in str(refused.value)
        assert again(instance).instance_type_id == now

    def test_it_shows_a_way_out_that_is_possible(
        self, cloud: Cloud, now: str, more: dict[str, Any], wanted: str, why: str
    ) -> None:
        instance = cloud.instance(now, **more)
        values = {"instance_type": wanted, **({"lose_store": "on"} if now == "m3.medium" else {})}
        with pytest.raises(Refused) as refused:
            cloud.preview("instance.resize", instance, **values)
        ways = refused.value.refusals[0].ways_out
        assert ways or wanted == now
        for way in ways:
            cloud.preview(way.operation, way.subject, **way.params)


class TestOtherRefusals:
    def test_it_needs_the_quota_for_what_it_grows(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=4)
        cloud.preview("instance.resize", instance, instance_type="m5.xlarge")
        with pytest.raises(Refused, match="Needs 6 vCPU of Standard"):
            cloud.start("instance.resize", instance, instance_type="m5.2xlarge")

    def test_it_warns_of_a_lack_of_capacity_and_lets_it_happen(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        cloud.do("fault.no_capacity", None, region=TOKYO, type_name="c5.large")
        preview, _plan = cloud.preview("instance.resize", instance, instance_type="c5.large")
        assert "it may stay off" in str(say(preview.notes[0]))
        job = cloud.do("instance.resize", instance, instance_type="c5.large")
        assert ("Insufficient capacity" in str(job.error), job.steps.get(state="failed").key) == (True, "api")
        assert (again(instance).instance_type_id, again(instance).state) == ("c5.large", "stopped")
        labels = [label for label, _address in ways_on(cloud.lab, job)]
        assert labels == ["End the fault “Insufficient capacity”", "Change to c5a.large, which has capacity"]

    def test_it_asks_for_capacity_and_quota_at_the_next_start(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        cloud.do("instance.stop", instance)
        cloud.do("fault.no_capacity", None, region=TOKYO, type_name="c5")
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=2)
        cloud.do("instance.change_type", instance, instance_type="c5.xlarge")
        assert again(instance).instance_type_id == "c5.xlarge"
        with pytest.raises(Refused) as refused:
            cloud.start("instance.start", again(instance))
        assert [refusal.code for refusal in refused.value.refusals] == [
            "InsufficientInstanceCapacity",
            "VcpuLimitExceeded",
        ]

    def test_it_needs_room_for_volumes_and_interfaces(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", "stopped", network_interfaces=3)
        place = {"lab": cloud.lab, "region_id": TOKYO, "zone": instance.zone, "instance": instance, "size_gib": 10}
        Volume.objects.bulk_create(Volume(**place, device=f"/dev/sd{number}") for number in range(24))
        cloud.preview("instance.change_type", instance, instance_type="m5.large")
        Volume.objects.create(**place, device="/dev/sdz")
        refusal = cloud.refused("instance.change_type", instance, instance_type="m5.large").refusals[0]
        assert "m5.large takes 25 volumes beside 3 network interfaces; 26 are attached." in str(refusal.text)
        cloud.preview("instance.change_type", instance, instance_type="m7i.xlarge")

    def test_it_is_refused_while_hibernated(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", hibernation=True)
        cloud.do("instance.hibernate", instance)
        with pytest.raises(Refused, match="is hibernated: start it and stop it"):
            cloud.start("instance.change_type", instance, instance_type="m5.xlarge")

    def test_it_names_types_that_look_like_a_wrong_name(self, cloud: Cloud) -> None:
        with pytest.raises(Invalid, match=r"Did you mean m5\.xlarge"):
            cloud.start("instance.resize", cloud.instance(), instance_type="m5.xlarg")

    def test_it_fails_in_time_where_the_type_is_withdrawn_meanwhile(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large")
        job = cloud.start("instance.resize", instance, instance_type="c5.large")
        InstanceType.objects.get(pk="c5.large").offerings.all().delete()
        cloud.let_pass()
        assert "No region offers" in str(Job.objects.get(pk=job.pk).error)
        assert (again(instance).instance_type_id, again(instance).state) == ("m5.large", "running"), "started again"


class TestOneRule:
    """What an instance may become is the same rule for the refusal, the ways out of it, and the change itself."""

    def test_it_leads_in_a_cluster_group_to_a_type_that_can_be_there(self, cloud: Cloud) -> None:
        group = PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="hpc", strategy="cluster")
        instance = cloud.instance(state="stopped", placement_group=group)
        [refusal] = cloud.refused("instance.change_type", instance, instance_type="t3.large").refusals
        assert "cannot be in a cluster placement group" in str(refusal.text)
        [way] = refusal.ways_out
        cloud.prepared(way.operation, instance, **way.params)

    @pytest.mark.parametrize(("wanted", "meanwhile"), [("t3.large", "group"), ("m5.metal", "hibernation")])
    def test_it_fails_where_the_type_does_not_fit_any_more(self, cloud: Cloud, wanted: str, meanwhile: str) -> None:
        instance = cloud.instance(state="stopped")
        job = cloud.start("instance.change_type", instance, instance_type=wanted)
        group = PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="hpc", strategy="cluster")
        changes = {"placement_group": group} if meanwhile == "group" else {"hibernation": True}
        Instance.objects.filter(pk=instance.pk).update(**changes)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, again(instance).instance_type_id) == (JobState.FAILED, "m5.large")
