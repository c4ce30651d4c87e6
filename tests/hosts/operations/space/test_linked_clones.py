"""A linked clone's own file is a delta disk: it grows while the clone runs, fills its datastore, and slows reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hosts.choices import Hypervisor, PowerState
from hosts.live.disks import Growth, as_far_as_there_is_room, disks_of, in_use_gib
from hosts.live.facts import GuestFacts, SnapshotFacts
from hosts.live.live import live
from hosts.live.rows import GuestLive
from hosts.live.space import seen_gib
from hosts.models import Backup, Datastore, VirtualMachine
from tests.hosts.operations.guest.space import leave
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.invariants import require_possible
from tests.support.sandbox import DAY_S, GIB
from virtlab.jobs.choices import JobState
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
HOUR_S = 3600.0
IN_USE_GIB = 20.0
A_DAY_GIB = IN_USE_GIB * 0.02
COPY = {"linked": True, "start": True}


def shown(estate: Operated, name: str) -> GuestLive:
    return live(estate.lab).guests[estate.vm(name).pk]


def taken_gib(estate: Operated, name: str) -> float:
    """What its disk takes, without the file that stands for its memory while it runs."""
    row = shown(estate, name)
    return row.disk_taken_gib - row.memory_file_gib


def with_clone(hypervisor: str = Hypervisor.ESXI) -> Operated:
    """db-01, of which c runs as a linked clone."""
    estate = make_operated(hypervisor, guests=2)
    estate.run("vm.clone", estate.vms[0], name="c", **COPY)
    VirtualMachine.objects.filter(name="c").update(delta_gib=0.0, delta_lab_at=estate.lab.lab_time())
    return estate


class TestGrowth:
    @pytest.mark.parametrize("hypervisor", [Hypervisor.ESXI, Hypervisor.KVM, Hypervisor.HYPERV, Hypervisor.VIRTUALBOX])
    def test_it_grows_as_a_delta_does_and_no_further_than_what_it_sees(self, hypervisor: str) -> None:
        estate = with_clone(hypervisor)
        assert taken_gib(estate, "c") == pytest.approx(0, abs=0.01)
        estate.let_pass(10 * DAY_S)
        assert taken_gib(estate, "c") == pytest.approx(10 * A_DAY_GIB, abs=0.01)
        estate.let_pass(90 * DAY_S)
        assert taken_gib(estate, "c") == IN_USE_GIB
        assert shown(estate, "c").disk_used_gib == 0, "it rewrites what is there"
        require_possible(estate.lab)

    def test_it_stands_while_it_is_off_and_goes_on_from_there(self) -> None:
        estate = with_clone()
        estate.let_pass(10 * DAY_S)
        estate.run("vm.stop", estate.vm("c"))
        kept = taken_gib(estate, "c")
        assert kept == pytest.approx(10 * A_DAY_GIB, abs=0.5)
        estate.let_pass(10 * DAY_S)
        assert taken_gib(estate, "c") == kept
        estate.start("vm.start", estate.vm("c"))
        estate.let_pass(10 * DAY_S)
        assert taken_gib(estate, "c") == pytest.approx(kept + 10 * A_DAY_GIB, abs=0.01)

    def test_it_holds_each_block_once_in_copies_and_backups(self) -> None:
        estate = with_clone()
        estate.let_pass(10 * DAY_S)
        VirtualMachine.objects.filter(name="c").update(disk_used_gib=3.0)
        assert seen_gib(estate.vm("c"), estate.lab.lab_time()) == IN_USE_GIB + 3
        estate.run("backup.take", estate.vm("c"))
        assert Backup.objects.get().gib == IN_USE_GIB + 3
        estate.run("vm.clone", estate.vm("c"), name="full")
        assert estate.vm("full").disk_used_gib == IN_USE_GIB + 3
        assert (estate.vm("full").below_gib, estate.vm("full").below_deltas_gib) == (0.0, [])

    def test_it_takes_as_much_before_a_snapshot_as_after_and_once_that_is_gone(self) -> None:
        estate = with_clone()
        estate.let_pass(10 * DAY_S)
        before = taken_gib(estate, "c")
        estate.start("snapshot.take", estate.vm("c"), name="s")
        estate.let_pass(60)
        assert taken_gib(estate, "c") == pytest.approx(before, abs=0.01)
        assert estate.snapshot("s").delta_gib == pytest.approx(before, abs=0.01)
        estate.let_pass(10 * DAY_S)
        preview, _plan = estate.preview("snapshot.delete", estate.snapshot("s"))
        said = {str(row.label): row.after for row in preview.changes}
        assert said["Merged into the disk below"] == pytest.approx(10 * A_DAY_GIB, abs=0.1)
        taken = taken_gib(estate, "c")
        assert taken == pytest.approx(20 * A_DAY_GIB, abs=0.01)
        estate.start("snapshot.delete", estate.snapshot("s"))
        estate.let_pass(HOUR_S)
        assert taken_gib(estate, "c") == pytest.approx(taken, abs=0.05), "it is in its own file"
        assert estate.vm("c").disk_used_gib == 0
        require_possible(estate.lab)

    def test_it_merges_all_snapshots_into_its_own_file(self) -> None:
        estate = with_clone()
        for name in ("one", "two"):
            estate.let_pass(10 * DAY_S)
            estate.run("snapshot.take", estate.vm("c"), name=name)
        estate.let_pass(100 * DAY_S)
        assert taken_gib(estate, "c") > IN_USE_GIB
        estate.run("snapshot.delete_all", estate.vm("c"))
        assert taken_gib(estate, "c") == IN_USE_GIB

    def test_it_is_a_whole_disk_once_it_is_restored(self) -> None:
        estate = with_clone()
        estate.run("backup.take", estate.vm("c"))
        estate.run("vm.restore", estate.vm("c"), source=f"backup-{Backup.objects.get().pk}")
        estate.let_pass(10 * DAY_S)
        assert (taken_gib(estate, "c"), shown(estate, "c").read_factor) == (IN_USE_GIB, 1.0)


class TestReads:
    def test_it_reads_through_its_own_file_and_the_chain_below(self) -> None:
        estate = make_operated(Hypervisor.ESXI, guests=1)
        for name in ("one", "two"):
            estate.run("snapshot.take", estate.vms[0], name=name)
        estate.run("vm.clone", estate.vms[0], name="c", linked=True, snapshot=estate.snapshot("two").pk)
        clone, frozen_gib = estate.vm("c"), estate.snapshot("two").delta_gib
        assert (clone.below_gib, clone.below_deltas_gib) == (IN_USE_GIB, [frozen_gib])
        assert shown(estate, "c").read_factor == pytest.approx(1 + 0.2 * (1 + frozen_gib / IN_USE_GIB + 1))
        fresh = shown(estate, "c").read_factor
        estate.run("vm.start", estate.vm("c"))
        estate.let_pass(30 * DAY_S)
        older = shown(estate, "c")
        assert older.read_factor == pytest.approx(fresh + 0.2 * older.delta_gib / IN_USE_GIB)

    def test_it_reads_through_a_clone_below_it(self) -> None:
        estate = with_clone()
        estate.let_pass(10 * DAY_S)
        estate.run("vm.clone", estate.vm("c"), name="cc", linked=True)
        [below] = estate.vm("cc").below_deltas_gib
        assert below == pytest.approx(10 * A_DAY_GIB, abs=0.01)
        assert estate.vm("cc").below_gib == IN_USE_GIB
        assert shown(estate, "cc").read_factor == pytest.approx(1 + 0.2 * (2 + below / IN_USE_GIB))

    def test_it_keeps_the_snapshots_of_the_template_that_it_goes_on_from(self) -> None:
        estate = make_operated(Hypervisor.ESXI, guests=1)
        estate.run("snapshot.take", estate.vms[0], name="s")
        estate.run("vm.stop", estate.vms[0])
        estate.run("template.save", estate.vm("db-01"), name="db-01", how="convert")
        size = {"vcpu": 1, "memory_mib": GIB}
        estate.run("template.deploy", estate.vm("db-01"), count=1, pattern="w-{n}", first=1, linked=True, **size)
        assert len(estate.vm("w-1").below_deltas_gib) == 1
        assert "w-1" in str(estate.refused("snapshot.delete", estate.snapshot("s")))


class TestFills:
    """It writes 5 GiB an hour."""

    @pytest.fixture
    def estate(self) -> Operated:
        estate = with_clone()
        estate.run("vm.stop", estate.vms[0])
        Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=600.0)
        VirtualMachine.objects.filter(name="c").update(delta_gib=0.0, delta_lab_at=estate.lab.lab_time())
        leave(estate, 10)
        return estate

    def test_it_fills_its_datastore_and_no_more(self, estate: Operated) -> None:
        estate.let_pass(DAY_S)
        store = live(estate.lab).datastores[estate.datastore.pk]
        assert store.is_full
        assert store.taken_gib == pytest.approx(store.capacity_gib)
        assert taken_gib(estate, "c") == pytest.approx(10, abs=0.01)
        assert store.full_since
        require_possible(estate.lab)

    def test_it_goes_on_from_there_once_there_is_room(self, estate: Operated) -> None:
        estate.let_pass(DAY_S)
        estate.start("datastore.grow", estate.datastore, capacity_gib=1000, from_shelf=True)
        estate.let_pass(HOUR_S)
        assert taken_gib(estate, "c") == pytest.approx(15, abs=0.1)

    def test_it_fails_what_writes_at_the_moment_at_which_that_no_longer_fits(self, estate: Operated) -> None:
        Datastore.objects.update(mib_per_s=1)
        job = estate.start("vm.suspend", estate.vms[1])
        estate.let_pass(DAY_S)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert 0 < (job.took_s or 0) < HOUR_S
        assert estate.vm("db-02").power_state == PowerState.RUNNING


def facts(pk: int, **columns: Any) -> GuestFacts:
    """A guest of 20 of 40 GiB that runs since ten days before now on datastore 1."""
    own: dict[str, Any] = dict.fromkeys(GuestFacts._fields) | {
        "pk": pk,
        "name": f"g-{pk}",
        "datastore_id": 1,
        "hypervisor": str(Hypervisor.KVM),
        "disk_gib": 40.0,
        "disk_used_gib": 20.0,
        "thin": True,
        "power_state": str(PowerState.RUNNING),
        "suspended_gib": 0.0,
        "below_gib": 0.0,
        "below_deltas_gib": [],
        "delta_gib": 0.0,
        "delta_lab_at": NOW - timedelta(days=10),
    }
    return GuestFacts(**own | columns)


NOW = timezone.now()
SIZES = st.floats(0, 40)
CLONES = st.builds(
    lambda used, below, delta: {"base_id": 9, "disk_used_gib": used, "below_gib": below, "delta_gib": delta},
    SIZES,
    SIZES,
    st.floats(0, 5),
)
WHOLE = st.builds(lambda used: {"disk_used_gib": used}, SIZES)
GUESTS = st.lists(st.one_of(CLONES, WHOLE), min_size=1, max_size=5)


class TestProperties:
    @given(GUESTS, st.floats(0, 1))
    def test_it_takes_the_sum_of_its_parts(self, columns: list[dict[str, Any]], share: float) -> None:
        guests = [facts(n, **each) for n, each in enumerate(columns, 1)]
        frozen = [SnapshotFacts(1, 1, None, 2.0, 1.0, with_memory=True, hypervisor=Hypervisor.ESXI)]
        guests[0] = guests[0]._replace(snapshot_id=1)
        for guest, disk in zip(guests, disks_of(guests, frozen, Growth(NOW, share)), strict=True):
            of_snapshots = 3.0 if guest.pk == 1 else 0.0
            assert disk.taken_gib == pytest.approx(guest.disk_used_gib + disk.delta_gib + of_snapshots)
            assert disk.delta_gib <= max(in_use_gib(guest), guest.delta_gib) + 1e-9
            assert disk.read_factor >= 1

    @given(GUESTS, st.floats(0, 1), st.floats(0, 50))
    def test_it_never_takes_more_than_there_is(
        self, columns: list[dict[str, Any]], share: float, room_gib: float
    ) -> None:
        guests = [facts(n, **each) for n, each in enumerate(columns, 1)]
        at_first = sum(guest.disk_used_gib + (guest.delta_gib if guest.base_id else 0) for guest in guests)
        growth = as_far_as_there_is_room(Growth(NOW, share), {1: at_first + room_gib}, guests, [])
        taken = sum(disk.taken_gib for disk in disks_of(guests, [], growth))
        assert taken <= at_first + room_gib + 1e-6

    @given(CLONES, st.floats(0, 1), st.floats(0, 100), st.floats(0, 100))
    def test_it_only_grows_with_time(
        self, columns: dict[str, Any], share: float, first_days: float, more_days: float
    ) -> None:
        clone, then = facts(1, **columns), NOW + timedelta(days=first_days)
        [now] = disks_of([clone], [], Growth(then, share))
        [later] = disks_of([clone], [], Growth(then + timedelta(days=more_days), share))
        assert later.taken_gib >= now.taken_gib
        assert later.read_factor >= now.read_factor > 1
