"""Room is taken from power-on: guests that boot or resume, and those that are off only to be started again, have it."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import Backup, VirtualMachine
from hosts.rules.capacity import room_of
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB, TESTER, make_hosts
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import Started, start_all
from virtlab.jobs.runner.cancel import cancel

pytestmark = pytest.mark.django_db
LARGE = 40 * GIB


@pytest.fixture
def estate() -> Operated:
    """Two guests, each larger than half of their host; both are off."""
    made = make_operated(Hypervisor.ESXI, guests=2)
    VirtualMachine.objects.update(memory_mib=LARGE, power_state=PowerState.STOPPED)
    return made


def begin(estate: Operated, operation: str, number: int = 0, /, after_s: float = 1, **params: Any) -> Job:
    """Starts an operation and lets a little time pass."""
    job = estate.start(operation, estate.vm(f"db-{number + 1:02}"), **params)
    estate.let_pass(after_s)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    return job


def succeeded(job: Job) -> bool:
    job.refresh_from_db()
    return job.state == JobState.SUCCEEDED


class TestPowerOn:
    def test_it_refuses_the_second_start_at_once_and_the_first_finds_its_room(self, estate: Operated) -> None:
        job = begin(estate, "vm.start")
        refused = estate.refused("vm.start", estate.vms[1])
        assert "Needs 40.0 GiB of memory" in str(refused)
        estate.let_pass()
        assert succeeded(job)

    def test_it_refuses_a_start_while_another_guest_resumes(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(name="db-01").update(power_state=PowerState.SUSPENDED, suspended_gib=40.0)
        job = begin(estate, "vm.resume")
        assert "Needs 40.0 GiB of memory" in str(estate.refused("vm.start", estate.vms[1]))
        estate.let_pass()
        assert succeeded(job)

    def test_it_keeps_the_host_on_that_a_guest_starts_on(self, estate: Operated) -> None:
        job = begin(estate, "vm.start")
        assert "VMs run or start on h-01: db-01" in str(estate.refused("host.power_off", estate.hosts[0]))
        estate.let_pass()
        assert succeeded(job)

    def test_it_gives_the_room_back_where_the_start_is_cancelled(self, estate: Operated) -> None:
        cancel(begin(estate, "vm.start"), TESTER)
        estate.let_pass(1)
        estate.run("vm.start", estate.vms[1])

    def test_it_places_a_new_guest_elsewhere(self, estate: Operated) -> None:
        begin(estate, "vm.start")
        size = {"vcpu": 2, "memory_mib": LARGE, "disk_gib": 10, "operating_system": "linux"}
        estate.run("vm.create", None, name="new", cluster=estate.cluster.pk, start=True, **size)
        assert estate.vm("new").host == estate.hosts[1]


class TestMade:
    def test_it_counts_a_copy_that_is_to_start_and_not_the_guest_that_it_copies(self, estate: Operated) -> None:
        job = begin(estate, "vm.clone", name="copy", start=True)
        host = estate.vm("copy").host
        assert host
        rooms = {each.name: room_of(each).memory.allocated for each in estate.hosts}
        assert rooms == {"h-01": 0, "h-02": 0} | {host.name: 40}
        estate.let_pass()
        assert succeeded(job)

    def test_it_spreads_copies_of_one_moment(self, estate: Operated) -> None:
        estate.run("template.save", estate.vms[0], name="golden", how="convert")
        size = {"vcpu": 2, "memory_mib": LARGE}
        estate.run("template.deploy", estate.vm("golden"), count=2, pattern="web-{n}", first=1, start=True, **size)
        assert {estate.vm(name).host for name in ("web-1", "web-2")} == {*estate.hosts}


class TestOffAndOn:
    @pytest.fixture(autouse=True)
    def one_runs(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(name="db-01").update(power_state=PowerState.RUNNING)

    def test_it_keeps_its_room_while_it_is_resized(self, estate: Operated) -> None:
        job = begin(estate, "vm.resize", after_s=31, vcpu=4, memory_mib=LARGE)
        assert estate.vm("db-01").power_state == PowerState.STOPPED
        assert "Needs 40.0 GiB of memory" in str(estate.refused("vm.start", estate.vms[1]))
        estate.let_pass()
        assert succeeded(job)

    def test_it_goes_back_to_its_size_where_the_larger_one_finds_no_room(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(name="db-02").update(memory_mib=18 * GIB)
        job = begin(estate, "vm.resize", vcpu=4, memory_mib=50 * GIB)
        assert "Needs 18.0 GiB of memory; host h-01 has 8.8 GiB left" in str(estate.refused("vm.start", estate.vms[1]))
        VirtualMachine.objects.filter(name="db-02").update(power_state=PowerState.RUNNING)
        estate.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        now = estate.vm("db-01")
        assert (now.memory_mib, now.power_state) == (LARGE, PowerState.RUNNING)
        assert estate.vm("db-02").power_state == PowerState.RUNNING

    def test_it_keeps_its_room_on_its_host_until_it_has_moved(self, estate: Operated) -> None:
        job = begin(estate, "vm.move", after_s=31, host=estate.hosts[1].pk)
        assert estate.vm("db-01").power_state == PowerState.STOPPED
        estate.let_pass()
        assert succeeded(job)
        assert room_of(estate.hosts[0]).memory.allocated == 0
        assert room_of(estate.hosts[1]).memory.allocated == 40

    def test_it_has_room_at_its_target_from_the_start(self, estate: Operated) -> None:
        third = make_hosts(estate.cluster, ["h-03"], 64 * GIB)[0]
        VirtualMachine.objects.filter(name="db-02").update(power_state=PowerState.RUNNING, host=estate.hosts[1])
        job = begin(estate, "vm.move", host=third.pk)
        assert [room_of(host).memory.allocated for host in (*estate.hosts, third)] == [40, 40, 40]
        refused = str(estate.refused("vm.move", estate.vms[1], host=third.pk))
        assert "Needs 40.0 GiB of memory; host h-03 has 18.8 GiB left" in refused
        estate.let_pass()
        assert succeeded(job)
        assert [room_of(host).memory.allocated for host in (*estate.hosts, third)] == [0, 40, 40]

    def test_it_is_asked_of_one_that_is_off_only_once_it_is_to_start(self, estate: Operated) -> None:
        small = make_hosts(estate.cluster, ["h-03"], 32 * GIB)[0]
        assert "Needs 40.0 GiB" in str(estate.refused("vm.move", estate.vm("db-01"), host=small.pk))
        estate.run("vm.move", estate.vm("db-02"), host=small.pk)
        assert "Needs 40.0 GiB of memory; host h-03" in str(estate.refused("vm.start", estate.vm("db-02")))

    def test_it_keeps_its_group_away_from_its_target(self, estate: Operated) -> None:
        third = make_hosts(estate.cluster, ["h-03"], 640 * GIB)[0]
        VirtualMachine.objects.update(anti_affinity="g")
        VirtualMachine.objects.filter(name="db-02").update(power_state=PowerState.RUNNING, host=estate.hosts[1])
        begin(estate, "vm.move", host=third.pk)
        refused = str(estate.refused("vm.move", estate.vms[1], host=third.pk))
        assert "db-01 of the anti-affinity group g" in refused

    def test_it_gives_the_room_at_its_target_back_where_it_is_cancelled(self, estate: Operated) -> None:
        third = make_hosts(estate.cluster, ["h-03"], 64 * GIB)[0]
        VirtualMachine.objects.filter(name="db-02").update(power_state=PowerState.RUNNING, host=estate.hosts[1])
        cancel(begin(estate, "vm.move", host=third.pk), TESTER)
        estate.let_pass()
        estate.run("vm.move", estate.vms[1], host=third.pk)

    @pytest.mark.parametrize("hypervisor", [Hypervisor.ESXI, Hypervisor.WORKSTATION])
    def test_it_has_the_room_of_its_larger_size_from_the_start(self, estate: Operated, hypervisor: Hypervisor) -> None:
        estate.cluster.hypervisor = hypervisor
        estate.cluster.save()
        VirtualMachine.objects.filter(name="db-01").update(memory_mib=8 * GIB)
        job = begin(estate, "vm.resize", vcpu=2, memory_mib=50 * GIB)
        assert room_of(estate.hosts[0]).memory.allocated == 50
        assert "Needs 40.0 GiB of memory" in str(estate.refused("vm.start", estate.vms[1]))
        estate.let_pass()
        assert succeeded(job)

    def test_it_keeps_its_room_until_it_is_smaller(self, estate: Operated) -> None:
        begin(estate, "vm.resize", vcpu=2, memory_mib=8 * GIB)
        assert room_of(estate.hosts[0]).memory.allocated == 40
        estate.let_pass()
        estate.run("vm.start", estate.vms[1])


class TestBack:
    def test_it_has_room_to_run_as_it_did_once_it_goes_back(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(name="db-01").update(memory_mib=50 * GIB)
        estate.run("vm.start", estate.vms[0])
        estate.run("snapshot.take", estate.vms[0], name="m", with_memory=True)
        estate.run("vm.stop", estate.vms[0])
        estate.run("vm.resize", estate.vms[0], vcpu=2, memory_mib=4 * GIB)
        job = estate.start("snapshot.revert", estate.snapshot("m"))
        estate.let_pass(10)
        assert room_of(estate.hosts[0]).memory.allocated == 50
        assert "Needs 40.0 GiB of memory" in str(estate.refused("vm.start", estate.vms[1]))
        estate.let_pass()
        assert succeeded(job)

    def test_it_has_room_as_a_new_guest_from_a_backup(self, estate: Operated) -> None:
        estate.run("backup.take", estate.vms[0])
        VirtualMachine.objects.filter(name="db-02").update(host=estate.hosts[1])
        estate.run("vm.delete", estate.vms[0])
        estate.run("host.power_off", estate.hosts[0])
        job = estate.start("backup.restore", Backup.objects.get(), name="again", start=True)
        estate.let_pass(10)
        assert "Needs 40.0 GiB of memory" in str(estate.refused("vm.start", estate.vms[1]))
        estate.let_pass()
        assert succeeded(job)
        assert estate.vm("again").power_state == PowerState.RUNNING


class TestTogether:
    @pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.WORKSTATION])
    def test_it_resizes_only_those_that_fit_together(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor)
        started = on_all(estate, "vm.resize", vcpu=2, memory_mib=32 * GIB)
        assert (len(started.jobs), len(started.refused)) == (1, 2)
        estate.let_pass()
        assert succeeded(started.jobs[0])

    def test_it_moves_only_those_that_fit_together(self) -> None:
        estate = make_operated(Hypervisor.KVM)
        VirtualMachine.objects.update(memory_mib=16 * GIB)
        third = make_hosts(estate.cluster, ["h-03"], 40 * GIB)[0]
        started = on_all(estate, "vm.move", host=third.pk)
        assert (len(started.jobs), len(started.refused)) == (2, 1)
        estate.let_pass()
        assert all(succeeded(job) for job in started.jobs)


def on_all(estate: Operated, name: str, /, **params: Any) -> Started:
    """An operation on all guests in one request."""
    return start_all(estate.lab, [Request(operation_named(name), vm, params, TESTER) for vm in estate.vms], "batch")
