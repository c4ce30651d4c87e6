"""A job that stopped half-way goes on only where what it held is as it left it."""

from collections.abc import Callable

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import off
from tests.support.invariants import require_possible
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry, retry_offer
from virtlab.jobs.runner.cancel import cancel

pytestmark = pytest.mark.django_db
Act = Callable[[Operated, VirtualMachine], object]


@pytest.fixture
def estate() -> Operated:
    return make_operated(Hypervisor.ESXI, capacity_gib=10_000)


@pytest.fixture
def job(estate: Operated) -> Job:
    """A clone that is whole, and whose first start ended with its host, which is repaired by now."""
    job = estate.start("vm.clone", estate.vms[0], name="copy", start=True)
    until(estate, job, "start")
    host = estate.vm("copy").host
    assert host
    estate.run_now("host.fail", host)
    estate.run("host.repair", host)
    assert (again(job).state, estate.vm("copy").power_state) == (JobState.FAILED, PowerState.STOPPED)
    return again(job)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def until(estate: Operated, job: Job, key: str) -> None:
    """Lets time pass until a step of the job is in progress."""
    while again(job).steps.get(state="running").key != key:
        due = again(job).due_lab_at
        assert due
        estate.let_pass(max((due - estate.lab.lab_time()).total_seconds(), 0.001))


def started(estate: Operated, copy: VirtualMachine) -> None:
    estate.run("vm.start", copy)


def suspended(estate: Operated, copy: VirtualMachine) -> None:
    estate.run("vm.start", copy)
    estate.run("vm.suspend", copy)


def made_a_template(estate: Operated, copy: VirtualMachine) -> None:
    estate.run("template.save", copy, name="golden", how="convert")


def with_a_snapshot(estate: Operated, copy: VirtualMachine) -> None:
    estate.run("snapshot.take", copy, name="mine")


def larger(estate: Operated, copy: VirtualMachine) -> None:
    estate.run("vm.resize", copy, vcpu=8, memory_mib=8 * GIB, disk_gib=40)


@pytest.mark.parametrize("change", [started, suspended, made_a_template, with_a_snapshot, larger])
def test_it_is_refused_and_says_what_changed(estate: Operated, job: Job, change: Act) -> None:
    change(estate, estate.vm("copy"))
    before = VirtualMachine.objects.values().get(pk=job.subjects.get(name="copy").object_id)
    offer = retry_offer(job)
    assert offer
    assert "copy is not as this job left it" in offer.why_not
    with pytest.raises(Refused, match="copy is not as this job left it"):
        retry(job, TESTER)
    assert VirtualMachine.objects.values().get(pk=before["id"]) == before
    require_possible(estate.lab)


def test_it_goes_on_where_nobody_touched_it(estate: Operated, job: Job) -> None:
    offer = retry_offer(job)
    assert offer
    assert (offer.first and offer.first.key, offer.why_not) == ("start", ""), "the copy is registered already"
    retry(job, TESTER)
    estate.let_pass()
    assert (again(job).state, estate.vm("copy").power_state) == (JobState.SUCCEEDED, PowerState.RUNNING)


def test_it_finds_no_room_that_others_have_by_now(estate: Operated, job: Job) -> None:
    VirtualMachine.objects.filter(name="db-02").update(memory_mib=60 * GIB)
    copy = estate.vm("copy")
    VirtualMachine.objects.filter(name="db-02").update(host=copy.host, power_state=PowerState.RUNNING)
    VirtualMachine.objects.filter(name="db-03").update(host=copy.host, power_state=PowerState.RUNNING)
    with pytest.raises(Refused, match=r"Needs 8\.0 GiB"):
        retry(job, TESTER)


def test_it_keeps_what_a_linked_clone_needs_where_it_is_cancelled(estate: Operated, job: Job) -> None:
    with off(estate.vm("copy")):
        estate.run("vm.clone", estate.vm("copy"), name="linked", linked=True)
    copy = estate.vm("copy")
    JobSubject.objects.update(left_as={})  # as jobs of an earlier version have it
    retry(job, TESTER)
    cancel(again(job), TESTER)
    estate.let_pass()
    assert "its linked clones need it: linked" in " ".join(str(line) for line in job.log.all())
    assert estate.vm("copy") == copy
    require_possible(estate.lab)


def test_it_does_not_mind_a_host_that_was_repaired(estate: Operated) -> None:
    job = estate.start("host.power_off", estate.hosts[1])
    estate.let_pass(1)
    estate.run_now("host.fail", estate.hosts[1])
    estate.run("host.repair", estate.hosts[1])
    if again(job).state == JobState.FAILED:
        retry(again(job), TESTER)
        estate.let_pass()
    assert again(job).state == JobState.SUCCEEDED
