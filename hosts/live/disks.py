"""What guests take of their datastores, and what their chains of snapshots do to reads."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hosts.choices import PowerState
from hosts.live.facts import GuestFacts, SnapshotFacts
from hosts.models import VirtualMachine
from hosts.rules.snapshot_kinds import delta_disks_gib, kept_inside
from virtlab.engine.durations.copies import chain_read_factor
from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import SECONDS_PER_DAY

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
    """Every delta disk from the running one down to the base is read in turn (engine.copies)."""
    by_pk = {snapshot.pk: snapshot for snapshot in snapshots}
    chain, at = list[tuple[bool, float]](), by_pk.get(guest.snapshot_id or 0)
    while at is not None:
        chain.append((kept_inside(at.hypervisor, with_memory=at.with_memory), at.delta_gib))
        at = by_pk.get(at.parent_id or 0)
    disk = max(guest.disk_used_gib, 1e-9)
    oldest_first = reversed(delta_disks_gib(delta_gib, chain))
    return chain_read_factor([min(part / disk, 1.0) for part in oldest_first], timings)
