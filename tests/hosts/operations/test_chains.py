"""Chains of snapshots: how long they may be, what is advised, suspended guests, and linked clones that need one."""

from datetime import timedelta

import pytest

from hosts.choices import GuestHealth, Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Datastore, Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import off
from tests.support.sandbox import DAY_S
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


def make_chain(vm: VirtualMachine, count: int) -> None:
    """So many snapshots, one after the other."""
    parent = None
    for n in range(count):
        taken = vm.lab.lab_time() + timedelta(seconds=n)
        parent = Snapshot.objects.create(vm=vm, name=f"s-{n}", parent=parent, taken_lab_at=taken)
    VirtualMachine.objects.filter(pk=vm.pk).update(snapshot=parent, delta_lab_at=vm.lab.lab_time())


def notes(estate: Operated) -> list[str]:
    """What one more snapshot of the first guest says."""
    return [str(note) for note in estate.prepared("snapshot.take", estate.vms[0], name="x").preview().notes]


class TestLength:
    def test_it_is_at_most_32_under_esxi(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        make_chain(estate.vms[0], 31)
        estate.run("snapshot.take", estate.vms[0], name="last")
        [refusal] = estate.refused("snapshot.take", estate.vms[0], name="x").refusals
        assert "db-01 has 32 snapshots one after the other: VMware" in str(refusal.text)
        assert (refusal.code, refusal.ways_out[0].operation) == ("TooManySnapshotLevels", "snapshot.delete_all")

    def test_it_is_29_beside_the_disk_under_xen_whose_chains_have_30(self) -> None:
        estate = make_operated(Hypervisor.XEN)
        make_chain(estate.vms[0], 28)
        estate.run("snapshot.take", estate.vms[0], name="last")
        [refusal] = estate.refused("snapshot.take", estate.vms[0], name="x").refusals
        assert "db-01 has 29 snapshots one after the other: Xen" in str(refusal.text)
        assert (refusal.code, refusal.ways_out[0].operation) == ("", "snapshot.delete_all")

    def test_it_counts_the_chain_and_not_the_branches_under_vmware(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        make_chain(estate.vms[0], 32)
        estate.run("snapshot.revert", estate.snapshot("s-3"))
        estate.run("snapshot.take", estate.vms[0], name="branch")
        assert estate.snapshot("branch").parent == estate.snapshot("s-3")

    def test_it_is_50_in_all_under_hyper_v(self) -> None:
        estate = make_operated(Hypervisor.HYPERV)
        make_chain(estate.vms[0], 50)
        estate.run("snapshot.revert", estate.snapshot("s-3"))
        assert "keeps no more" in str(estate.refused("snapshot.take", estate.vms[0], name="x"))

    @pytest.mark.parametrize("hypervisor", [Hypervisor.KVM, Hypervisor.WORKSTATION])
    def test_it_has_no_limit_where_none_is_named(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor)
        make_chain(estate.vms[0], 60)
        estate.prepared("snapshot.take", estate.vms[0], name="x")


class TestAdvice:
    def test_it_previews_the_reads_as_the_page_shows_them_afterwards(self, estate: Operated) -> None:
        for name in ("one", "two", "three"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        previewed = notes(estate)[0]
        estate.start("snapshot.take", estate.vms[0], name="four")
        estate.let_pass(3)
        factor = live(estate.lab).guests[estate.vms[0].pk].read_factor
        assert f"A read then takes {factor:.2f} times as long" in previewed
        assert factor > 1.7

    def test_it_advises_from_the_third_on(self, estate: Operated) -> None:
        make_chain(estate.vms[0], 1)
        assert not any("number" in note for note in notes(estate))
        make_chain(estate.vms[0], 2)
        assert any("This is number 3 of its chain: VMware advises 2 to 3" in note for note in notes(estate))

    def test_it_advises_against_old_ones(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="old")
        estate.let_pass(2 * DAY_S - 60)
        assert not any("hours old" in note for note in notes(estate))
        estate.let_pass(DAY_S)
        assert any("Snapshot old is" in note and "hours old" in note for note in notes(estate))

    def test_it_says_that_it_is_no_backup_and_what_it_holds(self, estate: Operated) -> None:
        assert any("A snapshot is no backup" in note for note in notes(estate))
        assert any("crash-consistent" in note for note in notes(estate))
        memory = estate.prepared("snapshot.take", estate.vms[0], name="x", with_memory=True).preview()
        assert any("goes on where the guest was" in str(note) for note in memory.notes)


class TestSuspended:
    @pytest.mark.parametrize("hypervisor", sorted(set(Hypervisor) - {Hypervisor.KVM, Hypervisor.NONE}))
    def test_it_keeps_the_suspended_state_and_gives_it_back(self, hypervisor: Hypervisor) -> None:
        estate = make_operated(hypervisor)
        estate.run("vm.suspend", estate.vms[0])
        estate.run("snapshot.take", estate.vms[0], name="asleep")
        kept_gib = estate.vm("db-01").suspended_gib
        assert estate.snapshot("asleep").memory_gib == kept_gib > 0
        estate.run("vm.discard_suspended", estate.vms[0])
        preview = estate.prepared("snapshot.revert", estate.snapshot("asleep")).preview()
        estate.run("snapshot.revert", estate.snapshot("asleep"))
        vm = estate.vm("db-01")
        assert preview.cost_usd_per_month
        cluster = live(estate.lab).clusters[estate.cluster.pk]
        assert float(cluster.cost_usd_per_month) == preview.cost_usd_per_month[1]
        assert (vm.power_state, vm.suspended_gib) == (PowerState.SUSPENDED, kept_gib)
        estate.run("vm.resume", vm)
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_needs_room_for_the_kept_memory_to_go_back(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        estate.run("vm.suspend", estate.vms[0])
        estate.run("snapshot.take", estate.vms[0], name="asleep")
        estate.run("vm.discard_suspended", estate.vms[0])
        Datastore.objects.update(capacity_gib=70)
        assert "Needs 8.0 GiB; datastore ds-01" in str(estate.refused("snapshot.revert", estate.snapshot("asleep")))

    def test_it_is_refused_under_kvm(self, estate: Operated) -> None:
        estate.run("vm.suspend", estate.vms[0])
        [refusal] = estate.refused("snapshot.take", estate.vms[0], name="x").refusals
        assert refusal.ways_out[0].operation == "vm.resume"


class TestLinkedClone:
    def test_it_goes_on_from_a_snapshot_that_is_taken_for_it(self, estate: Operated) -> None:
        preview, plan = estate.preview("vm.clone", estate.vms[0], name="c", linked=True)
        assert [step.key for step in plan.steps] == ["take", "make", "copy"]
        assert [(str(row.label), row.before, row.after) for row in preview.changes][-1] == ("Snapshots of db-01", 0, 1)
        estate.run("vm.clone", estate.vms[0], name="c", linked=True)
        assert estate.vm("c").base_snapshot == estate.snapshot("base-c") == estate.vm("db-01").snapshot

    def test_it_goes_on_from_the_one_that_is_chosen_as_it_was(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="before")
        estate.run("guest.update", estate.vms[0], outcome="bad")
        before = estate.snapshot("before")
        with off(estate.vms[0]):
            full = estate.prepared("vm.clone", estate.vms[0], name="x").plan()
        assert "take" not in [step.key for step in full.steps]
        estate.run("vm.clone", estate.vms[0], name="c", linked=True, snapshot=before.pk)
        clone = estate.vm("c")
        assert (clone.base_snapshot, clone.health, clone.guest_version) == (before, GuestHealth.WELL, 0)
        assert Snapshot.objects.count() == 1

    def test_it_keeps_what_is_below_it(self, estate: Operated) -> None:
        for name in ("one", "two", "three"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        estate.run("vm.clone", estate.vms[0], name="c", linked=True, snapshot=estate.snapshot("two").pk)
        for name in ("one", "two"):
            [refusal] = estate.refused("snapshot.delete", estate.snapshot(name)).refusals
            assert "what is below them cannot be merged: c." in str(refusal.text)
            assert [way.operation for way in refusal.ways_out] == ["vm.delete"]
        assert "cannot be merged" in str(estate.refused("snapshot.delete_all", estate.vms[0]))
        estate.run("snapshot.delete", estate.snapshot("three"))
        estate.run("vm.delete", estate.vm("c"))
        estate.run("snapshot.delete_all", estate.vms[0])
        assert not Snapshot.objects.exists()

    def test_it_stops_a_merge_that_had_begun_before(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="one")
        job = estate.start("snapshot.delete_all", estate.vms[0])
        clone = VirtualMachine.objects.create(
            lab=estate.lab, cluster=estate.cluster, name="c", vcpu=1, memory_mib=512, base=estate.vms[0]
        )
        VirtualMachine.objects.filter(pk=clone.pk).update(base_snapshot=estate.snapshot("one"))
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert Snapshot.objects.count() == 1

    def test_it_takes_no_snapshot_where_none_is_possible(self) -> None:
        estate = make_operated(Hypervisor.ESXI)
        make_chain(estate.vms[0], 32)
        assert "takes no longer chain" in str(estate.refused("vm.clone", estate.vms[0], name="c", linked=True))
        estate.prepared("vm.clone", estate.vms[0], name="c", linked=True, snapshot=estate.snapshot("s-3").pk)

    def test_it_goes_with_the_whole_lab(self, estate: Operated) -> None:
        estate.run("vm.clone", estate.vms[0], name="c", linked=True)
        estate.lab.delete()
        assert not VirtualMachine.objects.exists()

    def test_it_leaves_no_snapshot_where_it_is_undone(self, estate: Operated) -> None:
        job = estate.start("vm.clone", estate.vms[0], name="c", linked=True)
        VirtualMachine.objects.create(lab=estate.lab, cluster=estate.cluster, name="c", vcpu=1, memory_mib=512)
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert not Snapshot.objects.exists()
