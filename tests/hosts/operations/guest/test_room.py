"""Room is taken from power-on: guests that boot or resume, and those that are off only to be started again, have it."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import VirtualMachine
from hosts.rules.capacity import room_of
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
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
        begin(estate, "vm.start", 1)
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
