"""What is lost while a step runs: the step fails at that moment, and nothing of what died comes back."""

from datetime import timedelta

import pytest

from hosts.choices import HostState, PowerState
from hosts.models import Host, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
WRITING_S = 2.0
"""Into the writing of 8 GiB of memory at 500 MiB/s, which takes 16.4 s."""


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def fail_host(estate: Operated) -> None:
    """The host of all guests fails now."""
    estate.run_now("host.fail", estate.hosts[0])


def ended(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


class TestMemory:
    @pytest.mark.parametrize(
        ("name", "params"), [("vm.suspend", {}), ("snapshot.take", {"name": "s", "with_memory": True})]
    )
    def test_it_dies_with_its_host(self, estate: Operated, name: str, params: dict[str, object]) -> None:
        job = estate.start(name, estate.vms[0], **params)
        estate.let_pass(WRITING_S)
        failed_at = estate.lab.lab_time()
        fail_host(estate)
        assert ended(job).state == JobState.FAILED
        assert "Host h-01 failed, and db-01 with it." in str(ended(job).error)
        assert ended(job).ends_lab_at == failed_at, "at that moment, not at the step's end"
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (vm.power_state, vm.suspended_gib) == (PowerState.STOPPED, 0.0)
        assert not Snapshot.objects.exists()
        estate.run("host.repair", estate.hosts[0])
        estate.refused("vm.resume", vm)

    def test_it_lives_on_its_datastore_once_it_is_all_there(self, estate: Operated) -> None:
        estate.run("vm.suspend", estate.vms[0])
        fail_host(estate)
        estate.run("host.repair", estate.hosts[0])
        estate.run("vm.resume", estate.vm("db-01"))
        assert estate.vm("db-01").power_state == PowerState.RUNNING


class TestHost:
    def test_it_takes_a_shutdown_with_it(self, estate: Operated) -> None:
        job = estate.start("vm.stop", estate.vms[0])
        estate.let_pass(WRITING_S)
        fail_host(estate)
        assert (ended(job).state, estate.vm("db-01").power_state) == (JobState.FAILED, PowerState.STOPPED)

    def test_it_takes_a_boot_with_it(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        job = estate.start("vm.start", estate.vm("db-01"))
        estate.let_pass(WRITING_S)
        fail_host(estate)
        assert "Host h-01 failed." in str(ended(job).error)
        assert estate.vm("db-01").power_state == PowerState.STOPPED

    def test_it_takes_the_copy_with_it_that_it_was_making(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="copy", start=True)
        estate.let_pass(WRITING_S)
        assert VirtualMachine.objects.filter(name="copy").exists()
        fail_host(estate)
        assert ended(job).state == JobState.FAILED
        assert not VirtualMachine.objects.filter(name="copy").exists(), "nothing half done is left"

    def test_it_takes_the_disk_with_it_that_is_read(self, db: None) -> None:
        estate = make_operated("esxi")
        estate.run("vm.clone", estate.vms[0], name="copy", start=True)
        VirtualMachine.objects.filter(name="db-01").update(host=estate.hosts[1])
        VirtualMachine.objects.filter(name="copy").update(host=estate.hosts[0])
        job = estate.start("vm.restore", estate.vm("db-01"), source=estate.vm("copy").pk)
        estate.let_pass(13)
        fail_host(estate)
        estate.let_pass()
        assert (ended(job).state, str(ended(job).error)) == (JobState.FAILED, "Host h-01 failed.")

    @pytest.mark.parametrize(("after_s", "vcpu"), [(5, 2), (13, 4)])
    def test_it_leaves_a_resize_where_it_is(self, db: None, after_s: float, vcpu: int) -> None:
        estate = make_operated("workstation")  # which changes nothing on a running guest
        job = estate.start("vm.resize", estate.vms[0], vcpu=4, memory_mib=8192, disk_gib=40)
        estate.let_pass(after_s)
        fail_host(estate)
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (ended(job).state, vm.power_state, vm.vcpu) == (JobState.FAILED, PowerState.STOPPED, vcpu)

    def test_it_starts_a_guest_on_the_host_to_which_it_was_moved(self, estate: Operated) -> None:
        job = estate.start("vm.move", estate.vms[0], host=estate.hosts[1].pk)
        estate.let_pass(13)
        fail_host(estate)
        estate.let_pass()
        assert ended(job).state == JobState.SUCCEEDED
        assert (estate.vm("db-01").host, estate.vm("db-01").power_state) == (estate.hosts[1], PowerState.RUNNING)

    def test_it_goes_back_to_where_it_was_when_its_target_is_lost(self, estate: Operated) -> None:
        job = estate.start("vm.move", estate.vms[0], host=estate.hosts[1].pk)
        estate.let_pass(13)
        estate.run_now("host.fail", estate.hosts[1])
        assert ended(job).goes_back
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (ended(job).state, vm.host, vm.power_state) == (JobState.FAILED, estate.hosts[0], PowerState.RUNNING)
        assert str(ended(job).error) == "Host h-02 failed."

    def test_it_stays_where_it_is_when_both_are_lost(self, estate: Operated) -> None:
        job = estate.start("vm.move", estate.vms[0], host=estate.hosts[1].pk)
        estate.let_pass(13)
        estate.run_now("host.fail", estate.hosts[1])
        fail_host(estate)
        estate.let_pass()
        vm = estate.vm("db-01")
        assert (ended(job).state, vm.power_state) == (JobState.FAILED, PowerState.STOPPED)
        assert "stays as it is now" in " ".join(str(line) for line in job.log.all())


class TestTakenBack:
    def test_it_takes_the_copies_with_it_that_read_what_a_cancel_takes_back(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("template.save", estate.vms[0], name="base", how="copy")
        estate.let_pass(WRITING_S)
        wanted = {"count": 1, "pattern": "w-{n}", "first": 1, "vcpu": 1, "memory_mib": 1024, "start": False}
        reading = estate.start("template.deploy", estate.vm("base"), **wanted)
        estate.let_pass(WRITING_S)
        cancelled_at = estate.lab.lab_time()
        cancel(job, TESTER)
        part = reading.children.get()
        assert "base is gone" in str(part.error)
        assert (part.state, part.ends_lab_at) == (JobState.FAILED, cancelled_at)
        estate.let_pass()
        assert ended(reading).state == JobState.FAILED


class TestMade:
    def test_it_keeps_a_whole_copy_whose_host_dies_while_it_boots(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="copy", start=True)
        estate.let_pass(job.steps.get(key="copy").duration_s + 2 + 5)
        host = estate.vm("copy").host
        assert host
        estate.run_now("host.fail", host)
        assert "failed" in str(ended(job).error)
        assert ended(job).state == JobState.FAILED
        assert estate.vm("copy").power_state == PowerState.STOPPED

    def test_it_does_not_customise_a_guest_that_died(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="copy", start=True)
        estate.let_pass(job.duration_s - 5)
        host = estate.vm("copy").host
        assert (host is not None, estate.vm("copy").power_state) == (True, PowerState.RUNNING)
        estate.run_now("host.fail", host)
        assert ended(job).state == JobState.FAILED

    def test_it_makes_no_copy_of_what_is_gone(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        estate.run("template.save", estate.vms[0], name="db-01", how="convert")
        more = {"vcpu": 1, "memory_mib": 1024, "first": 1, "start": False}
        job = estate.start("template.deploy", estate.vm("db-01"), count=2, pattern="w-{n}", **more)
        estate.let_pass(5)
        # As a deployment of an earlier version, of which nobody is told that it uses the template.
        JobSubject.objects.filter(held=False).delete()
        estate.start("vm.delete", estate.vm("db-01"))
        estate.let_pass(3)
        assert not VirtualMachine.objects.filter(name__startswith="w-").exists()
        estate.let_pass()
        assert ended(job).state == JobState.FAILED
        parts = Job.objects.filter(parent=job)
        assert "db-01 is gone" in str(parts[0].error)


class TestFaults:
    def test_it_waits_for_no_queue(self, estate: Operated) -> None:
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        busy, waiting = estate.start("vm.stop", estate.vms[1]), estate.start("vm.stop", estate.vms[2])
        assert (ended(busy).state, ended(waiting).state) == (JobState.RUNNING, JobState.QUEUED)
        fail_host(estate)
        assert ended(busy).state == JobState.FAILED

    def test_it_comes_while_its_host_is_shut_down(self, estate: Operated) -> None:
        job = estate.start("host.power_off", estate.hosts[1])
        estate.let_pass(5)
        estate.run_now("host.fail", estate.hosts[1])
        estate.let_pass()
        assert ended(job).state == JobState.FAILED
        assert Host.objects.get(pk=estate.hosts[1].pk).state == HostState.FAILED


def test_it_fails_at_the_moment_however_late_the_worker_comes(estate: Operated) -> None:
    job = estate.start("vm.suspend", estate.vms[0])
    estate.start("host.power_off", estate.hosts[1])
    failing = estate.start("host.fail", estate.hosts[0])
    estate.let_pass()
    assert ended(job).state == JobState.FAILED
    assert ended(job).ends_lab_at == ended(failing).ends_lab_at
    begun = ended(job).started_lab_at
    assert begun
    assert (ended(job).ends_lab_at or begun) - begun < timedelta(seconds=1)
    assert Host.objects.get(pk=estate.hosts[0].pk).state == HostState.FAILED
