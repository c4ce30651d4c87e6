"""How much memory is written where it is kept, and where it always is."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import Datastore, VirtualMachine
from hosts.operations.snapshot.take import TakeSnapshot
from tests.hosts.operations.operated import Operated, make_operated
from tests.operations.estates import quiet
from tests.support.sandbox import GIB
from virtlab.jobs.operations.plan import Preview

pytestmark = pytest.mark.django_db
WHOLE_GIB, IN_USE_GIB = 8.0, 6.0
WRITTEN_GIB = {
    **dict.fromkeys(("esxi", "hyperv", Hypervisor.HYPERV_2025.value, "xen", "workstation"), WHOLE_GIB),
    **dict.fromkeys(("kvm", "virtualbox"), IN_USE_GIB),
}
ALWAYS = ["virtualbox", "workstation"]
MEMORY = {"name": "s", "with_memory": True}


def written(preview: Preview) -> float:
    """GiB of memory that a preview says it writes."""
    return next(float(row.after) for row in preview.changes if str(row.label) == "Memory written")


@pytest.mark.parametrize(("hypervisor", "gib"), WRITTEN_GIB.items())
def test_it_writes_as_much_for_a_snapshot_as_to_suspend(hypervisor: str, gib: float) -> None:
    estate = quiet(hypervisor)
    preview, plan = estate.preview("snapshot.take", estate.vms[0], **MEMORY)
    assert written(preview) == gib
    assert next(step for step in plan.steps if step.key == "write").duration_s == pytest.approx(gib * 1024 / 500)
    if hypervisor != "xen":
        estate.run("vm.suspend", estate.vms[0])
        assert estate.vm("db-01").suspended_gib == gib


@pytest.mark.parametrize(("name", "params"), [("vm.suspend", {}), ("snapshot.take", MEMORY)])
def test_it_asks_for_the_space_that_it_writes(name: str, params: dict[str, Any]) -> None:
    for hypervisor, fits in (("esxi", False), ("kvm", True)):
        estate = quiet(hypervisor)
        taken_gib = 60.0
        Datastore.objects.filter(pk=estate.datastore.pk).update(capacity_gib=taken_gib + (WHOLE_GIB + IN_USE_GIB) / 2)
        if fits:
            estate.prepared(name, estate.vms[0], **params)
        else:
            assert "Needs 8." in str(estate.refused(name, estate.vms[0], **params))


def test_it_writes_something_of_a_guest_that_has_just_begun() -> None:
    estate = make_operated()
    estate.run("vm.stop", estate.vms[0])
    estate.run("vm.start", estate.vm("db-01"))
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(powered_on_lab_at=estate.lab.lab_time())
    estate.start("snapshot.take", estate.vm("db-01"), **MEMORY)
    estate.let_pass(60.0)
    assert estate.snapshot("s").with_memory


class TestAlways:
    """VirtualBox and Workstation take no snapshot of a guest that runs without its memory."""

    @pytest.mark.parametrize("hypervisor", ALWAYS)
    @pytest.mark.parametrize("asked", [{}, {"with_memory": False}, {"with_memory": True}])
    def test_it_takes_the_memory_whatever_is_asked(self, hypervisor: str, asked: dict[str, Any]) -> None:
        estate = quiet(hypervisor)
        preview, plan = estate.preview("snapshot.take", estate.vms[0], name="s", **asked)
        assert written(preview) == WRITTEN_GIB[hypervisor]
        assert "takes no snapshot of a VM that runs without its memory" in " ".join(map(str, preview.notes))
        assert preview.downtime_s == (plan.duration_s if hypervisor == "virtualbox" else 0.0)
        estate.run("snapshot.take", estate.vms[0], name="s", **asked)
        snapshot = estate.snapshot("s")
        assert (snapshot.with_memory, snapshot.memory_gib) == (True, WRITTEN_GIB[hypervisor])
        estate.run("vm.stop", estate.vms[0])
        estate.run("snapshot.revert", snapshot)
        after = {"virtualbox": PowerState.SUSPENDED, "workstation": PowerState.RUNNING}
        assert estate.vm("db-01").power_state == after[hypervisor]

    @pytest.mark.parametrize("hypervisor", ALWAYS)
    def test_it_needs_space_for_it(self, hypervisor: str) -> None:
        estate = quiet(hypervisor)
        Datastore.objects.filter(pk=estate.datastore.pk).update(capacity_gib=61.0)
        assert "Needs" in str(estate.refused("snapshot.take", estate.vms[0], name="s"))

    @pytest.mark.parametrize(("hypervisor", "fixed"), [*((each, True) for each in ALWAYS), ("esxi", False)])
    def test_it_offers_no_choice_in_its_form(self, hypervisor: str, fixed: bool) -> None:
        estate = quiet(hypervisor)
        memory = TakeSnapshot.form(estate.lab, estate.vms[0]).fields["with_memory"]
        assert (memory.disabled, bool(memory.initial), bool(memory.help_text)) == (fixed, fixed, fixed)
        estate.run("vm.stop", estate.vms[0])
        assert not TakeSnapshot.form(estate.lab, estate.vm("db-01")).fields["with_memory"].disabled
        estate.run("snapshot.take", estate.vm("db-01"), name="s")
        assert not estate.snapshot("s").with_memory

    def test_it_pauses_a_guest_of_which_a_linked_clone_is_made(self) -> None:
        estate = quiet("virtualbox")
        preview, plan = estate.preview("vm.clone", estate.vms[0], name="copy", linked=True)
        assert [step.key for step in plan.steps if step.pauses] == ["write", "take"]
        assert preview.downtime_s == pytest.approx(IN_USE_GIB * 1024 / 500 + 2)
        estate.run("vm.clone", estate.vms[0], name="copy", linked=True)
        assert estate.snapshot("base-copy").with_memory

    @pytest.mark.parametrize("hypervisor", ALWAYS)
    def test_it_backs_up_what_runs_by_an_agent(self, hypervisor: str) -> None:
        estate = quiet(hypervisor)
        preview, plan = estate.preview("backup.take", estate.vms[0], quiesced=True)
        assert "An agent in its operating system" in " ".join(map(str, preview.notes))
        assert (preview.downtime_s, [step.key for step in plan.steps]) == (0.0, ["freeze", "copy"])
        estate.run("vm.stop", estate.vms[0])
        assert "agent" not in " ".join(map(str, estate.preview("backup.take", estate.vm("db-01"))[0].notes))


@pytest.mark.parametrize("hypervisor", ["esxi", "hyperv", "virtualbox", "workstation", "xen"])
def test_it_reads_and_writes_what_is_kept_of_a_suspended_guest(hypervisor: str) -> None:
    estate: Operated = quiet(hypervisor)
    gib = WRITTEN_GIB[hypervisor]
    suspended = {"power_state": PowerState.SUSPENDED, "suspended_gib": gib, "memory_mib": 8 * GIB}
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(**suspended)
    job = estate.start("snapshot.take", estate.vm("db-01"), name="s")
    write = job.steps.get(key="write")
    assert (write.flow["gib"], write.flow["through"].count(f"datastore:{estate.datastore.pk}")) == (gib, 2)
    assert write.duration_s == pytest.approx(2 * gib * 1024 / 500)
    assert (write.down, write.pauses) == (False, False)
    estate.let_pass()
    assert (estate.snapshot("s").memory_gib, estate.vm("db-01").suspended_gib) == (gib, gib)
