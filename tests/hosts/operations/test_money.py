"""Money and watts: what a preview says is what the cluster's page shows afterwards; what is off costs on."""

from collections import Counter
from typing import Any

import pytest

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.parameters import lab_values

pytestmark = pytest.mark.django_db
RHEL, WINDOWS = OperatingSystem.RHEL.value, OperatingSystem.WINDOWS.value


@pytest.fixture(params=[RHEL, WINDOWS])
def estate(request: pytest.FixtureRequest) -> Operated:
    """Guests with a subscription, or with Windows, on hosts with licensed hypervisors; one of them larger."""
    made = make_operated(hypervisor=Hypervisor.ESXI, system=request.param)
    VirtualMachine.objects.filter(name="db-03").update(vcpu=8)
    return made


def check(estate: Operated, name: str, subject: Any, /, **params: Any) -> tuple[float, float]:
    """Runs it; USD per month and watts are as its preview says. Returns how they changed."""
    preview, _plan = estate.preview(name, subject, **params)
    before = estate.cost_and_power()
    assert preview.cost_usd_per_month
    assert preview.power_w
    assert (preview.cost_usd_per_month[0], preview.power_w[0]) == before
    estate.run(name, subject, **params)
    after = estate.cost_and_power()
    assert (preview.cost_usd_per_month[1], preview.power_w[1]) == after
    return after[0] - before[0], after[1] - before[1]


def electricity_usd(estate: Operated, power_w: float) -> float:
    """What so many watts cost a month."""
    values = lab_values(estate.lab)
    return power_w * 0.73 * values["pue_onprem"] * values["electricity_usd_per_kwh"]


class TestPowerStates:
    @pytest.mark.parametrize("operation", ["vm.stop", "vm.suspend"])
    def test_it_saves_electricity_only(self, estate: Operated, operation: str) -> None:
        before = {pk: guest.cost_usd_per_month for pk, guest in live(estate.lab).guests.items()}
        usd, watts = check(estate, operation, estate.vms[0])
        assert usd == pytest.approx(electricity_usd(estate, watts), abs=0.01) == pytest.approx(0, abs=0.01)
        row = live(estate.lab).guests[estate.vms[0].pk]
        assert 0 < float(before[row.pk] - row.cost_usd_per_month) < 20
        assert live(estate.lab).clusters[estate.cluster.pk].cost_usd_per_month > 0
        preview, _plan = estate.preview("vm.start" if operation == "vm.stop" else "vm.resume", estate.vms[0])
        assert preview.cost_usd_per_month

    def test_it_says_so_before(self, estate: Operated) -> None:
        for operation in ("vm.stop", "vm.suspend"):
            preview, _plan = estate.preview(operation, estate.vms[0])
            assert any("saves electricity only" in str(note) for note in preview.notes), operation

    def test_it_goes_there_and_back_as_previewed(self, estate: Operated) -> None:
        vm = estate.vms[0]
        for operation in ("vm.stop", "vm.start", "vm.suspend", "vm.resume"):
            check(estate, operation, vm)

    def test_it_ends_the_subscription_of_a_guest_that_is_gone(self, estate: Operated) -> None:
        for vm in estate.vms[1:]:
            estate.run("vm.stop", vm)
            estate.run("vm.delete", vm, confirm=True)
        estate.run("vm.stop", estate.vms[0])
        usd, _watts = check(estate, "vm.delete", estate.vms[0], confirm=True)
        assert usd < -20


