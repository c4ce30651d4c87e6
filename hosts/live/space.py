"""What is on a datastore and on its disks, and whether it has room for more."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.disks import (
    DELTA_RATE,
    Fullness,
    Growth,
    as_far_as_there_is_room,
    chain_gib,
    disks_of,
    in_use_gib,
    needs_new_blocks,
    running_delta_gib,
    writes_to_delta,
)
from hosts.live.facts import EstateScope, GuestFacts, SnapshotFacts
from hosts.models import Datastore, Snapshot, VirtualMachine
from hosts.rules.linked_clones import path
from hosts.rules.reserved_space import reservations, reserved_gib
from virtlab.engine.units import SECONDS_PER_DAY
from virtlab.jobs.operations.needs import asking_job
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.formats import moment
from virtlab.web.records import read_records

# No step writes for longer: what fills a datastore later is nobody's concern yet.
LONGEST_S = 400 * SECONDS_PER_DAY

TO_DELTAS = Q(snapshot__isnull=False) | Q(base__isnull=False)
"""Guests that write to delta disks (hosts.live.disks.writes_to_delta)."""

FULL = _("Needs %(wanted).1f GiB; datastore %(datastore)s has %(free).1f GiB left of %(capacity).1f GiB.")
FULL_WITH_RESERVED = _(
    "Needs %(wanted).1f GiB; datastore %(datastore)s has %(free).1f GiB left of %(capacity).1f GiB, and %(reserved).1f "
    "GiB of them are reserved for what jobs are writing."
)
STANDS_STILL = _(
    "Datastore %(datastore)s is full: a real %(vm)s stands still at its next write that needs room there, until there "
    "is some. Here it runs on. Grow the datastore, or delete snapshots or VMs on it."
)
STANDS_STILL_SINCE = _(
    "Datastore %(datastore)s has been full since %(since)s: a real %(vm)s stands still at its next write that needs "
    "room there, until there is some. Here it runs on. Grow the datastore, or delete snapshots or VMs on it."
)


def delta_share_per_day(lab: Lab) -> float:
    """The share of its disk in use that a guest writes to its delta in a day."""
    return lab_values(lab)[DELTA_RATE] / 100


def taken_gib(datastore: Datastore, lab_at: datetime) -> float:
    """GiB that disks, snapshots, suspended memory and the files that stand for that of running guests take on a
    datastore at a lab time.
    """
    guests, snapshots, growth = _on(datastore, lab_at)
    return sum(disk.taken_gib for disk in disks_of(guests, snapshots, growth))


def _on(datastore: Datastore, lab_at: datetime) -> tuple[list[GuestFacts], list[SnapshotFacts], Growth]:
    scope = EstateScope(datastore.lab, datastore=datastore.pk)
    guests, snapshots = scope.guests(), scope.snapshots()
    growth, capacities = Growth(lab_at, delta_share_per_day(datastore.lab)), {datastore.pk: datastore.room_gib}
    return guests, snapshots, as_far_as_there_is_room(growth, capacities, guests, snapshots)


def free_gib(datastore: Datastore, lab_at: datetime) -> float:
    """GiB left for guests: none where growing deltas have filled it."""
    return datastore.room_gib - taken_gib(datastore, lab_at)


def full_since(datastore: Datastore, lab_at: datetime) -> datetime | None:
    """Since when growing deltas have filled a datastore, None where they have not."""
    return _on(datastore, lab_at)[2].full.get(datastore.pk)


def growing_deltas(lab: Lab, datastores: Collection[int]) -> dict[int, list[VirtualMachine]]:
    """The guests that write to deltas on these datastores, by datastore; those where none does are not in it (one
    query).
    """
    guests = VirtualMachine.objects.filter(TO_DELTAS, lab=lab, datastore__in=datastores)
    growing: dict[int, list[VirtualMachine]] = defaultdict(list)
    for vm in guests.filter(power_state=PowerState.RUNNING, delta_lab_at__isnull=False):
        growing[vm.datastore_id or 0].append(vm)
    return growing


def growth_of(growing: Sequence[VirtualMachine], lab_at: datetime, share_per_day: float) -> Callable[[int], float]:
    """How many GiB deltas grow by in so many seconds from a lab time on, each asked once."""
    now_gib = sum(running_delta_gib(vm, lab_at, share_per_day) for vm in growing)

    @cache
    def grown_gib(after_s: int) -> float:
        then = lab_at + timedelta(seconds=after_s)
        return sum(running_delta_gib(vm, then, share_per_day) for vm in growing) - now_gib

    return grown_gib


def grown_beyond_s(grown_gib: Callable[[int], float], to_spare_gib: float) -> int | None:
    """After how many seconds, at least one, deltas have grown by more than there is to spare; None where they never
    do.
    """
    if grown_gib(LONGEST_S) <= to_spare_gib:
        return None
    return 1 + bisect_right(range(1, LONGEST_S), to_spare_gib, key=grown_gib)


def delta_gib(vm: VirtualMachine, lab_at: datetime) -> float:
    """GiB that a guest has written to its delta, as far as its datastore had room; 0 where it writes to none."""
    return Deltas(vm.lab, lab_at).gib(vm)


class Deltas:
    """The running deltas of a lab's guests at a lab time: since when a datastore is full is found out once for all."""

    def __init__(self, lab: Lab, lab_at: datetime) -> None:
        self.lab, self.lab_at = lab, lab_at
        self._until: dict[int | None, datetime] = {None: lab_at}

    def gib(self, vm: VirtualMachine) -> float:
        """GiB that a guest has written to its delta, as far as its datastore had room; 0 where it writes to none (five
        queries for each datastore on which any that is asked for does, and two).
        """
        if not writes_to_delta(vm):
            return 0.0
        return running_delta_gib(vm, self._grown_until(vm), self._share_per_day)

    @cached_property
    def _share_per_day(self) -> float:
        return delta_share_per_day(self.lab)

    def _grown_until(self, vm: VirtualMachine) -> datetime:
        pk = vm.datastore_id
        if pk not in self._until:
            since = full_since(vm.datastore, self.lab_at) if vm.datastore else None
            self._until[pk] = since or self.lab_at
        return self._until[pk]


