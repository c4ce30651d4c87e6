"""Deployments whose hosts go while their copies start: the copies stay, and the job says so."""

import pytest

from hosts.choices import PowerState
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import with_template
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry, retry_offer
from virtlab.jobs.requests.ways_on import possible_ways_on
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db
TWO = {"count": 2, "pattern": "w{n}", "first": 1, "vcpu": 2, "memory_mib": 4 * GIB, "start": True}


def until_they_start(estate: Operated) -> Job:
    """A deployment of two whose copies both start."""
    job = estate.begin("template.deploy", estate.vm("db-01"), **TWO)
    starting = Step.objects.filter(job__parent=job, key="start", state=StepState.RUNNING)
    for _ in range(200):
        if starting.count() == TWO["count"]:
            return job
        estate.let_pass(2)
    raise AssertionError


def lost(estate: Operated, *hosts: Host) -> None:
    """These hosts fail, and are repaired some time after."""
    for host in hosts:
        estate.run_now("host.fail", Host.objects.get(pk=host.pk))
    estate.let_pass(10)
    for host in hosts:
        estate.run("host.repair", Host.objects.get(pk=host.pk))


@pytest.fixture
def estate() -> Operated:
    return with_template()


@pytest.fixture
def failed(estate: Operated) -> Job:
    """One whose copies are made, and none of them started."""
    job = until_they_start(estate)
    lost(estate, *estate.hosts)
    return Job.objects.get(pk=job.pk)


def test_it_counts_copies_that_are_made_and_did_not_start(estate: Operated, failed: Job) -> None:
    assert (failed.state, str(failed.error)) == (JobState.FAILED, "2 of 2 copies are made, none of them started.")
    assert {estate.vm(name).power_state for name in ("w1", "w2")} == {PowerState.STOPPED}


def test_it_leads_to_starting_them(estate: Operated, failed: Job) -> None:
    def ways() -> list[tuple[str, str]]:
        return [(way.operation, str(way.subject)) for way in possible_ways_on(estate.lab, failed)]

    assert ways() == [("vm.start", "w1"), ("vm.start", "w2")]
    estate.run("vm.start", estate.vm("w1"))
    assert ways() == [("vm.start", "w2")]


def test_it_is_not_tried_again_where_no_copy_is_missing(failed: Job) -> None:
    with pytest.raises(Refused, match="All its copies are made: start those that are off"):
        retry(failed, TESTER)
    offer = retry_offer(failed)
    assert offer
    assert "All its copies are made" in offer.why_not


def test_it_makes_what_is_missing_where_it_is_tried_again(estate: Operated, failed: Job) -> None:
    estate.run("vm.start", estate.vm("w1"))
    kept = estate.vm("w1").pk
    estate.run("vm.delete", estate.vm("w2"))
    retry(failed, TESTER)
    estate.let_pass()
    failed.refresh_from_db()
    assert (failed.state, str(failed.error)) == (JobState.SUCCEEDED, "")
    assert "2 of 2 copies are made." in [str(line) for line in failed.log.all()]
    assert not any(str(line).startswith("No copy") for line in failed.log.all())
    assert (estate.vm("w1").pk, estate.vm("w2").power_state) == (kept, PowerState.RUNNING)


def test_it_succeeds_where_some_started(estate: Operated) -> None:
    VirtualMachine.objects.filter(name="db-02").update(memory_mib=44 * GIB)
    job = until_they_start(estate)
    hosts = [host for host in estate.hosts if VirtualMachine.objects.filter(name__startswith="w", host=host).exists()]
    assert len(hosts) == 2
    lost(estate, hosts[0])
    estate.let_pass()
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    assert "2 of 2 copies are made, 1 of them started." in [str(line) for line in job.log.all()]


def test_it_says_before_a_cancel_what_goes_and_what_stays(estate: Operated) -> None:
    job = estate.begin("template.deploy", estate.vm("db-01"), **{**TWO, "count": 10, "start": False})
    for _ in range(200):
        if job.children.filter(state=JobState.SUCCEEDED).exists():
            break
        estate.let_pass(20)
    back = way_back_of(Job.objects.get(pk=job.pk))
    ready = [str(copy.title) for copy in job.children.filter(state=JobState.SUCCEEDED).order_by("pk")]
    assert 0 < len(ready) < 10
    assert (back.parts, [str(text) for text in back.stays]) == (10 - len(ready), ready)
    cancel(Job.objects.get(pk=job.pk), TESTER)
    estate.let_pass()
    assert VirtualMachine.objects.filter(name__startswith="w").count() == len(ready)
    assert "Nothing had to be undone." not in [str(line) for line in job.log.all()]
