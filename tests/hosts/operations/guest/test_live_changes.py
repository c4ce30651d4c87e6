"""Live changes under each hypervisor: what they need, what they say, and hot add."""

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.sandbox import GIB

pytestmark = pytest.mark.django_db
SIZE = {"vcpu": 2, "memory_mib": 8 * GIB}


@pytest.fixture
def esxi() -> Operated:
    return make_operated(Hypervisor.ESXI)


def enable(estate: Operated) -> None:
    """Hot add of the first guest, set while it is off."""
    vm = estate.vms[0]
    estate.run("vm.stop", vm)
    estate.run("vm.set_hot_add", vm, hot_add_cpu=True, hot_add_memory=True)
    estate.run("vm.start", vm)


def resize_notes(estate: Operated, **size: int) -> str:
    """What a resize of the first guest says."""
    return " ".join(str(note) for note in estate.prepared("vm.resize", estate.vms[0], **SIZE | size).preview().notes)


class TestHotAdd:
    def test_it_is_off_at_first_and_says_how_to_have_it_next_time(self, esxi: Operated) -> None:
        preview = esxi.prepared("vm.resize", esxi.vms[0], vcpu=4, memory_mib=8 * GIB).preview()
        assert preview.downtime_s == 32
        assert "hot add is not enabled for this VM: Add vCPU. “Hot add” enables it while the VM is off" in str(
            preview.notes[0]
        )

    def test_it_is_down_too_while_it_gets_back_the_size_from_before(self, esxi: Operated) -> None:
        plan = esxi.prepared("vm.resize", esxi.vms[0], vcpu=4, memory_mib=8 * GIB).plan()
        [change] = [step for step in plan.steps if step.key == "set"]
        assert [step.down for step in (change, *change.way_back)] == [True, True]
        enable(esxi)
        live = esxi.prepared("vm.resize", esxi.vms[0], vcpu=4, memory_mib=8 * GIB).plan()
        assert not any(step.down for step in live.steps[-1].way_back)

    def test_it_makes_the_next_change_live(self, esxi: Operated) -> None:
        enable(esxi)
        operation = esxi.prepared("vm.resize", esxi.vms[0], vcpu=4, memory_mib=16 * GIB)
        assert [(step.key, step.down) for step in operation.plan().steps] == [("stun", True), ("set", False)]
        esxi.run("vm.resize", esxi.vms[0], vcpu=4, memory_mib=16 * GIB)
        vm = esxi.vm("db-01")
        assert (vm.vcpu, vm.memory_mib, vm.vcpu_at_start, vm.memory_at_start_mib) == (4, 16 * GIB, 2, 8 * GIB)

    def test_it_stuns_the_guest_for_a_moment(self, esxi: Operated) -> None:
        enable(esxi)
        vm = esxi.vm("db-01")
        assert esxi.preview("vm.resize", vm, **SIZE | {"vcpu": 4})[0].downtime_s == 0.02
        assert "for minutes where its disks have much to write" in resize_notes(esxi, vcpu=4)
        grown = esxi.prepared("vm.resize", vm, **SIZE, disk_gib=60)
        assert grown.preview().downtime_s == 0
        assert "stunned" not in " ".join(map(str, grown.preview().notes))

    def test_it_is_set_only_while_off(self, esxi: Operated) -> None:
        refused = esxi.refused("vm.set_hot_add", esxi.vms[0], hot_add_cpu=True)
        assert "hot add is set while a VM is off" in str(refused)
        assert [way.operation for way in refused.refusals[0].ways_out] == ["vm.stop"]
        esxi.run("vm.suspend", esxi.vms[0])
        refused = esxi.refused("vm.set_hot_add", esxi.vms[0], hot_add_cpu=True)
        assert [way.operation for way in refused.refusals[0].ways_out] == ["vm.discard_suspended"]

    def test_it_says_what_it_costs(self, esxi: Operated) -> None:
        esxi.run("vm.stop", esxi.vms[0])
        preview = esxi.prepared("vm.set_hot_add", esxi.vms[0], hot_add_cpu=True, hot_add_memory=True).preview()
        assert "Before hardware version 20 (vSphere 8), CPU hot add switches virtual NUMA off" in str(preview.notes[0])
        assert [(change.before, change.after) for change in preview.changes] == [("no", "yes"), ("no", "yes")]

    def test_it_is_no_setting_of_hypervisors_that_need_none(self) -> None:
        for hypervisor in (Hypervisor.KVM, Hypervisor.HYPERV, Hypervisor.XEN, Hypervisor.WORKSTATION):
            estate = make_operated(hypervisor, guests=1)
            estate.run("vm.stop", estate.vms[0])
            assert "has no such setting" in str(estate.refused("vm.set_hot_add", estate.vms[0]))

    def test_it_is_for_vcpu_alone_under_virtualbox(self) -> None:
        estate = make_operated(Hypervisor.VIRTUALBOX, guests=1)
        estate.run("vm.stop", estate.vms[0])
        assert "adds no memory" in str(estate.refused("vm.set_hot_add", estate.vms[0], hot_add_memory=True))
        estate.run("vm.set_hot_add", estate.vms[0], hot_add_cpu=True)
        estate.run("vm.start", estate.vms[0])
        assert estate.prepared("vm.resize", estate.vms[0], **SIZE | {"vcpu": 1}).preview().downtime_s == 0