def seen_gib(vm: VirtualMachine, lab_at: datetime, deltas: Deltas | None = None) -> float:
    """GiB in use of a guest's disk as the guest sees it, which is what a full copy reads: its own file, of which the
    deltas that it goes on from are a newer state, and all that is below where it is a linked clone, down to the first
    base; at most the disk.
    """
    if vm.snapshot_id is None:
        return in_use_gib(vm)
    deltas = deltas or Deltas(vm.lab, lab_at)
    return written_gib(in_use_gib(vm), [deltas.gib(vm), *_frozen_deltas_gib(vm, vm.snapshot_id)])


def written_gib(used_gib: float, deltas_gib: Iterable[float]) -> float:
    """GiB of blocks that a disk file and deltas hold together, each counted once: deltas hold rewritten ones."""
    return max([used_gib, *deltas_gib])


class Below(NamedTuple):
    """What is below a linked clone's own file: GiB in use, and GiB in each delta disk there, oldest first."""

    gib: float
    deltas_gib: list[float]

    @classmethod
    def of(cls, base: VirtualMachine, snapshot: Snapshot | None, lab_at: datetime) -> "Below":
        """Of a clone that goes on from a snapshot of its base, or from a template as it is (three queries)."""
        snapshots = read_records(SnapshotFacts, Snapshot.objects.filter(vm=base))
        if snapshot is None:
            written, at = delta_gib(base, lab_at), base.snapshot_id
            return cls(seen_gib(base, lab_at), chain_gib(base, snapshots, at, written))
        then = _as_it_was(snapshot, base)
        frozen = _frozen_deltas_gib(base, snapshot.pk)
        deltas = chain_gib(then, snapshots, snapshot.parent_id, snapshot.delta_gib)
        return cls(written_gib(in_use_gib(then), frozen), deltas)


def _as_it_was(snapshot: Snapshot, vm: VirtualMachine) -> VirtualMachine:
    """A guest with the disk that it had at a snapshot, not to be saved."""
    then = copy(vm)
    for name in ("disk_gib", "disk_used_gib"):
        setattr(then, name, float(snapshot.configuration.get(name, getattr(vm, name))))
    return then


