"""Space of a datastore is reserved for what jobs have been admitted to write, from their start, and for each once."""

from typing import Any

import pytest

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from tests.hosts.operations.guest.space import free, leave, state, with_free
from tests.hosts.operations.operated import Operated
from tests.operations.estates import quiet, with_template
from tests.support.guests import off, shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.requests.start import Started, start_all
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
WRITING_S = 2.0
"""Into the writing of 8 GiB of memory at 500 MiB/s, which takes 16.4 s."""


def one_at_a_time(estate: Operated) -> None:
    Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)


def on_all(estate: Operated, name: str, /, **params: Any) -> Started:
    """An operation on all guests in one request."""
    return start_all(estate.lab, [Request(operation_named(name), vm, params, TESTER) for vm in estate.vms], "batch")


class TestReserved:
    def test_it_is_refused_to_a_second_at_once_and_the_first_finds_its_space(self) -> None:
        estate = with_free(10)
        job = estate.start("vm.suspend", estate.vms[0])
        estate.let_pass(WRITING_S)
        refused = str(estate.refused("vm.suspend", estate.vms[1]))
        words = "Needs 8.0 GiB; datastore ds-01 has 10.0 GiB left of 70.0 GiB, and 8.0 GiB of them are reserved"
        assert words in refused
        assert free(estate) == 10, "a page shows the bytes that are there"
        estate.let_pass()
        assert (state(job), free(estate)) == (JobState.SUCCEEDED, 2)

    def test_it_fits_beside_what_is_reserved(self) -> None:
        estate = with_free(16)
        jobs = [estate.start("vm.suspend", vm) for vm in estate.vms[:2]]
        estate.let_pass()
        assert [state(job) for job in jobs] == [JobState.SUCCEEDED] * 2
        assert free(estate) == 0

    def test_it_ends_together_with_what_reserved_it(self) -> None:
        estate = with_free(10)
        job = estate.start("vm.suspend", estate.vms[0])
        estate.let_pass(WRITING_S)
        cancel(job, TESTER)
        estate.run("vm.suspend", estate.vms[1])

    def test_it_is_reserved_for_a_job_that_queues_too(self) -> None:
        estate = with_free(10)
        one_at_a_time(estate)
        estate.start("vm.stop", estate.vms[2])
        job = estate.start("vm.suspend", estate.vms[0])
        assert state(job) == JobState.QUEUED
        estate.refused("vm.suspend", estate.vms[1])
        estate.let_pass()
        assert state(job) == JobState.SUCCEEDED, "its own reservation does not stand in its way"

    def test_it_is_its_own_when_it_is_tried_again(self) -> None:
        estate = with_free(10)
        job = estate.start("vm.suspend", estate.vms[0])
        estate.let_pass(WRITING_S)
        cancel(job, TESTER)
        other = estate.start("vm.suspend", estate.vms[1])
        with pytest.raises(Refused, match=r"8\.0 GiB of them are reserved"):
            retry(Job.objects.get(pk=job.pk), TESTER)
        cancel(other, TESTER)
        retry(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        assert state(job) == JobState.SUCCEEDED

    def test_it_is_refused_to_new_thick_disks_and_copies(self) -> None:
        estate = with_free(25)
        estate.start("vm.suspend", estate.vms[0])
        estate.let_pass(WRITING_S)
        new = {"vcpu": 1, "memory_mib": 1024, "disk_gib": 18, "operating_system": "linux", "thin": False}
        estate.refused("vm.create", None, name="filler", cluster=estate.cluster.pk, start=False, **new)
        shut_down(estate.vms[1])
        assert "reserved" in str(estate.refused("vm.clone", estate.vms[1], name="copy"))

    def test_it_is_reserved_for_new_thick_disks_and_larger_ones(self) -> None:
        estate = with_free(10, quiet("workstation"))  # which changes nothing on a running guest
        new = {"vcpu": 1, "memory_mib": 1024, "disk_gib": 9, "operating_system": "linux", "thin": False}
        job = estate.start("vm.create", None, name="new", cluster=estate.cluster.pk, start=False, **new)
        estate.refused("vm.suspend", estate.vms[1])
        cancel(job, TESTER)
        VirtualMachine.objects.update(thin=False)
        leave(estate, 10)
        job = estate.start("vm.resize", estate.vms[0], vcpu=2, memory_mib=8 * GIB, disk_gib=45)
        estate.let_pass(WRITING_S)
        estate.refused("vm.suspend", estate.vms[1])
        estate.let_pass()
        assert state(job) == JobState.SUCCEEDED

    def test_it_is_reserved_for_a_snapshots_memory_an_update_and_a_new_disk(self) -> None:
        estate = quiet()
        with off(estate.vms[0]):
            estate.run("vm.clone", estate.vms[0], name="copy")
        estate.run("vm.stop", estate.vms[0])
        leave(estate, 6 + 2 + 20 + 1)
        jobs = [
            estate.start("vm.restore", estate.vms[0], source=estate.vm("copy").pk),
            estate.start("guest.update", estate.vms[1], outcome="good"),
            estate.start("snapshot.take", estate.vms[2], name="s", with_memory=True),
        ]
        estate.let_pass(WRITING_S)
        estate.refused("vm.clone", estate.vm("copy"), name="small")
        estate.let_pass()
        assert [state(job) for job in jobs] == [JobState.SUCCEEDED] * 3

    def test_it_is_reserved_for_kept_memory_to_which_a_guest_goes_back(self) -> None:
        estate = with_free(30, quiet("esxi"))
        estate.run("vm.suspend", estate.vms[0])
        estate.run("snapshot.take", estate.vms[0], name="asleep")
        estate.run("vm.discard_suspended", estate.vms[0])
        leave(estate, 10)
        job = estate.start("snapshot.revert", estate.snapshot("asleep"))
        estate.let_pass(WRITING_S)
        estate.refused("vm.suspend", estate.vms[1])
        estate.let_pass()
        assert (state(job), estate.vm("db-01").power_state) == (JobState.SUCCEEDED, PowerState.SUSPENDED)


class TestDeployment:
    copies = {"count": 10, "pattern": "w-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}

    def test_it_has_its_space_until_the_last_copy_has_had_its_turn(self) -> None:
        estate = with_free(10 * 20 + 5, with_template())
        job = estate.start("template.deploy", estate.vm("db-01"), **self.copies)
        estate.let_pass(WRITING_S)
        estate.refused("vm.suspend", estate.vms[1])
        estate.let_pass()
        assert state(job) == JobState.SUCCEEDED
        assert (VirtualMachine.objects.filter(name__startswith="w-").count(), free(estate)) == (10, 5)

    def test_it_has_it_before_it_begins(self) -> None:
        estate = with_free(10 * 20 + 5, with_template())
        one_at_a_time(estate)
        estate.start("vm.stop", estate.vms[2])
        job = estate.start("template.deploy", estate.vm("db-01"), **self.copies)
        estate.refused("vm.suspend", estate.vms[1])
        estate.let_pass()
        assert state(job) == JobState.SUCCEEDED


class TestBulk:
    @pytest.mark.parametrize(
        ("name", "params"), [("vm.suspend", {}), ("snapshot.take", {"name": "m", "with_memory": True})]
    )
    def test_it_starts_only_those_that_fit_together(self, name: str, params: dict[str, Any]) -> None:
        estate = with_free(10)
        started = on_all(estate, name, **params)
        assert (len(started.jobs), len(started.refused)) == (1, 2)
        estate.let_pass()
        assert state(started.jobs[0]) == JobState.SUCCEEDED

    def test_it_starts_all_where_they_fit(self) -> None:
        estate = with_free(24)
        assert len(on_all(estate, "vm.suspend").jobs) == 3


class TestLost:
    def test_it_fails_the_one_that_was_admitted_last_at_the_moment_at_which_that_shows(self) -> None:
        estate = with_free(17)
        first, last = [estate.start("vm.suspend", vm) for vm in estate.vms[:2]]
        estate.let_pass(1)
        leave(estate, 9)
        stop = estate.start("vm.stop", estate.vms[2])
        estate.let_pass(stop.duration_s)
        ended = Job.objects.get(pk=last.pk)
        assert "and 8.0 GiB of them are reserved" in str(ended.error)
        assert (ended.state, ended.ends_lab_at) == (JobState.FAILED, Job.objects.get(pk=stop.pk).ends_lab_at)
        estate.let_pass()
        assert (state(first), estate.vm("db-02").power_state) == (JobState.SUCCEEDED, PowerState.RUNNING)