class TestXen:
    @pytest.mark.parametrize(("system", "live"), [("linux", True), ("windows", False)])
    def test_it_adds_vcpu_live_to_linux_alone(self, system: str, live: bool) -> None:
        estate = make_operated(Hypervisor.XEN, guests=1, system=system)
        preview, plan = estate.preview("vm.resize", estate.vms[0], **SIZE | {"vcpu": 4})
        assert [step.key for step in plan.steps] == (["set"] if live else ["stop", "set", "start"])
        assert ("under Xen only Linux takes more vCPU" in " ".join(map(str, preview.notes))) != live
        estate.run("vm.resize", estate.vms[0], **SIZE | {"vcpu": 4})
        assert estate.vm("db-01").vcpu == 4


class TestLimits:
    def test_it_adds_memory_to_16_times_the_amount_at_power_on(self, esxi: Operated) -> None:
        VirtualMachine.objects.filter(pk=esxi.vms[0].pk).update(memory_mib=3 * GIB)
        enable(esxi)
        assert "does this while the guest runs" in resize_notes(esxi, memory_mib=40 * GIB)
        esxi.run("vm.resize", esxi.vms[0], vcpu=2, memory_mib=40 * GIB)
        VirtualMachine.objects.exclude(pk=esxi.vms[0].pk).update(memory_mib=512)
        assert "live up to 48 GiB here, 16 times the amount at power-on" in resize_notes(esxi, memory_mib=50 * GIB)

    def test_it_counts_anew_after_a_start_and_not_after_a_restart(self, esxi: Operated) -> None:
        enable(esxi)
        esxi.run("vm.resize", esxi.vms[0], vcpu=4, memory_mib=16 * GIB)
        esxi.run("vm.restart", esxi.vms[0])
        assert esxi.vm("db-01").memory_at_start_mib == 8 * GIB
        esxi.run("vm.stop", esxi.vms[0])
        esxi.run("vm.start", esxi.vms[0])
        assert esxi.vm("db-01").memory_at_start_mib is None

    def test_it_grows_a_small_linux_guest_to_3_gib_only(self, esxi: Operated) -> None:
        VirtualMachine.objects.filter(pk=esxi.vms[0].pk).update(memory_mib=2 * GIB)
        enable(esxi)
        assert "does this while the guest runs" in resize_notes(esxi, memory_mib=3 * GIB)
        assert "less than 3 GiB grows live to 3 GiB only" in resize_notes(esxi, memory_mib=4 * GIB)

    def test_it_stays_below_the_maximum_that_kvm_was_started_with(self) -> None:
        estate = make_operated(Hypervisor.KVM)
        assert "does this while the guest runs" in resize_notes(estate, vcpu=8)
        assert "a maximum of 8 vCPU. The next start sets a new one" in resize_notes(estate, vcpu=9)
        assert "a maximum of 32 GiB of memory" in resize_notes(estate, memory_mib=40 * GIB)

    def test_it_takes_memory_from_windows_only_under_hyper_v(self) -> None:
        linux, windows = (make_operated(Hypervisor.HYPERV, system=system) for system in ("linux", "windows"))
        assert "only Windows gives memory back while it runs" in resize_notes(linux, memory_mib=4 * GIB)
        assert "does this while the guest runs" in resize_notes(windows, memory_mib=4 * GIB)
        assert "does this while the guest runs" in resize_notes(linux, memory_mib=16 * GIB)

    @pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.XEN])
    def test_it_takes_no_vcpu_from_windows(self, hypervisor: Hypervisor) -> None:
        linux, windows = (make_operated(hypervisor, system=system) for system in ("linux", "windows"))
        assert "does this while the guest runs" in resize_notes(linux, vcpu=1)
        assert "Windows gives no vCPU back while it runs" in resize_notes(windows, vcpu=1)

    @pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.XEN])
    def test_it_takes_no_memory_that_the_guest_uses(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor)
        give_demand(estate.vms[0], memory_gib=5.0)
        assert "does this while the guest runs" in resize_notes(estate, memory_mib=5 * GIB)
        assert "the guest uses 5.0 GiB now" in resize_notes(estate, memory_mib=4 * GIB)


