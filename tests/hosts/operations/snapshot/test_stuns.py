"""Stuns: what they pause, and that a temporary snapshot goes with one also where its job breaks off."""

from typing import Any

import pytest

from hosts.live.live import live
from hosts.models import Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import quiet
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db
STUN_S = 0.4
COPIES: list[tuple[str, dict[str, Any]]] = [
    ("backup.take", {}),
    ("vm.clone", {"name": "copy"}),
    ("template.save", {"name": "golden", "how": "copy"}),
]


def paused(estate: Operated) -> list[int]:
    return [pk for pk, guest in live(estate.lab).guests.items() if guest.paused]


def inside(estate: Operated, job: Job, key: str) -> Job:
    """The job once the step of that key has begun."""
    for _second in range(600):
        if job.steps.get(key=key).state == StepState.RUNNING:
            return Job.objects.get(pk=job.pk)
        estate.let_pass(job.steps.get(state=StepState.RUNNING).duration_s / 2 + 0.01)
    raise AssertionError(key)


@pytest.mark.parametrize(
    ("name", "params", "keys"),
    [
        ("snapshot.take", {"name": "s"}, {"stun": True, "take": False}),
        ("vm.resize", {"vcpu": 4, "memory_mib": 8 * GIB}, {"stun": True, "set": False}),
        ("backup.take", {}, {"stun": True, "copy": False, "stun_again": True}),
        ("vm.suspend", {}, {"write": True, "suspend": True}),
        ("vm.stop", {}, {"stop": False}),
        ("vm.restart", {}, {"shutdown": False, "boot": False}),
    ],
)
def test_it_pauses_the_guest_in_those_steps_alone(name: str, params: dict[str, Any], keys: dict[str, bool]) -> None:
    estate = quiet("esxi")
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(hot_add_cpu=True)
    job = estate.start(name, estate.vm("db-01"), **params)
    for key, pauses in keys.items():
        inside(estate, job, key)
        assert paused(estate) == ([estate.vms[0].pk] if pauses else []), key


def test_it_pauses_the_guest_at_the_end_of_a_merge() -> None:
    estate = quiet("esxi")
    estate.run("snapshot.take", estate.vms[0], name="s")
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(delta_gib=1.0)
    job = estate.start("snapshot.delete", estate.snapshot("s"))
    for key, pauses in {"merge": [], "stun": [estate.vms[0].pk], "delete": []}.items():
        inside(estate, job, key)
        assert paused(estate) == pauses, key


@pytest.mark.parametrize(("name", "params"), COPIES)
def test_it_stuns_once_more_where_a_copy_breaks_off(name: str, params: dict[str, Any]) -> None:
    estate = quiet("esxi")
    job = inside(estate, estate.start(name, estate.vms[0], **params), "copy")
    back = way_back_of(job)
    assert [(step.key, step.down) for step in back.steps if step.duration_s] == [("stun_again", True)]
    assert back.down_s == STUN_S
    job = cancel(job, TESTER)
    assert job.goes_back
    estate.let_pass(STUN_S / 2)
    assert paused(estate) == [estate.vms[0].pk]
    estate.let_pass(STUN_S)
    job.refresh_from_db()
    assert (job.state, paused(estate)) == (JobState.CANCELLED, [])


@pytest.mark.parametrize(("name", "params"), COPIES)
def test_it_stuns_nobody_where_the_host_failed(name: str, params: dict[str, Any]) -> None:
    estate = quiet("esxi")
    job = inside(estate, estate.start(name, estate.vms[0], **params), "copy")
    estate.run_now("host.fail", estate.hosts[0])
    estate.let_pass(STUN_S / 2)
    assert paused(estate) == []
    estate.let_pass(60.0)
    job.refresh_from_db()
    assert job.state in {JobState.FAILED, JobState.SUCCEEDED}


def test_it_stuns_no_more_once_the_temporary_snapshot_is_gone() -> None:
    estate = quiet("esxi")
    job = inside(estate, estate.start("vm.clone", estate.vms[0], name="copy", start=True), "start")
    assert way_back_of(job).down_s == 0.0
    cancel(job, TESTER)
    estate.let_pass(60.0)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not job.steps.filter(undoes__isnull=False, key="stun_again").exists()


@pytest.mark.parametrize(("name", "params"), COPIES)
def test_it_takes_the_copy_again_with_both_stuns(name: str, params: dict[str, Any]) -> None:
    estate = quiet("esxi")
    cancel(inside(estate, estate.start(name, estate.vms[0], **params), "copy"), TESTER)
    estate.let_pass(60.0)
    job = estate.run(name, estate.vm("db-01"), **params)
    assert [step.key for step in job.steps.filter(pauses=True)] == ["stun", "stun_again"]


def test_it_stuns_where_the_snapshot_of_a_linked_clone_is_taken_away_again() -> None:
    estate = quiet("esxi")
    job = inside(estate, estate.start("vm.clone", estate.vms[0], name="copy", linked=True), "copy")
    assert way_back_of(job).down_s == STUN_S
    cancel(job, TESTER)
    assert Snapshot.objects.exists()
    estate.let_pass(1.0)
    job.refresh_from_db()
    assert (job.state, Snapshot.objects.exists()) == (JobState.CANCELLED, False)
    vm = estate.vm("db-01")
    assert (vm.snapshot, vm.delta_gib) == (None, 0.0)


def test_it_takes_it_away_at_once_where_nothing_is_stunned() -> None:
    estate = quiet("kvm")
    job = inside(estate, estate.start("vm.clone", estate.vms[0], name="copy", linked=True), "copy")
    assert cancel(job, TESTER).state == JobState.CANCELLED
    assert not Snapshot.objects.exists()
