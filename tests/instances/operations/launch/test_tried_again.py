"""A launch that failed or was cancelled and is tried again: what runs stays, and nothing is launched twice."""

import pytest

from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO, Cloud
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.ways_on import possible_ways_on, ways_on
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption, Lab

ZONE = f"{TOKYO}c"


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def lost_after(cloud: Cloud, seconds: float, **params: object) -> Job:
    """A launch whose zone went out so long after its start, and is back."""
    job = cloud.launch(zone=ZONE, instance_type="t3.small", **params)
    cloud.let_pass(seconds)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    assert again(job).state == JobState.FAILED
    return again(job)


def all_well(cloud: Cloud) -> None:
    cloud.begin("fault.end", Fault.objects.get())


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("ratio", [1.0, 1.3])
def test_it_goes_on_with_the_first_boots(cloud: Cloud, count: int, ratio: float) -> None:
    Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=ratio)
    job = lost_after(cloud, 60, count=count)
    began = {i.pk: i.launched_lab_at for i in Instance.objects.filter(state="running")}
    assert len(began) == count
    with pytest.raises(Refused, match="went out"):
        retry(job, TESTER)
    all_well(cloud)
    retry(job, TESTER)
    todo = again(job).steps.exclude(state=StepState.DONE)
    assert all(step.key.startswith("first_boot") for step in todo), "what runs is not entered again"
    cloud.let_pass()
    assert again(job).state == JobState.SUCCEEDED, str(again(job).error)
    assert {i.pk: i.launched_lab_at for i in Instance.objects.filter(state="running")} == began
    require_possible(cloud.lab)


def test_it_boots_nothing_once_more_that_came_up_with_its_zone(cloud: Cloud) -> None:
    job = lost_after(cloud, 60, count=3)
    all_well(cloud)
    cloud.let_pass()
    with pytest.raises(Refused, match="All that is there of it is up: nothing is left"):
        retry(job, TESTER)


def some_running(cloud: Cloud) -> Job:
    """A launch of four of which the first two run: the others went with their zone."""
    Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=3)
    job = cloud.launch(zone=ZONE, instance_type="t3.small", count=4)
    while Instance.objects.filter(state="running").count() < 2:
        due = again(job).due_lab_at
        assert due
        cloud.let_pass(max((due - Lab.objects.get(pk=cloud.lab.pk).lab_time()).total_seconds(), 1e-3))
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    assert (again(job).state, Instance.objects.count()) == (JobState.FAILED, 2)
    return again(job)


def test_it_says_which_part_of_it_is_gone(cloud: Cloud) -> None:
    job = some_running(cloud)
    all_well(cloud)
    retry(job, TESTER)
    cloud.let_pass()
    assert (again(job).state, Instance.objects.filter(state="running").count()) == (JobState.SUCCEEDED, 2)
    said = [str(line.text) for line in again(job).log.filter(level="error")]
    assert said[-2:] == ["1 of its instances went when the launch failed."] * 2


def test_it_offers_to_launch_only_those_that_are_gone(cloud: Cloud) -> None:
    job = some_running(cloud)
    ended, elsewhere = possible_ways_on(cloud.lab, job)
    assert (ended.operation, str(elsewhere.label)) == ("fault.end", f"Launch 2 in {TOKYO}a")
    all_well(cloud)
    [way] = possible_ways_on(cloud.lab, job)
    assert str(way.label) == "Launch the other 2"
    cloud.run(way.operation, None, **way.params)
    assert Instance.objects.filter(state="running").count() == 4


def test_it_offers_no_second_launch_where_all_of_it_runs(cloud: Cloud) -> None:
    job = lost_after(cloud, 60, count=4)
    assert [label for label, _address in ways_on(cloud.lab, job)] == ["End the fault “A zone is out”"]
    all_well(cloud)
    assert ways_on(cloud.lab, job) == []


@pytest.mark.parametrize("after_s", [0.5, 5, 60])
def test_it_is_launched_once_more_where_a_cancel_took_it_back(cloud: Cloud, after_s: float) -> None:
    job = cloud.launch(count=3)
    cloud.let_pass(after_s)
    cancel(again(job), TESTER)
    cloud.let_pass()
    assert not Instance.objects.exclude(state="terminated").exists()
    retry(again(job), TESTER)
    cloud.let_pass()
    assert (again(job).state, Instance.objects.filter(state="running").count()) == (JobState.SUCCEEDED, 3)


def test_it_is_not_launched_a_second_time_beside_what_is_there(cloud: Cloud) -> None:
    """Whatever says of its steps that nothing of them stands."""
    job = lost_after(cloud, 60, count=2)
    all_well(cloud)
    job.steps.update(state=StepState.UNDONE)
    with pytest.raises(Refused, match="Its instances are there: launch others by running it again"):
        retry(job, TESTER)
    cloud.let_pass()
    assert Instance.objects.count() == 2


def test_it_is_not_tried_again_once_they_are_terminated(cloud: Cloud) -> None:
    job = lost_after(cloud, 60)
    all_well(cloud)
    cloud.run("instance.terminate", Instance.objects.get())
    with pytest.raises(Refused, match="The instances are gone: run it again"):
        retry(job, TESTER)


class TestFaultsInTheWay:
    def test_it_is_not_a_lack_of_another_type(self, cloud: Cloud) -> None:
        cloud.run_now("fault.no_capacity", None, region=TOKYO, zone=ZONE, type_name="m7i.2xlarge")
        job = cloud.launch(zone=ZONE, instance_type="t3.small")
        cloud.let_pass(5)
        cloud.run_now("fault.zone_outage", None, zone=ZONE)
        labels = [label for label, _address in ways_on(cloud.lab, again(job))]
        assert labels == ["End the fault “A zone is out”", f"Launch 1 in {TOKYO}a"]
        cloud.begin("fault.end", Fault.objects.get(kind="zone_outage"))
        assert [label for label, _address in ways_on(cloud.lab, again(job))] == ["Launch them again"]

    def test_it_is_not_the_outage_of_another_zone(self, cloud: Cloud) -> None:
        job = cloud.launch(zone=ZONE, instance_type="t3.small")
        cloud.run_now("fault.no_capacity", None, region=TOKYO, zone=ZONE, type_name="t3")
        cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.let_pass(5)
        assert again(job).state == JobState.FAILED
        ended = [way.subject for way in possible_ways_on(cloud.lab, again(job)) if way.operation == "fault.end"]
        assert ended == [Fault.objects.get(kind="no_capacity")]

    def test_it_is_what_fills_every_zone_where_none_was_asked_for(self, cloud: Cloud) -> None:
        job = cloud.launch(instance_type="t3.small")
        cloud.run_now("fault.no_capacity", None, region=TOKYO, type_name="t3.small")
        cloud.let_pass(5)
        [way] = possible_ways_on(cloud.lab, again(job))
        assert way.subject == Fault.objects.get()