class TestSuspended:
    def test_it_keeps_its_size(self, esxi: Operated) -> None:
        esxi.run("vm.suspend", esxi.vms[0])
        for size in ({"vcpu": 4}, {"memory_mib": 4 * GIB}, {"disk_gib": 60}):
            refused = esxi.refused("vm.resize", esxi.vms[0], **SIZE | size)
            assert "is suspended: vCPU, memory and disk stay" in str(refused)
            ways = [way.operation for way in refused.refusals[0].ways_out]
            assert ways == ["vm.resume", "vm.discard_suspended"]

    def test_it_is_resized_once_its_memory_is_discarded(self, esxi: Operated) -> None:
        esxi.run("vm.suspend", esxi.vms[0])
        esxi.run("vm.discard_suspended", esxi.vms[0])
        esxi.run("vm.resize", esxi.vms[0], vcpu=4, memory_mib=4 * GIB)
        vm = esxi.vm("db-01")
        assert (vm.power_state, vm.vcpu, vm.memory_mib) == (PowerState.STOPPED, 4, 4 * GIB)


class TestSizes:
    @pytest.mark.parametrize(
        ("hypervisor", "vcpu", "words"),
        [
            (Hypervisor.HYPERV, 241, "(Windows Server 2016/2019) supports at most 240 vCPU"),
            (Hypervisor.WORKSTATION, 33, "(Workstation Pro 17) supports at most 32 vCPU"),
            (Hypervisor.VIRTUALBOX, 33, "supports at most 32 vCPU"),
        ],
    )
    def test_it_refuses_more_than_the_release_supports(self, hypervisor: Hypervisor, vcpu: int, words: str) -> None:
        estate = make_operated(hypervisor, guests=1)
        assert words in str(estate.refused("vm.resize", estate.vms[0], **SIZE | {"vcpu": vcpu}))

    def test_it_refuses_more_memory_than_workstation_supports(self) -> None:
        estate = make_operated(Hypervisor.WORKSTATION, guests=1)
        refused = estate.refused("vm.resize", estate.vms[0], **SIZE | {"memory_mib": 129 * GIB})
        assert "supports at most 128 GiB" in str(refused)

    def test_it_supports_2048_vcpu_under_hyper_v_2025(self) -> None:
        estate = make_operated(Hypervisor.HYPERV_2025, guests=1)
        assert "supports at most" not in str(estate.refused("vm.resize", estate.vms[0], **SIZE | {"vcpu": 2048}))
        refused = estate.refused("vm.resize", estate.vms[0], **SIZE | {"vcpu": 2049})
        assert "(Windows Server 2025) supports at most 2048 vCPU" in str(refused)
