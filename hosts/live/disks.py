"""What guests take of their datastores, and what their chains of snapshots do to reads."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from hosts.choices import PowerState
from hosts.live.facts import EstateFacts, GuestFacts, SnapshotFacts
from hosts.models import VirtualMachine
from hosts.rules.snapshot_kinds import delta_disks_gib, kept_inside
from virtlab.engine.durations.copies import chain_read_factor
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.memory_files import memory_file_gib
from virtlab.engine.units import SECONDS_PER_DAY

DEFAULT = Timings()
NONE_FULL: Mapping[int, datetime] = MappingProxyType({})


class Disk(NamedTuple):
    """GiB that a guest takes in all, of these the file that stands for its memory while it runs and the delta it writes
    to now; its snapshots, and how much longer reads take.
    """

    taken_gib: float
    memory_file_gib: float
    delta_gib: float
    snapshots: int
    read_factor: float

    @property
    def charged_gib(self) -> float:
        """GiB by which it is charged for its datastore: the same whether it runs or not."""
        return self.taken_gib - self.memory_file_gib


class Growth(NamedTuple):
    """When deltas are looked at, and the share of its disk in use that a guest writes to its delta in a day; `full`:
    since when datastores are, by their keys.
    """

    lab_at: datetime
    share_per_day: float
    full: Mapping[int, datetime] = NONE_FULL

    def until(self, datastore: int | None) -> datetime:
        """Until when deltas on a datastore have grown."""
        return self.full.get(datastore or 0, self.lab_at)


def _runs(guest: GuestFacts | VirtualMachine) -> bool:
    return bool(guest.power_state == PowerState.RUNNING.value)


def running_delta_gib(guest: GuestFacts | VirtualMachine, lab_at: datetime, delta_share_per_day: float) -> float:
    """GiB written since the snapshot that the guest goes on from; 0 without one. A guest rewrites what it has in use:
    its delta does not outgrow that.
    """
    if guest.snapshot_id is None:
        return 0.0
    runs = _runs(guest) and guest.delta_lab_at is not None
    days = (lab_at - guest.delta_lab_at).total_seconds() / SECONDS_PER_DAY if runs and guest.delta_lab_at else 0.0
    grown = guest.delta_gib + guest.disk_used_gib * delta_share_per_day * max(days, 0.0)
    return min(grown, max(guest.disk_used_gib, guest.delta_gib))


def disks_of(
    guests: Sequence[GuestFacts], snapshots: Sequence[SnapshotFacts], growth: Growth, timings: Timings = DEFAULT
) -> list[Disk]:
    """The disk of each guest at a lab time; of the timings, what a chain of snapshots does to reads."""
    by_guest: dict[int, list[SnapshotFacts]] = defaultdict(list)
    for snapshot in snapshots:
        by_guest[snapshot.vm_id].append(snapshot)
    return [_disk(guest, by_guest.get(guest.pk, []), growth, timings) for guest in guests]


def capacities_of(facts: EstateFacts) -> dict[int, float]:
    """GiB of each datastore by its key."""
    return {store.pk: store.capacity_gib for store in facts.datastores}


def as_far_as_there_is_room(
    growth: Growth, capacities: Mapping[int, float], guests: Sequence[GuestFacts], snapshots: Sequence[SnapshotFacts]
) -> Growth:
    """The growth of deltas on datastores of so many GiB, by their keys: from the moment on at which one is full, no
    delta on it grows. A thin disk cannot write where nothing is left.
    """
    growing: dict[int, list[GuestFacts]] = defaultdict(list)
    for guest in guests:
        store = guest.datastore_id or 0
        if store in capacities and guest.snapshot_id and guest.delta_lab_at and _runs(guest):
            growing[store].append(guest)
    if not growing or growth.share_per_day <= 0:
        return growth
    taken: dict[int, float] = defaultdict(float)
    for guest, disk in zip(guests, disks_of(guests, snapshots, growth), strict=True):
        taken[guest.datastore_id or 0] += disk.taken_gib
    full = {
        pk: _last_moment(those, capacities[pk] - taken[pk], growth)
        for pk, those in growing.items()
        if taken[pk] > capacities[pk]
    }
    return growth._replace(full=full)


def _last_moment(growing: Sequence[GuestFacts], free_gib: float, growth: Growth) -> datetime:
    """Until when deltas can grow that have overrun what is free (negative) by now, to the microsecond."""

    lab_at, tick = growth.lab_at, timedelta(microseconds=1)
    start = min(guest.delta_lab_at or lab_at for guest in growing)

    def delta_gib(after: int) -> float:
        return sum(running_delta_gib(guest, start + after * tick, growth.share_per_day) for guest in growing)

    now = (lab_at - start) // tick
    return start + bisect_right(range(1, now), delta_gib(now) + free_gib, key=delta_gib) * tick


def _disk(guest: GuestFacts, snapshots: Sequence[SnapshotFacts], growth: Growth, timings: Timings) -> Disk:
    own = guest.disk_used_gib if guest.thin or guest.base_id else guest.disk_gib
    memory_file = _memory_file_gib(guest)
    own += guest.suspended_gib + memory_file
    if not snapshots:
        return Disk(own, memory_file, 0.0, 0, 1.0)
    delta = running_delta_gib(guest, growth.until(guest.datastore_id), growth.share_per_day)
    of_snapshots = sum(snapshot.delta_gib + snapshot.memory_gib for snapshot in snapshots)
    return Disk(
        own + of_snapshots + delta, memory_file, delta, len(snapshots), _reads(guest, snapshots, delta, timings)
    )


def _memory_file_gib(guest: GuestFacts) -> float:
    """As `hosts.rules.memory_file.file_now_gib`."""
    if guest.datastore_id is None or guest.is_template or not _runs(guest):
        return 0.0
    return memory_file_gib(guest.hypervisor, guest.memory_mib)


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
