"""A full copy holds all that its guest sees: snapshots' deltas, and what is below a linked clone down to the root."""

import pytest

from hosts.models import Backup, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import quiet, with_template
from tests.support.guests import shut_down
from tests.support.sandbox import GIB

pytestmark = pytest.mark.django_db
OWN_GIB = 3.0


def linked_of_linked() -> Operated:
    """db-01, a template of 20 GiB; l1-1 linked to it and l2 linked to that one, each of which wrote 3 GiB."""
    estate = with_template()
    size = {"vcpu": 2, "memory_mib": 4 * GIB}
    estate.run("template.deploy", estate.vm("db-01"), count=1, pattern="l1-{n}", first=1, linked=True, **size)
    write(estate, "l1-1", disk_used_gib=OWN_GIB)
    estate.run("vm.clone", estate.vm("l1-1"), name="l2", linked=True)
    write(estate, "l2", disk_used_gib=OWN_GIB)
    return estate


def write(estate: Operated, name: str, **columns: float) -> None:
    VirtualMachine.objects.filter(lab=estate.lab, name=name).update(**columns)


class TestLinkedClone:
    def test_it_is_copied_with_all_of_its_bases(self) -> None:
        estate = linked_of_linked()
        preview, plan = estate.preview("vm.clone", estate.vm("l2"), name="full")
        job = estate.run("vm.clone", estate.vm("l2"), name="full")
        full = estate.vm("full")
        assert preview.changes[0].after == full.disk_used_gib == 20 + 2 * OWN_GIB
        assert (full.base, full.thin) == (None, True)
        assert job.steps.get(key="copy").moved_gib == full.disk_used_gib
        assert plan.duration_s == pytest.approx(job.duration_s)

    def test_it_is_copied_as_its_base_was_when_it_was_made(self) -> None:
        estate = linked_of_linked()
        write(estate, "l1-1", disk_used_gib=9 * OWN_GIB)
        estate.run("vm.clone", estate.vm("l2"), name="full")
        assert estate.vm("full").disk_used_gib == 20 + 2 * OWN_GIB

    def test_it_is_backed_up_whole(self) -> None:
        estate = linked_of_linked()
        estate.run("backup.take", estate.vm("l2"))
        assert Backup.objects.get().gib == 20 + 2 * OWN_GIB

    def test_it_is_copied_whole_as_a_template_too(self) -> None:
        estate = linked_of_linked()
        estate.run("template.save", estate.vm("l2"), name="t2", how="convert")
        estate.run("template.deploy", estate.vm("t2"), count=1, pattern="w-{n}", first=1, vcpu=1, memory_mib=GIB)
        assert estate.vm("w-1").disk_used_gib == 20 + 2 * OWN_GIB

    def test_it_costs_what_the_preview_said(self) -> None:
        estate = linked_of_linked()
        preview, _plan = estate.preview("vm.clone", estate.vm("l2"), name="full")
        estate.run("vm.clone", estate.vm("l2"), name="full")
        assert preview.cost_usd_per_month
        assert estate.cost_and_power()[0] == pytest.approx(preview.cost_usd_per_month[1])


class TestSnapshots:
    @pytest.mark.parametrize(("delta_gib", "seen_gib"), [(15.0, 20.0), (30.0, 30.0)])
    def test_it_is_copied_with_each_block_once_however_often_that_was_rewritten(
        self, delta_gib: float, seen_gib: float
    ) -> None:
        estate = quiet()
        estate.run("snapshot.take", estate.vms[0], name="s")
        write(estate, "db-01", delta_gib=delta_gib)
        shut_down(estate.vm("db-01"))
        estate.run("vm.clone", estate.vms[0], name="full")
        assert estate.vm("full").disk_used_gib == seen_gib

    def test_it_is_copied_with_the_deltas_that_are_frozen(self) -> None:
        estate = quiet()
        for name in ("one", "two", "three"):
            estate.run("snapshot.take", estate.vms[0], name=name)
            write(estate, "db-01", delta_gib=OWN_GIB)
        estate.run("backup.take", estate.vms[0])
        assert Backup.objects.get().gib == 20
        estate.run("vm.clone", estate.vms[0], name="linked", linked=True, snapshot=estate.snapshot("two").pk)
        estate.run("vm.clone", estate.vm("linked"), name="full")
        assert estate.vm("full").disk_used_gib == 20