def _frozen_deltas_gib(vm: VirtualMachine, snapshot: int) -> list[float]:
    """GiB of the deltas that were frozen by a snapshot and by those before it (one query)."""
    every = list(vm.snapshots.all())
    chain = set(path(snapshot, {each.pk: each.parent_id for each in every}))
    return [each.delta_gib for each in every if each.pk in chain]


def why_no_space(datastore: Datastore | None, wanted_gib: float, lab_at: datetime) -> Text | None:
    """Why so much more does not fit a datastore, in words; None where it does, or where no datastore is known.

    What jobs have been admitted to write is taken, but for the job for which it is asked.
    """
    if datastore is None or wanted_gib <= 0:
        return None
    reserved = reserved_gib(reservations(datastore.lab_id), datastore.pk, asking_job())
    return why_beyond(datastore, wanted_gib, free_gib(datastore, lab_at), reserved)


class SpaceLeft:
    """What is left of datastores at a lab time while one after the other is to take some of it: what is on them and
    what is reserved is read once for each.
    """

    def __init__(self, lab_at: datetime) -> None:
        self.lab_at = lab_at
        self._left: dict[int, tuple[float, float]] = {}

    def take(self, datastore: Datastore | None, gib: float) -> Text | None:
        """Takes so much; why it does not fit, in words, and nothing is taken then."""
        if datastore is None or gib <= 0:
            return None
        free, reserved = self._left.get(datastore.pk) or self._read(datastore)
        why = why_beyond(datastore, gib, free, reserved)
        self._left[datastore.pk] = (free if why else free - gib, reserved)
        return why

    def _read(self, datastore: Datastore) -> tuple[float, float]:
        reserved = reserved_gib(reservations(datastore.lab_id), datastore.pk, asking_job())
        return free_gib(datastore, self.lab_at), reserved


def why_beyond(datastore: Datastore, wanted_gib: float, free: float, reserved: float) -> Text | None:
    """Why so much more does not fit what is free beside what is reserved (all in GiB), in words; None where it does."""
    if wanted_gib <= (free - reserved) * (1 + 1e-12):
        return None
    message = FULL_WITH_RESERVED if reserved > 0 else FULL
    return say(
        message,
        wanted=wanted_gib,
        datastore=datastore.name,
        free=max(free, 0.0),
        capacity=datastore.room_gib,
        **({"reserved": reserved} if reserved > 0 else {}),
    )


def why_stands_still(vm: VirtualMachine, datastore: str, full: Fullness, freed_gib: float = 0.0) -> Text | None:
    """That a real guest would stand still on its full datastore, in words; None where that has room, once so much is
    freed, or the guest needs none. Hypervisors pause it (ESXi: msg.hbacommon.outofspace; Hyper-V: paused-critical;
    KVM: werror=enospc); here it runs on, which is said.
    """
    if not full.is_full(freed_gib) or not needs_new_blocks(vm):
        return None
    if full.since is None:
        return say(STANDS_STILL, datastore=datastore, vm=vm.name)
    return say(STANDS_STILL_SINCE, datastore=datastore, vm=vm.name, since=moment(full.since))


def allocated_gib(datastore: Datastore) -> float:
    """GiB of all disks on it, thin or thick, written or not."""
    return float(datastore.virtual_machines.aggregate(total=Sum("disk_gib"))["total"] or 0.0)


def why_thin(datastore: Datastore | None, allocated: float) -> Text | None:
    """That thin disks of so many GiB in all cannot fill at once, in words; None where they can."""
    if datastore is None or allocated <= datastore.room_gib:
        return None
    return say(
        _(
            "Datastore %(datastore)s has then allocated %(allocated).0f GiB and has %(capacity).0f GiB: not all of its "
            "thin disks can fill. When it is full, nothing new can be written."
        ),
        datastore=datastore.name,
        allocated=allocated,
        capacity=datastore.room_gib,
    )


def roomiest(lab: Lab, cluster_id: int, lab_at: datetime) -> Datastore | None:
    """The datastore of a cluster with most space left, None where it has none."""
    datastores = list(Datastore.objects.filter(lab=lab, cluster=cluster_id).order_by("name"))
    return max(datastores, key=lambda datastore: free_gib(datastore, lab_at), default=None)
