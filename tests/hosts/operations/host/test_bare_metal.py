"""Without virtualization: an OS and its server are on and off as one, and what is in the server is in the server."""

import pytest

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
BOOT_S, IDLE_W = 300, 100


@pytest.fixture
def bare() -> Operated:
    return make_operated(Hypervisor.NONE, guests=1)


def states(estate: Operated) -> tuple[str, str]:
    """Of the OS, and of its server."""
    return estate.vm("db-01").power_state, Host.objects.get(pk=estate.hosts[0].pk).state


def steps(estate: Operated, name: str, subject: Host | VirtualMachine, **params: object) -> list[tuple[str, float]]:
    """Key and seconds of each step."""
    return [(step.key, step.duration_s) for step in estate.preview(name, subject, **params)[1].steps]


@pytest.mark.parametrize("hypervisor", list(Hypervisor))
def test_it_goes_through_the_self_test_of_a_server_alone(hypervisor: Hypervisor) -> None:
    estate = make_operated(hypervisor, guests=1)
    is_bare = hypervisor == Hypervisor.NONE
    self_test = [("boot_host", BOOT_S)] if is_bare else []
    assert steps(estate, "vm.restart", estate.vms[0]) == [("shutdown", 10), *self_test, ("boot", 20)]
    assert estate.preview("vm.restart", estate.vms[0])[0].downtime_s == 30 + BOOT_S * is_bare
    assert estate.preview("guest.update", estate.vms[0], outcome="good")[0].downtime_s == 30 + BOOT_S * is_bare
    estate.run("vm.stop", estate.vms[0])
    assert steps(estate, "vm.start", estate.vm("db-01")) == [*self_test, ("start", 20)]


def test_it_takes_as_long_as_the_lab_says(bare: Operated) -> None:
    Assumption.objects.create(lab=bare.lab, key="timing_host_boot_s", value=600)
    assert dict(steps(bare, "vm.restart", bare.vms[0]))["boot_host"] == 600


@pytest.mark.parametrize("off", ["vm.stop", "vm.power_off"])
def test_it_powers_its_server_off_and_on_again(bare: Operated, off: str) -> None:
    preview, _plan = bare.preview(off, bare.vms[0])
    assert ["Server h-01", "On", "Off"] in [[str(row.label), *row.shown] for row in preview.changes]
    before = bare.cost_and_power()
    bare.run(off, bare.vms[0])
    assert states(bare) == (PowerState.STOPPED, HostState.OFF)
    after = bare.cost_and_power()
    assert before[1] - after[1] >= IDLE_W
    assert preview.power_w
    assert list(preview.power_w) == pytest.approx([before[1], after[1]])
    preview, _plan = bare.preview("vm.start", bare.vm("db-01"))
    bare.run("vm.start", bare.vm("db-01"))
    assert states(bare) == (PowerState.RUNNING, HostState.ON)
    assert preview.power_w
    assert preview.power_w[1] == pytest.approx(bare.cost_and_power()[1])


def test_it_keeps_a_host_with_a_hypervisor_on() -> None:
    estate = make_operated(guests=1)
    estate.run("vm.stop", estate.vms[0])
    assert states(estate) == (PowerState.STOPPED, HostState.ON)


def test_it_starts_its_os_where_the_server_is_powered_on(bare: Operated) -> None:
    bare.run("vm.stop", bare.vms[0])
    host = Host.objects.get(pk=bare.hosts[0].pk)
    preview, plan = bare.preview("host.power_on", host)
    assert [(step.key, step.duration_s) for step in plan.steps] == [("on", BOOT_S), ("start", 20)]
    bare.run("host.power_on", host)
    assert states(bare) == (PowerState.RUNNING, HostState.ON)
    assert preview.power_w
    assert preview.power_w[1] == pytest.approx(bare.cost_and_power()[1])


def test_it_starts_its_os_once_the_server_is_repaired(bare: Operated) -> None:
    bare.run_now("host.fail", bare.hosts[0])
    assert states(bare) == (PowerState.STOPPED, HostState.FAILED)
    assert "Host h-01 failed" in str(bare.refused("vm.start", bare.vm("db-01")))
    bare.run("host.repair", Host.objects.get(pk=bare.hosts[0].pk))
    assert states(bare) == (PowerState.RUNNING, HostState.ON)


