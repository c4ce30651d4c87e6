"""What guests take of their datastores, and what their chains of snapshots do to reads."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hosts.choices import PowerState
from hosts.live.facts import GuestFacts, SnapshotFacts
from hosts.models import Snapshot, VirtualMachine
from hosts.rules.linked_clones import path
from virtlab.engine.durations.copies import chain_read_factor
from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import SECONDS_PER_DAY
from virtlab.labs.parameters import lab_values

DEFAULT = Timings()


class Disk(NamedTuple):
    """GiB that a guest takes in all, the delta it writes to now, its snapshots, and how much longer reads take."""

    taken_gib: float
    delta_gib: float
    snapshots: int
    read_factor: float


def running_delta_gib(guest: GuestFacts | VirtualMachine, lab_at: datetime, delta_share_per_day: float) -> float:
    """GiB written since the snapshot that the guest goes on from; 0 without one. A delta never outgrows its disk."""
    if guest.snapshot_id is None:
        return 0.0
    runs = guest.power_state == PowerState.RUNNING.value and guest.delta_lab_at is not None
    days = (lab_at - guest.delta_lab_at).total_seconds() / SECONDS_PER_DAY if runs and guest.delta_lab_at else 0.0
    grown = guest.delta_gib + guest.disk_used_gib * delta_share_per_day * max(days, 0.0)
    return min(grown, max(guest.disk_gib, guest.delta_gib))


def seen_gib(vm: VirtualMachine, lab_at: datetime) -> float:
    """GiB in use of a guest's disk as the guest sees it, which is what a full copy reads: its own file, the deltas
    that it goes on from, and all that is below where it is a linked clone, down to the first base; at most the disk.
    """
    deltas_gib = 0.0
    if vm.snapshot_id is not None:
        share = lab_values(vm.lab)["delta_pct_per_day"] / 100
        deltas_gib = running_delta_gib(vm, lab_at, share) + _frozen_deltas_gib(vm, vm.snapshot_id)
    in_all = vm.disk_used_gib + deltas_gib + _below_gib(vm, lab_at)
    return min(in_all, max(vm.disk_gib, vm.disk_used_gib))


def _below_gib(vm: VirtualMachine, lab_at: datetime) -> float:
    """GiB in use below a linked clone's own file, as it was when the clone was made; 0 for any other guest."""
    if vm.base is None:
        return 0.0
    return _seen_at_gib(vm.base_snapshot, lab_at) if vm.base_snapshot else seen_gib(vm.base, lab_at)


def _seen_at_gib(snapshot: Snapshot, lab_at: datetime) -> float:
    vm = snapshot.vm
    size, used = (float(snapshot.configuration.get(name, getattr(vm, name))) for name in ("disk_gib", "disk_used_gib"))
    return min(used + _frozen_deltas_gib(vm, snapshot.pk) + _below_gib(vm, lab_at), max(size, used))


def _frozen_deltas_gib(vm: VirtualMachine, snapshot: int) -> float:
    """GiB of the deltas that were frozen by a snapshot and by those before it (one query)."""
    every = list(vm.snapshots.all())
    chain = set(path(snapshot, {each.pk: each.parent_id for each in every}))
    return sum(each.delta_gib for each in every if each.pk in chain)


def disks_of(
    guests: Sequence[GuestFacts],
    snapshots: Sequence[SnapshotFacts],
    lab_at: datetime,
    delta_share_per_day: float,
    timings: Timings = DEFAULT,
) -> list[Disk]:
    """The disk of each guest at a lab time; of the timings, what a chain of snapshots does to reads."""
    by_guest: dict[int, list[SnapshotFacts]] = defaultdict(list)
    for snapshot in snapshots:
        by_guest[snapshot.vm_id].append(snapshot)
    return [_disk(guest, by_guest.get(guest.pk, []), lab_at, delta_share_per_day, timings) for guest in guests]


def _disk(
    guest: GuestFacts, snapshots: Sequence[SnapshotFacts], lab_at: datetime, share_per_day: float, timings: Timings
) -> Disk:
    own = guest.disk_used_gib if guest.thin or guest.base_id else guest.disk_gib
    if not snapshots:
        return Disk(own + guest.suspended_gib, 0.0, 0, 1.0)
    delta = running_delta_gib(guest, lab_at, share_per_day)
    of_snapshots = sum(snapshot.delta_gib + snapshot.memory_gib for snapshot in snapshots)
    taken = own + guest.suspended_gib + of_snapshots + delta
    return Disk(taken, delta, len(snapshots), _reads(guest, snapshots, delta, timings))


def _reads(guest: GuestFacts, snapshots: Sequence[SnapshotFacts], delta_gib: float, timings: Timings) -> float:
    """Every delta from the running one down to the base is read in turn (engine.copies)."""
    by_pk = {snapshot.pk: snapshot for snapshot in snapshots}
    newest_first, at = [delta_gib], by_pk.get(guest.snapshot_id or 0)
    while at is not None and (below := by_pk.get(at.parent_id or 0)) is not None:
        newest_first.append(at.delta_gib)
        at = below
    if guest.snapshot_id not in by_pk:
        return 1.0
    disk = max(guest.disk_used_gib, 1e-9)
    return chain_read_factor([min(part / disk, 1.0) for part in reversed(newest_first)], timings)
