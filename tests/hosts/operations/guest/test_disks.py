"""Disks: none shrinks, some do not grow, and thin ones may grow to more than there is."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import Datastore, Host, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import save_template, shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.runner.cancel import cancel

pytestmark = pytest.mark.django_db
SIZE = {"vcpu": 2, "memory_mib": 8 * GIB}


def grow(estate: Operated, gib: float = 60) -> dict[str, Any]:
    """The parameters of a larger disk."""
    return SIZE | {"disk_gib": gib}


class TestGrowth:
    @pytest.mark.parametrize(
        "hypervisor",
        [
            *(Hypervisor.ESXI, Hypervisor.WORKSTATION, Hypervisor.VIRTUALBOX),
            *(Hypervisor.HYPERV, Hypervisor.HYPERV_2025),
        ],
    )
    def test_it_waits_for_the_snapshots_to_go(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor, guests=1)
        estate.run("snapshot.take", estate.vms[0], name="one")
        refused = estate.refused("vm.resize", estate.vms[0], **grow(estate))
        assert "grows no disk that has snapshots" in str(refused)
        assert [way.operation for way in refused.refusals[0].ways_out] == ["snapshot.delete_all"]
        estate.run("snapshot.delete_all", estate.vms[0])
        estate.run("vm.resize", estate.vms[0], **grow(estate))
        assert estate.vm("db-01").disk_gib == 60

    @pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.XEN])
    def test_it_grows_beside_snapshots_where_overlays_may(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor, guests=1)
        estate.run("snapshot.take", estate.vms[0], name="one")
        estate.run("vm.resize", estate.vms[0], **grow(estate))
        assert estate.vm("db-01").disk_gib == 60

    def test_it_leaves_the_disk_of_a_linked_clones_template(self) -> None:
        estate = make_operated()
        save_template(estate, estate.vms[0])
        small = {"count": 1, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "linked": True}
        estate.run("template.deploy", estate.vm("base"), **small)
        refused = estate.refused("vm.resize", estate.vm("base"), **grow(estate))
        assert "Linked clones go on from this disk, so it stays as it is: web-1" in str(refused)

    @pytest.mark.parametrize("hypervisor", [Hypervisor.VIRTUALBOX, Hypervisor.WORKSTATION, Hypervisor.XEN])
    def test_it_needs_a_stop_where_no_disk_in_use_grows(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor, guests=1)
        preview, plan = estate.preview("vm.resize", estate.vms[0], **grow(estate))
        assert "Grow a disk" in str(preview.notes[0])
        assert [step.key for step in plan.steps] == ["stop", "set", "start"]

    def test_it_says_what_is_left_to_do_inside(self) -> None:
        estate = make_operated()
        notes = [str(note) for note in estate.preview("vm.resize", estate.vms[0], **grow(estate))[0].notes]
        assert "Then grow the partition and the file system inside the guest." in notes


class TestShrinking:
    @pytest.mark.parametrize("hypervisor", [*Hypervisor])
    def test_it_is_refused_everywhere(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor, guests=1)
        estate.run("vm.stop", estate.vms[0])
        with pytest.raises(Invalid, match="A disk cannot shrink"):
            estate.start("vm.resize", estate.vms[0], **grow(estate, 39))

    @pytest.mark.parametrize("how", ["failed", "cancelled"])
    def test_it_does_not_happen_where_the_job_breaks_off_either(self, how: str) -> None:
        estate = make_operated(Hypervisor.ESXI)
        job = estate.start("vm.resize", estate.vms[0], vcpu=4, memory_mib=8 * GIB, disk_gib=60)
        while estate.vm("db-01").disk_gib < 60:
            estate.let_pass(1)
        if how == "failed":
            Host.objects.update(state="off")
        else:
            cancel(Job.objects.get(pk=job.pk), TESTER)
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state in {JobState.FAILED, JobState.CANCELLED}
        assert estate.vm("db-01").disk_gib == 60


class TestLimits:
    @pytest.mark.parametrize(
        ("hypervisor", "gib", "words"),
        [
            (Hypervisor.ESXI, 63_489, "at most 63,488 GiB"),
            (Hypervisor.HYPERV, 65_537, "at most 65,536 GiB"),
            (Hypervisor.XEN, 2041, "at most 2,040 GiB"),
            (Hypervisor.WORKSTATION, 8193, "at most 8,192 GiB"),
        ],
    )
    def test_it_refuses_a_larger_disk_than_the_format_has(self, hypervisor: Hypervisor, gib: float, words: str) -> None:
        estate = make_operated(hypervisor, guests=1)
        assert words in str(estate.refused("vm.resize", estate.vms[0], **grow(estate, gib)))
        new = {"name": "n", "cluster": estate.cluster.pk, "operating_system": "linux", "thin": True}
        assert words in str(estate.refused("vm.create", **new, **grow(estate, gib)))
        estate.prepared("vm.resize", estate.vms[0], **grow(estate, gib - 1))

    def test_it_says_where_thin_disks_may_grow_to_more_than_there_is(self) -> None:
        estate = make_operated(capacity_gib=200)
        words = "Datastore ds-01 has then allocated 320 GiB and has 200 GiB"
        assert words in notes(estate, "vm.resize", estate.vms[0], **grow(estate, 240))
        new = {"name": "n", "cluster": estate.cluster.pk, "operating_system": "linux"}
        assert words in notes(estate, "vm.create", None, **new, **grow(estate, 200), thin=True)
        Datastore.objects.update(capacity_gib=140)
        shut_down(estate.vms[1])
        assert "has then allocated 160 GiB and has 140 GiB" in notes(estate, "vm.clone", estate.vms[1], name="c")
        Datastore.objects.update(capacity_gib=200)
        assert "has then allocated" not in notes(estate, "vm.resize", estate.vms[0], **grow(estate, 100))
        VirtualMachine.objects.update(thin=False)
        Datastore.objects.update(capacity_gib=10_000)
        assert "has then allocated" not in notes(estate, "vm.resize", estate.vms[0], **grow(estate, 240))


def notes(estate: Operated, name: str, vm: VirtualMachine | None, /, **params: Any) -> str:
    """What an operation says before."""
    return " ".join(str(note) for note in estate.preview(name, vm, **params)[0].notes)


def test_it_is_smaller_again_only_by_going_back_to_a_snapshot() -> None:
    estate = make_operated(Hypervisor.KVM)
    estate.run("snapshot.take", estate.vms[0], name="small")
    estate.run("vm.resize", estate.vms[0], **grow(estate))
    estate.run("snapshot.revert", estate.snapshot("small"))
    assert (estate.vm("db-01").disk_gib, estate.vm("db-01").power_state) == (40, PowerState.STOPPED)
