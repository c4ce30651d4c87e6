"""A job that is tried again: planned anew where nothing of it stands, and waiting for its turn as others do."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.invariants import require_possible
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.runner.drive import drive

pytestmark = pytest.mark.django_db


def take_the_only_place(estate: Operated) -> Job:
    """From now on one job runs at once: this one, for a while."""
    estate.lab.assumptions.create(key="jobs_at_once", value=1)
    guest = estate.vm("db-02")
    guest.host = estate.hosts[1]
    guest.save(update_fields=["host"])
    job = estate.start("vm.clone", guest, name="in-the-way")
    drive(estate.lab.pk)
    return job


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_it_leaves_nothing_to_do_of_a_queued_job_that_cannot_begin(db: None) -> None:
    estate = make_operated(capacity_gib=10_000)
    take_the_only_place(estate)
    job = estate.start("vm.clone", estate.vms[0], name="two")
    VirtualMachine.objects.filter(name="db-03").update(name="two")
    estate.let_pass()
    assert (again(job).state, str(again(job).error)) == (JobState.FAILED, "Its parameters are not valid any more.")
    assert {step.state for step in job.steps.all()} == {StepState.FAILED, StepState.SKIPPED}
    require_possible(estate.lab)


def resize_stuck_off(estate: Operated) -> Job:
    """A resize past its point of no return, whose host failed while the guest started, and was repaired."""
    job = estate.start("vm.resize", estate.vms[0], vcpu=4, memory_mib=8 * GIB, disk_gib=40)
    estate.let_pass(13)
    estate.run_now("host.fail", estate.hosts[0])
    estate.run("host.repair", estate.hosts[0])
    assert (again(job).state, estate.vm("db-01").vcpu) == (JobState.FAILED, 4)
    return job


def test_it_goes_back_at_once_where_it_is_cancelled_while_it_waits(db: None) -> None:
    estate = make_operated("workstation", capacity_gib=10_000)
    job = resize_stuck_off(estate)
    take_the_only_place(estate)
    assert retry(job, TESTER).state == JobState.QUEUED
    cancel(job, TESTER)
    assert (again(job).goes_back, again(job).state) == (True, JobState.RUNNING)
    estate.let_pass()
    assert (again(job).state, estate.vm("db-01").vcpu) == (JobState.CANCELLED, 2)
    assert job.steps.get(key="start").state == StepState.SKIPPED, "it does not go forward any more"
    require_possible(estate.lab)


def test_it_does_not_begin_without_what_its_next_step_needs(db: None) -> None:
    estate = make_operated("workstation", capacity_gib=10_000)
    job = resize_stuck_off(estate)
    other = take_the_only_place(estate)
    retry(job, TESTER)
    estate.run_now("host.fail", estate.hosts[0])
    cancel(other, TESTER)
    assert (again(job).state, str(again(job).error)) == (JobState.FAILED, "Host h-01 failed.")
    require_possible(estate.lab)


@pytest.mark.parametrize("waits", [False, True])
def test_it_makes_the_copies_that_a_cancelled_deployment_left_out(db: None, *, waits: bool) -> None:
    estate = make_operated(capacity_gib=10_000)
    VirtualMachine.objects.filter(name="db-01").update(is_template=True, power_state="stopped")
    params: dict[str, Any] = {"count": 10, "pattern": "w-{n:02}", "first": 1, "vcpu": 1, "memory_mib": GIB}
    job = estate.start("template.deploy", estate.vm("db-01"), **params)
    estate.let_pass(700)
    cancel(job, TESTER)
    made = VirtualMachine.objects.filter(name__startswith="w-")
    assert made.count() == 8
    if waits:
        take_the_only_place(estate)
    retry(job, TESTER)
    assert (again(job).state == JobState.QUEUED) == waits
    estate.let_pass()
    assert (again(job).state, made.count()) == (JobState.SUCCEEDED, 10)
    require_possible(estate.lab)


def test_it_is_planned_anew_where_nothing_of_it_stands(db: None) -> None:
    """The guest's memory was on a host that failed; it is started on the other one, with more memory."""
    estate = make_operated(Hypervisor.ESXI, capacity_gib=10_000)
    job = estate.start("vm.suspend", estate.vms[0])
    estate.let_pass(1)
    estate.run_now("host.fail", estate.hosts[0])
    assert again(job).state == JobState.FAILED
    VirtualMachine.objects.filter(name="db-01").update(
        host=estate.hosts[1], power_state=PowerState.RUNNING, memory_mib=16 * GIB
    )
    retry(job, TESTER)
    estate.let_pass()
    assert (again(job).state, again(job).attempt) == (JobState.SUCCEEDED, 2)
    assert estate.vm("db-01").power_state == PowerState.SUSPENDED
    writes = job.steps.get(key="write")
    needed = {"need": "vm.running", "vm": estate.vms[0].pk, "host": estate.hosts[1].pk}
    assert (writes.flow["gib"], needed in writes.needs) == (16, True)


def test_it_takes_no_place_where_it_is_something_that_happens(db: None) -> None:
    estate = make_operated(capacity_gib=10_000)
    job = estate.run_now("host.fail", estate.hosts[1])
    estate.run("host.repair", estate.hosts[1])
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    job.steps.update(state=StepState.FAILED)
    take_the_only_place(estate)
    retry(job, TESTER)
    drive(estate.lab.pk)
    assert again(job).state == JobState.SUCCEEDED


def test_it_is_refused_at_once_where_another_has_its_name_by_now(db: None) -> None:
    estate = make_operated(capacity_gib=10_000)
    job = estate.start("vm.clone", estate.vms[0], name="two")
    estate.let_pass(1)
    cancel(job, TESTER)
    VirtualMachine.objects.filter(name="db-03").update(name="two")
    with pytest.raises(Refused, match="parameters are not valid any more"):
        retry(again(job), TESTER)
    assert again(job).state == JobState.CANCELLED
