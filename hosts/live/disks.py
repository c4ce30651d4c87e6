"""What guests take of their datastores, and what chains of delta disks do to reads: those of snapshots and of linked
clones, whose own file is a delta disk too.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from hosts.choices import PowerState
from hosts.live.facts import EstateFacts, GuestFacts, SnapshotFacts
from hosts.models import VirtualMachine
from hosts.rules.snapshot_kinds import LEAST_GIB, delta_disks, kept_inside
from virtlab.engine.durations.copies import chain_read_factor
from virtlab.engine.durations.timings import Timings
from virtlab.engine.hypervisors.memory_files import memory_file_gib
from virtlab.engine.units import SECONDS_PER_DAY

DEFAULT = Timings()
DELTA_RATE = "delta_pct_per_day"
"""The parameter: which share of its disk in use a guest writes to its delta in a day, in percent."""
NONE_FULL: Mapping[int, datetime] = MappingProxyType({})


class Disk(NamedTuple):
    """GiB that a guest takes in all, of these the file that stands for its memory while it runs and what it wrote to
    its delta; its snapshots, and how much longer reads take.
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

    @classmethod
    def of(cls, lab_at: datetime, values: Mapping[str, float]) -> "Growth":
        """By the values of the lab's parameters."""
        return cls(lab_at, values[DELTA_RATE] / 100)

    def until(self, datastore: int | None) -> datetime:
        """Until when deltas on a datastore have grown."""
        return self.full.get(datastore or 0, self.lab_at)


def _runs(guest: GuestFacts | VirtualMachine) -> bool:
    return bool(guest.power_state == PowerState.RUNNING.value)


def writes_to_delta(guest: GuestFacts | VirtualMachine) -> bool:
    """Whether what it writes goes to a delta disk: it has snapshots, or is a linked clone, whose own file is one."""
    return guest.snapshot_id is not None or guest.base_id is not None


def needs_new_blocks(guest: GuestFacts | VirtualMachine) -> bool:
    """Whether its next writes may need room on its datastore: they do on a delta disk, and on a thin disk that is not
    filled.
    """
    return writes_to_delta(guest) or (guest.thin and guest.disk_used_gib < guest.disk_gib)


def in_use_gib(guest: GuestFacts | VirtualMachine) -> float:
    """GiB of its disk in use as the guest sees it: of a linked clone with what is below its file; at most the disk."""
    return min(guest.disk_used_gib + guest.below_gib, max(guest.disk_gib, guest.disk_used_gib))


def most_delta_gib(guest: GuestFacts | VirtualMachine) -> float:
    """GiB that a delta can grow to: a guest rewrites what it has in use, and no more. A linked clone's own file holds
    what is new in it already, and grows by what is rewritten of that which is below.
    """
    return in_use_gib(guest) - (0.0 if guest.snapshot_id else guest.disk_used_gib)


def running_delta_gib(guest: GuestFacts | VirtualMachine, lab_at: datetime, delta_share_per_day: float) -> float:
    """GiB written since the snapshot that the guest goes on from, or rewritten by a linked clone without one; 0 for any
    other guest.
    """
    if not writes_to_delta(guest):
        return 0.0
    runs = _runs(guest) and guest.delta_lab_at is not None
    days = (lab_at - guest.delta_lab_at).total_seconds() / SECONDS_PER_DAY if runs and guest.delta_lab_at else 0.0
    grown = guest.delta_gib + in_use_gib(guest) * delta_share_per_day * max(days, 0.0)
    return min(grown, max(most_delta_gib(guest), guest.delta_gib))


def disks_of(
    guests: Sequence[GuestFacts], snapshots: Sequence[SnapshotFacts], growth: Growth, timings: Timings = DEFAULT
) -> list[Disk]:
    """The disk of each guest at a lab time; of the timings, what a chain of snapshots does to reads."""
    by_guest: dict[int, list[SnapshotFacts]] = defaultdict(list)
    for snapshot in snapshots:
        by_guest[snapshot.vm_id].append(snapshot)
    return [_disk(guest, by_guest.get(guest.pk, []), growth, timings) for guest in guests]


def capacities_of(facts: EstateFacts) -> dict[int, float]:
    """GiB that guests can hold on each datastore, by its key."""
    return {store.pk: store.room_gib for store in facts.datastores}


def as_far_as_there_is_room(
    growth: Growth, capacities: Mapping[int, float], guests: Sequence[GuestFacts], snapshots: Sequence[SnapshotFacts]
) -> Growth:
    """The growth of deltas on datastores of so many GiB, by their keys: from the moment on at which one is full, no
    delta on it grows. A thin disk cannot write where nothing is left.
    """
    growing: dict[int, list[GuestFacts]] = defaultdict(list)
    for guest in guests:
        store = guest.datastore_id or 0
        if store in capacities and writes_to_delta(guest) and guest.delta_lab_at and _runs(guest):
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


class Fullness(NamedTuple):
    """GiB left of a datastore, and since when growing deltas have filled it; None where they do not just now."""

    free_gib: float
    since: datetime | None

    def is_full(self, freed_gib: float = 0.0) -> bool:
        """Whether no delta disk finds room on it, also where so much is freed."""
        return self.free_gib + freed_gib < LEAST_GIB


def fullness_of(facts: EstateFacts, growth: Growth) -> dict[int, Fullness]:
    """Of each datastore by its key."""
    free = capacities_of(facts)
    growth = as_far_as_there_is_room(growth, free, facts.guests, facts.snapshots)
    for guest, disk in zip(facts.guests, disks_of(facts.guests, facts.snapshots, growth), strict=True):
        if guest.datastore_id in free:
            free[guest.datastore_id] -= disk.taken_gib
    return {pk: Fullness(gib, growth.full.get(pk)) for pk, gib in free.items()}


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
    """Every delta disk from the running one down to the first base is asked (engine.copies)."""
    if not snapshots and guest.base_id is None:
        return 1.0
    deltas = chain_gib(guest, snapshots, guest.snapshot_id, delta_gib)
    disk = max(in_use_gib(guest), 1e-9)
    return chain_read_factor([min(part / disk, 1.0) for part in deltas], timings)


def chain_gib(
    guest: GuestFacts | VirtualMachine, snapshots: Sequence[SnapshotFacts], at: int | None, written_gib: float
) -> list[float]:
    """GiB in each delta disk down to the first base, oldest first, where so much was written after one of the guest's
    snapshots.
    """
    by_pk = {snapshot.pk: snapshot for snapshot in snapshots}
    chain, below = list[tuple[bool, float]](), by_pk.get(at or 0)
    while below is not None:
        chain.append((kept_inside(below.hypervisor, with_memory=below.with_memory), below.delta_gib))
        below = by_pk.get(below.parent_id or 0)
    written = delta_disks(written_gib, chain)
    own = [*guest.below_deltas_gib, guest.disk_used_gib + written.below_gib] if guest.base_id else []
    return [*own, *reversed(written.deltas_gib)]
