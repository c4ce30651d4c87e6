"""Memory that VMs have touched: from their power-on on, and at most what they could have read."""

import pytest

from hosts.live.live import live
from hosts.live.totals import estate_totals
from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.sandbox import DAY_S, GIB
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def used_gib(estate: Operated, name: str = "db-01") -> float:
    """What a VM's page shows as used."""
    return live(estate.lab).guests[estate.vm(name).pk].memory_used_gib


def start_anew(estate: Operated) -> None:
    """The first VM is powered on just now."""
    estate.run("vm.stop", estate.vm("db-01"))
    job = estate.start("vm.start", estate.vm("db-01"))
    assert job.ends_lab_at
    estate.let_pass((job.ends_lab_at - estate.lab.lab_time()).total_seconds() + 1)


def test_it_grows_from_power_on_and_stays_at_its_share(estate: Operated) -> None:
    assert used_gib(estate) == 6.0, "how long it runs is not known: grown"
    start_anew(estate)
    assert used_gib(estate) == pytest.approx(0.0, abs=0.01)
    estate.let_pass(DAY_S / 2)
    assert used_gib(estate) == pytest.approx(3.0, abs=0.01)
    estate.let_pass(10 * DAY_S)
    assert used_gib(estate) == 6.0
    Assumption.objects.create(lab=estate.lab, key="touched_memory_hours", value=10_000.0 / 2)
    assert used_gib(estate) < 1.0


def test_it_is_at_least_what_is_active(estate: Operated) -> None:
    give_demand(estate.vms[0], memory_gib=2.0)
    start_anew(estate)
    assert used_gib(estate) == pytest.approx(2.0, abs=0.01)


def test_it_stays_through_a_restart_of_the_guest_and_a_suspension(estate: Operated) -> None:
    for name in ("vm.restart", "vm.suspend", "vm.resume"):
        estate.run(name, estate.vm("db-01"))
    assert used_gib(estate) == 6.0


def test_it_is_at_most_what_could_be_read(estate: Operated) -> None:
    give_demand(estate.vms[0], memory_gib=2.0)
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(memory_mib=32 * GIB, disk_used_gib=5.0)
    VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(memory_mib=32 * GIB, disk_used_gib=0.0)
    VirtualMachine.objects.filter(pk=estate.vms[2].pk).update(
        memory_mib=16 * GIB, disk_used_gib=0.5, base=estate.vms[0]
    )
    assert [used_gib(estate, vm.name) for vm in estate.vms] == pytest.approx([7.0, 24.0, 12.0], abs=0.01)
    assert estate_totals(estate.lab, estate.lab.lab_time()).used_gib == pytest.approx(43.0, abs=0.01)


def test_it_is_what_a_snapshot_with_memory_writes(estate: Operated) -> None:
    give_demand(estate.vms[0], memory_gib=2.0)
    start_anew(estate)
    estate.let_pass(DAY_S / 2)
    shown = used_gib(estate)
    preview, _plan = estate.preview("snapshot.take", estate.vm("db-01"), name="all", with_memory=True)
    assert {str(row.label): row.after for row in preview.changes}["Memory written"] == round(shown, 1) == 3.0
