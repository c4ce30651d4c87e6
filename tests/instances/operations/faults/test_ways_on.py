"""After a job that was broken, every way on that is offered is possible at that moment."""

from collections.abc import Callable

import pytest

from instances.models import Fault, Instance, Quota
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.ways_on import possible_ways_on, ways_on

ZONE = f"{TOKYO}a"
Lose = Callable[[Cloud, Instance], object]


def zone_out(cloud: Cloud, _instance: Instance) -> None:
    cloud.run_now("fault.zone_outage", None, zone=ZONE)


def region_out(cloud: Cloud, _instance: Instance) -> None:
    cloud.run_now("fault.region_outage", None, region=TOKYO)


def no_capacity(cloud: Cloud, _instance: Instance) -> None:
    cloud.run_now("fault.no_capacity", None, region=TOKYO, zone=ZONE)


def no_capacity_of_the_type(cloud: Cloud, instance: Instance) -> None:
    cloud.run_now("fault.no_capacity", None, region=TOKYO, type_name=again(instance).instance_type_id)


def hardware(cloud: Cloud, instance: Instance) -> None:
    cloud.start("fault.system_failure", instance)
    cloud.let_pass(1)


def no_quota(cloud: Cloud, _instance: Instance) -> None:
    Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=0)


FAULTS = (zone_out, region_out, no_capacity, no_capacity_of_the_type, hardware, no_quota)
JOBS: dict[str, tuple[str, dict[str, str]]] = {
    "instance.start": ("stopped", {}),
    "instance.resize": ("running", {"instance_type": "c5.large"}),
    "instance.change_type": ("stopped", {"instance_type": "c5.large"}),
    "instance.reboot": ("running", {}),
    "instance.stop": ("running", {}),
}


@pytest.mark.parametrize("lose", FAULTS)
@pytest.mark.parametrize("name", JOBS)
def test_it_offers_ways_on_that_are_possible(cloud: Cloud, name: str, lose: Lose) -> None:
    state, params = JOBS[name]
    for number, after_s in enumerate((0.5, 5.0, 12.0, 41.0, 50.0, 65.0)):
        Fault.objects.all().delete()
        Quota.objects.all().delete()
        instance = cloud.instance(state=state, name=f"web-{number}")
        job = cloud.start(name, instance, **params)
        cloud.let_pass(after_s)
        if again(instance).state != "running" and lose is hardware:
            continue
        lose(cloud, instance)
        for _moment in range(2):
            job = Job.objects.get(pk=job.pk)
            for way in possible_ways_on(cloud.lab, job):
                cloud.preview(way.operation, way.subject, **way.params)
            cloud.let_pass(200)
        if job.state == JobState.FAILED and again(instance).state == "stopped" and lose is not no_quota:
            assert ways_on(cloud.lab, job), "a way on from an instance that is off"


def test_it_is_the_end_of_the_fault_while_the_zone_is_out_and_a_start_afterwards(cloud: Cloud) -> None:
    instance = cloud.instance(state="stopped")
    job = cloud.start("instance.start", instance)
    cloud.let_pass(5)
    zone_out(cloud, instance)
    job = Job.objects.get(pk=job.pk)
    assert job.state == JobState.FAILED
    [(label, address)] = ways_on(cloud.lab, job)
    assert (label, f"subject={Fault.objects.get().pk}" in address) == ("End the fault “A zone is out”", True)
    cloud.begin("fault.end", Fault.objects.get())
    assert [label for label, _address in ways_on(cloud.lab, job)] == ["Try to start it again", "Take another type"]


def test_it_is_another_type_where_there_is_no_capacity(cloud: Cloud) -> None:
    instance = cloud.instance(state="stopped")
    job = cloud.start("instance.start", instance)
    no_capacity_of_the_type(cloud, instance)
    cloud.let_pass()
    ended, other = [address for _label, address in ways_on(cloud.lab, Job.objects.get(pk=job.pk))]
    assert "fault.end" in ended
    assert "instance_type=" in other
    [_end, way] = possible_ways_on(cloud.lab, Job.objects.get(pk=job.pk))
    cloud.run("instance.change_type", instance, **way.params)
    cloud.run("instance.start", instance)


def test_it_is_nothing_where_the_start_is_beyond_the_quota(cloud: Cloud) -> None:
    instance = cloud.instance(state="stopped")
    job = cloud.start("instance.start", instance)
    no_quota(cloud, instance)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    ways = possible_ways_on(cloud.lab, Job.objects.get(pk=job.pk))
    assert "instance.start" not in [way.operation for way in ways]


def test_it_launches_in_another_zone_what_a_zone_took_along(cloud: Cloud) -> None:
    job = cloud.launch(zone=ZONE)
    cloud.let_pass(5)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    job = Job.objects.get(pk=job.pk)
    assert job.state == JobState.FAILED
    labels = [label for label, _address in ways_on(cloud.lab, job)]
    assert labels == ["End the fault “A zone is out”", f"Launch 1 in {TOKYO}c"]
    cloud.begin("fault.end", Fault.objects.get())
    with pytest.raises(Refused, match="The instances are gone: run it again"):
        retry(job, TESTER)


def test_it_is_the_end_of_the_fault_also_where_the_instance_runs_by_then(cloud: Cloud) -> None:
    instance = cloud.instance(state="stopped")
    job = cloud.start("instance.start", instance)
    cloud.let_pass(25)
    zone_out(cloud, instance)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, again(instance).state) == (JobState.FAILED, "running")
    assert [label for label, _address in ways_on(cloud.lab, job)] == ["End the fault “A zone is out”"]
    cloud.begin("fault.end", Fault.objects.get())
    assert ways_on(cloud.lab, job) == []