class TestHostStates:
    def test_it_saves_electricity_only_where_a_host_fails_and_its_guests_stop(self, estate: Operated) -> None:
        preview, _plan = estate.preview("host.fail", estate.hosts[0])
        assert any("saves electricity only" in str(note) for note in preview.notes)
        usd, watts = check(estate, "host.fail", estate.hosts[0])
        assert watts < -99
        assert usd == pytest.approx(electricity_usd(estate, watts), abs=0.02)
        assert {vm.power_state for vm in VirtualMachine.objects.all()} == {PowerState.STOPPED}
        check(estate, "host.repair", estate.hosts[0])

    def test_it_saves_electricity_only_where_a_host_is_off(self, estate: Operated) -> None:
        usd, watts = check(estate, "host.power_off", estate.hosts[1])
        assert watts == pytest.approx(-100, abs=20)
        assert usd == pytest.approx(electricity_usd(estate, watts), abs=0.02)
        assert Host.objects.get(pk=estate.hosts[1].pk).state == HostState.OFF
        check(estate, "host.power_on", estate.hosts[1])


class TestSnapshots:
    @pytest.mark.parametrize("with_memory", [True, False])
    def test_it_goes_back_as_previewed(self, estate: Operated, with_memory: bool) -> None:
        vm = estate.vms[0]
        estate.run("snapshot.take", vm, name="before", with_memory=with_memory)
        if with_memory:
            estate.run("vm.stop", vm)
        check(estate, "snapshot.revert", estate.snapshot("before"))
        assert estate.vm(vm.name).power_state == (PowerState.RUNNING if with_memory else PowerState.STOPPED)


class TestNewGuests:
    def test_it_costs_what_its_preview_says(self, estate: Operated) -> None:
        """A subscription is for two VMs of a host: the second one costs none."""
        systems = estate.lab.virtual_machines.filter(workload__operating_system=RHEL)
        before = Counter[int | None](systems.values_list("host", flat=True))
        shape = {"vcpu": 2, "memory_mib": 4096, "disk_gib": 40, "operating_system": RHEL, "thin": False}
        usd, _watts = check(estate, "vm.create", None, name="new-01", cluster=estate.cluster.pk, start=False, **shape)
        subscription_usd = 0 if before[estate.vm("new-01").host_id] % 2 else 800 / 12
        assert usd == pytest.approx(subscription_usd + 0.5 * 40, abs=0.05)

    def test_it_counts_the_usual_load_of_one_that_starts(self, estate: Operated) -> None:
        shape = {"vcpu": 8, "memory_mib": 4096, "disk_gib": 40, "operating_system": "linux", "thin": True}
        params = {"name": "new-01", "cluster": estate.cluster.pk, "start": True, **shape}
        preview, _plan = estate.preview("vm.create", None, **params)
        assert preview.cost_usd_per_month
        assert preview.power_w
        assert preview.power_w[1] > preview.power_w[0] + 1
        estate.run("vm.create", None, **params)
        usd, watts = estate.cost_and_power()
        assert usd == pytest.approx(preview.cost_usd_per_month[1], abs=0.01)
        assert watts == pytest.approx(preview.power_w[1], abs=5)  # the preview's is at the mean of its day

    @pytest.mark.parametrize("start", [True, False])
    def test_it_costs_as_a_copy_what_its_preview_says(self, estate: Operated, start: bool) -> None:
        check(estate, "vm.clone", estate.vms[0], name="copy-01", start=start)
        estate.run("vm.stop", estate.vms[1])
        usd, _watts = check(estate, "template.save", estate.vms[1], name="t-01", how="convert")
        assert usd < -20
        check(estate, "template.save", estate.vms[0], name="t-02", how="copy")
        deployed = {"count": 2, "pattern": "d-{n:02}", "first": 1, "vcpu": 2, "memory_mib": 4096, "start": start}
        check(estate, "template.deploy", estate.vm("t-01"), **deployed)
        assert VirtualMachine.objects.filter(name__startswith="d-").count() == 2
        check(estate, "template.to_vm", estate.vm("t-02"))

    @pytest.mark.parametrize("state", ["running", "stopped"])
    def test_it_moves_as_previewed(self, estate: Operated, state: str) -> None:
        if state == "stopped":
            estate.run("vm.stop", estate.vms[0])
        check(estate, "vm.move", estate.vms[0], host=estate.hosts[1].pk)
        check(estate, "vm.resize", estate.vms[0], vcpu=4, memory_mib=16384, disk_gib=80)