def test_it_powers_on_an_empty_server_alone(bare: Operated) -> None:
    Host.objects.filter(pk=bare.hosts[1].pk).update(state=HostState.OFF)
    assert steps(bare, "host.power_on", Host.objects.get(pk=bare.hosts[1].pk)) == [("on", BOOT_S)]


def test_it_moves_with_one_server_off_and_the_other_on(bare: Operated) -> None:
    preview, plan = bare.preview("vm.move", bare.vms[0], host=bare.hosts[1].pk)
    assert [step.key for step in plan.steps] == ["stop", "move", "boot_host", "start"]
    bare.run("vm.move", bare.vms[0], host=bare.hosts[1].pk)
    assert [host.state for host in Host.objects.order_by("name")] == [HostState.OFF, HostState.ON]
    assert preview.power_w
    assert preview.power_w[1] == pytest.approx(bare.cost_and_power()[1])


def test_it_goes_back_to_running_where_a_move_is_cancelled_after_the_stop(bare: Operated) -> None:
    job = bare.start("vm.move", bare.vms[0], host=bare.hosts[1].pk)
    bare.let_pass(10.5)
    assert states(bare) == (PowerState.STOPPED, HostState.OFF)
    cancel(job, TESTER)
    bare.let_pass()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert states(bare) == (PowerState.RUNNING, HostState.ON)


@pytest.mark.parametrize("wanted", [{"vcpu": 16}, {"memory_mib": 16 * GIB}, {"vcpu": 1}, {"memory_mib": 4 * GIB}])
@pytest.mark.parametrize("off", [False, True])
def test_it_refuses_other_hardware_in_words(bare: Operated, wanted: dict[str, int], off: bool) -> None:
    if off:
        bare.run("vm.stop", bare.vms[0])
    size = {"vcpu": 2, "memory_mib": 8 * GIB, "disk_gib": 40}
    refusal = bare.refused("vm.resize", bare.vm("db-01"), **size | wanted).refusals[0]
    assert "has what is built into h-01" in str(refusal.text)
    assert [way.operation for way in refusal.ways_out] == ["host.add", "cluster.change_hypervisor"]


def test_it_grows_the_disk_of_a_server_that_runs(bare: Operated) -> None:
    preview, plan = bare.preview("vm.resize", bare.vms[0], vcpu=2, memory_mib=8 * GIB, disk_gib=80)
    assert (preview.downtime_s, [step.key for step in plan.steps]) == (0, ["set"])
    bare.run("vm.resize", bare.vms[0], vcpu=2, memory_mib=8 * GIB, disk_gib=80)
    assert bare.vm("db-01").disk_gib == 80


@pytest.mark.parametrize("name", ["backup.take", "vm.clone"])
def test_it_reads_the_disk_of_a_server_that_is_off(bare: Operated, name: str) -> None:
    """From a rescue system on the server itself, where no other is on."""
    bare.hosts[1].delete()
    bare.run("vm.stop", bare.vms[0])
    bare.run(name, bare.vm("db-01"), **({"name": "copy"} if name == "vm.clone" else {}))
    assert states(bare) == (PowerState.STOPPED, HostState.OFF)


def test_it_installs_a_new_one_with_the_self_test_of_its_server(bare: Operated) -> None:
    new = {"name": "new-01", "vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 40, "operating_system": "linux"}
    _preview, plan = bare.preview("vm.create", **new, cluster=bare.cluster.pk, start=True)
    assert [step.key for step in plan.steps] == ["make", "write", "install", "boot_host", "start"]
    bare.run("vm.create", **new, cluster=bare.cluster.pk, start=True)
    assert bare.vm("new-01").power_state == PowerState.RUNNING


def test_it_offers_no_smaller_size_where_a_start_fails(bare: Operated) -> None:
    bare.run("vm.stop", bare.vms[0])
    ways = bare.prepared("vm.start", bare.vm("db-01")).ways_on(Job(lab=bare.lab))
    assert "vm.resize" not in {way.operation for way in ways}
