"""The end of an outage: the power comes back, then each instance that ran boots, and is out of reach until it is up."""

import pytest

from instances.choices import FaultKind
from instances.live.rows import InstanceRow, rows_of
from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO, WINDOWS_2019, Cloud, again
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

ZONE = f"{TOKYO}a"
HOUR_S = 3600.0
PLACES = {"fault.zone_outage": {"zone": ZONE}, "fault.region_outage": {"region": TOKYO}}


def row(cloud: Cloud, instance: Instance) -> InstanceRow:
    """The instance as its page shows it."""
    return rows_of(cloud.lab, [instance.pk])[0]


def lose_zone(cloud: Cloud) -> Fault:
    """The zone is out for an hour."""
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    cloud.let_pass(HOUR_S)
    return Fault.objects.get(kind=FaultKind.ZONE_OUTAGE)


@pytest.mark.parametrize("name", PLACES)
def test_it_boots_before_it_is_in_reach_again(cloud: Cloud, name: str) -> None:
    instance = cloud.instance()
    cloud.let_pass(HOUR_S)
    cloud.run_now(name, None, **PLACES[name])
    cloud.let_pass(HOUR_S)
    preview, plan = cloud.preview("fault.end", Fault.objects.get())
    assert (preview.downtime_s, plan.duration_s) == (20, 20)
    assert any("what was in memory is lost" in str(note) for note in preview.notes)
    job = cloud.begin("fault.end", Fault.objects.get())
    boots = row(cloud, instance)
    assert boots.checks is not None
    assert (job.state, boots.state, str(boots.checks.passed)) == ("running", "impaired", "2 of 3 passed")
    assert boots.checks.words == "failed: instance"
    assert boots.power_w > 0, "a system that boots draws power"
    require_possible(cloud.lab)
    cloud.let_pass(19)
    assert row(cloud, instance).state == "impaired"
    cloud.let_pass(1)
    assert (row(cloud, instance).state, Job.objects.get(pk=job.pk).state) == ("running", JobState.SUCCEEDED)
    cloud.let_pass(HOUR_S)
    assert (row(cloud, instance).unreachable_s, row(cloud, instance).ran_s) == pytest.approx(
        (HOUR_S + 20, 2 * HOUR_S + 20), abs=1
    )


def test_it_takes_what_a_start_takes_to_boot(cloud: Cloud) -> None:
    linux = cloud.instance()
    windows = cloud.instance(name="win", image_name=WINDOWS_2019, root_gib=30)
    metal = cloud.instance("m5.metal", name="metal")
    fault = lose_zone(cloud)
    preview, _plan = cloud.preview("fault.end", fault)
    assert preview.downtime_s == 900
    job = cloud.begin("fault.end", fault)
    ups = [(step.duration_s, step.down) for step in job.steps.order_by("position")]
    assert ups == [(0, False), (20, True), (25, True), (855, True)]
    seen = []
    for wait_s in (20, 25, 855):
        cloud.let_pass(wait_s)
        seen.append([row(cloud, instance).state == "running" for instance in (linux, windows, metal)])
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]


def test_it_is_not_the_same_time_for_all(cloud: Cloud) -> None:
    Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
    instances = [cloud.instance(name=f"web-{number}") for number in range(12)]
    fault = lose_zone(cloud)
    preview, plan = cloud.preview("fault.end", fault)
    assert (len(plan.steps), preview.downtime_s) == (11, plan.duration_s)
    cloud.begin("fault.end", fault)
    cloud.let_pass(20)
    up = sum(row(cloud, instance).state == "running" for instance in instances)
    assert 0 < up < len(instances)
    cloud.let_pass(plan.duration_s)
    assert all(row(cloud, instance).state == "running" for instance in instances)


def test_it_leaves_alone_what_did_not_run(cloud: Cloud) -> None:
    stopped = cloud.instance(state="stopped")
    elsewhere = cloud.instance(name="web-02", zone=f"{TOKYO}c")
    preview, plan = cloud.preview("fault.end", lose_zone(cloud))
    assert (preview.downtime_s, plan.duration_s) == (None, 0)
    cloud.run_now("fault.end", Fault.objects.get())
    assert [again(each).boots_since_lab_at for each in (stopped, elsewhere)] == [None, None]


def test_it_boots_nothing_where_capacity_was_lacking(cloud: Cloud) -> None:
    cloud.instance()
    cloud.run_now("fault.no_capacity", None, region=TOKYO)
    preview, plan = cloud.preview("fault.end", Fault.objects.get())
    assert (preview.changes, preview.downtime_s, plan.duration_s) == ([], None, 0)
    cloud.run_now("fault.end", Fault.objects.get())


def test_it_cannot_be_cancelled_once_the_power_is_back(cloud: Cloud) -> None:
    cloud.instance()
    job = cloud.begin("fault.end", lose_zone(cloud))
    cloud.let_pass(5)
    with pytest.raises(Refused, match="cannot be taken back"):
        cancel(job, TESTER)


def test_it_boots_anew_after_another_outage(cloud: Cloud) -> None:
    instance = cloud.instance()
    first = cloud.begin("fault.end", lose_zone(cloud))
    cloud.let_pass(10)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    require_possible(cloud.lab)
    cloud.let_pass(15)
    assert Job.objects.get(pk=first.pk).state == JobState.SUCCEEDED
    cloud.begin("fault.end", Fault.objects.get())
    cloud.let_pass(15)
    assert row(cloud, instance).state == "impaired", "the second boot is not over with the first"
    cloud.let_pass(5)
    assert row(cloud, instance).state == "running"
    assert row(cloud, instance).unreachable_s == pytest.approx(HOUR_S + 10 + 15 + 20, abs=1)


def test_it_ends_with_a_stop(cloud: Cloud) -> None:
    instance = cloud.instance()
    cloud.begin("fault.end", lose_zone(cloud))
    cloud.let_pass(10)
    cloud.start("instance.stop", instance)
    cloud.let_pass(0)
    require_possible(cloud.lab)
    cloud.let_pass()
    assert again(instance).state == "stopped"
    assert again(instance).failed_s == pytest.approx(10, abs=1)


def test_it_ends_where_the_hardware_fails_too(cloud: Cloud) -> None:
    instance = cloud.instance(auto_recovery=False)
    cloud.begin("fault.end", lose_zone(cloud))
    cloud.let_pass(10)
    cloud.begin("fault.system_failure", instance)
    require_possible(cloud.lab)
    cloud.let_pass(100)
    assert row(cloud, instance).state == "impaired"
    assert row(cloud, instance).unreachable_s == pytest.approx(HOUR_S + 110, abs=1)


def test_it_hibernates_only_once_it_is_up(cloud: Cloud) -> None:
    instance = cloud.instance(hibernation=True)
    cloud.begin("fault.end", lose_zone(cloud))
    [refusal] = cloud.refused("instance.hibernate", instance).refusals
    assert "still boots" in str(refusal.text)
    cloud.let_pass(20)
    cloud.run("instance.hibernate", instance)


def test_it_is_up_where_both_outages_that_held_it_end_at_the_same_moment(cloud: Cloud) -> None:
    instance = cloud.instance()
    lose_zone(cloud)
    cloud.run_now("fault.region_outage", None, region=TOKYO)
    for fault in Fault.objects.all():
        cloud.start("fault.end", fault)
    cloud.let_pass(0)
    assert (again(instance).boots_since_lab_at, row(cloud, instance).state) == (None, "running")
