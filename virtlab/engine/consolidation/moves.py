"""The order of moves from one map to another, so that no host is oversubscribed on the way.

A move needs its room on the target while the source still holds the VM. Moves that have room go first; where all are
blocked in a circle, one VM is parked on a third host and goes on from there later. Pins, anti-affinity and spare hosts
hold at every step; what cannot be reached is named with its reason.

Used by balance and consolidation of clusters, and by maintenance mode (not yet by a page).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Ints, check_map
from virtlab.engine.placement.existing_hosts import spare_hosts
from virtlab.engine.placement.shapes import EPSILON, NO_RULES, Rules, as_sizes


class Why(StrEnum):
    """What a move is for."""

    RELIEVES = "relieves"
    SEPARATES = "separates"
    RETURNS_TO_PIN = "returns_to_pin"
    FREES_HOST = "frees_host"
    MAKES_SPARE = "makes_spare"
    PARKS = "parks"
    MAKES_ROOM = "makes_room"


class Stuck(StrEnum):
    """Why a VM cannot reach its target."""

    NO_ROOM = "no_room"
    NO_PARKING = "no_parking"
    PINNED = "pinned"
    ANTI_AFFINITY = "anti_affinity"
    RESERVED = "reserved"


@dataclass(frozen=True)
class Move:
    """One live migration: its reason, its cost (GiB of memory to copy) and its gain.

    gain_w: idle watts of the source that the plan switches off, shared equally by the moves that empty it.
    """

    vm: int
    source: int
    target: int
    why: Why
    memory_gib: float
    gain_w: float = 0.0


@dataclass(frozen=True)
class MovePlan:
    """Moves in order, the map that they end in (V,), hosts emptied by them, and VMs that cannot reach their target."""

    moves: tuple[Move, ...]
    host_of_vm: Ints
    freed: Ints
    unreachable: tuple[tuple[int, Stuck], ...] = ()


def plan_moves(
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    maps: tuple[npt.ArrayLike, npt.ArrayLike],
    rules: Rules = NO_RULES,
    idle_w: npt.ArrayLike = 0.0,
) -> MovePlan:
    """Moves that lead from the first of `maps` (V,) to the second, demand (V, R) and capacity (H, R) as in placement.

    A VM that is on no host in one of the maps stays as it is. `idle_w` (H,): what a host takes when it holds nothing.
    Raises ValueError for negative, NaN or infinite numbers and for hosts that do not exist.
    """
    sizes, room = as_sizes(demand), as_sizes(capacity, "Capacity")
    now, target = (check_map(host_of_vm, len(sizes), len(room)) for host_of_vm in maps)
    walk = _Walk(sizes, room, now.copy(), np.where((now < 0) | (target < 0), now, target), rules)
    walk.run()
    return walk.plan(now, np.broadcast_to(np.asarray(idle_w, dtype=np.float64), (len(room),)))


def crowded(host_of_vm: Ints, apart: list[frozenset[int]]) -> list[int]:
    """VMs that share their host with an earlier one of their anti-affinity groups."""
    seen: set[tuple[int, int]] = set()
    clashing = []
    for vm in [vm for vm, tags in enumerate(apart) if tags and host_of_vm[vm] >= 0]:
        spots = {(int(host_of_vm[vm]), tag) for tag in apart[vm]}
        if spots & seen:
            clashing.append(vm)
        seen |= spots
    return clashing


class _Walk:
    """The estate while moves are made: where each VM is, what is free, who may go where."""

    def __init__(self, sizes: F64, capacity: F64, now: Ints, target: Ints, rules: Rules) -> None:
        self.sizes, self.now, self.target, self.rules = sizes, now, target, rules
        self.apart = rules.groups_of(len(sizes))
        self.spare = set(spare_hosts(capacity, rules).tolist())
        self.slack = EPSILON * np.maximum(capacity.max(axis=0, initial=0.0), 1.0)
        self.free = capacity.copy()
        np.subtract.at(self.free, now[now >= 0], sizes[now >= 0])
        self.over = {int(h) for h in np.flatnonzero((self.free < -self.slack).any(axis=1))}
        self.crowded = set(crowded(now, self.apart))
        self.on_host: list[set[int]] = [set() for _ in range(len(capacity))]
        for vm in np.flatnonzero(now >= 0).tolist():
            self.on_host[now[vm]].add(vm)
        self.parked: set[int] = set()
        self.steps: list[tuple[int, int, int]] = []
        self.stuck: dict[int, Stuck] = {}

    def run(self) -> None:
        """Make every move that can be made."""
        pending = self._pending()
        while pending:
            ready = [vm for vm in pending if self.blocked(vm, int(self.target[vm])) is None]
            if ready:
                for vm in ready:
                    if self.blocked(vm, int(self.target[vm])) is None:
                        self.go(vm, int(self.target[vm]))
            elif not self._park(pending):
                self.stuck |= {vm: self._why_stuck(vm) for vm in pending}
                return
            pending = self._pending()

    def _pending(self) -> list[int]:
        """VMs not yet where they should be, the largest first: they have the fewest places to go."""
        vms = np.flatnonzero(self.now != self.target)
        return [int(vm) for vm in vms[np.argsort(-self.sizes[vms].sum(axis=1), kind="stable")]]

    def blocked(self, vm: int, host: int) -> Stuck | None:
        """Why a VM cannot go to a host now, None where it can."""
        if self.rules.pinned.get(vm, host) != host:
            return Stuck.PINNED
        if host in self.spare:
            return Stuck.RESERVED
        if self.apart[vm] and any(self.apart[vm] & self.apart[other] for other in self.on_host[host] - {vm}):
            return Stuck.ANTI_AFFINITY
        return None if bool((self.sizes[vm] <= self.free[host] + self.slack).all()) else Stuck.NO_ROOM

    def go(self, vm: int, host: int) -> None:
        """Move a VM."""
        source = int(self.now[vm])
        self.free[host] -= self.sizes[vm]
        self.free[source] += self.sizes[vm]
        self.on_host[source].discard(vm)
        self.on_host[host].add(vm)
        self.now[vm] = host
        self.steps.append((vm, source, host))

    def _park(self, pending: list[int]) -> bool:
        """Move one waiting VM aside so that another can go; the smallest that does. False where none does."""
        for vm in reversed(pending):
            if vm in self.parked or vm in self.rules.pinned:
                continue
            source = int(self.now[vm])
            for host in self._parking(vm):
                self.go(vm, host)
                if any(self.blocked(other, int(self.target[other])) is None for other in pending if other != vm):
                    self.parked.add(vm)
                    return True
                self.go(vm, source)
                del self.steps[-2:]
        return False

    def _parking(self, vm: int) -> list[int]:
        """Hosts where a VM could wait, those with most room first."""
        hosts = np.argsort(-self.free.min(axis=1), kind="stable").tolist()
        own = {int(self.now[vm]), int(self.target[vm])}
        return [host for host in hosts if host not in own and self.blocked(vm, host) is None]

    def _why_stuck(self, vm: int) -> Stuck:
        reason = self.blocked(vm, int(self.target[vm]))
        return Stuck.NO_PARKING if reason in {None, Stuck.NO_ROOM} and self._fits_empty(vm) else reason or Stuck.NO_ROOM

    def _fits_empty(self, vm: int) -> bool:
        host = int(self.target[vm])
        total = self.free[host] + sum((self.sizes[other] for other in self.on_host[host]), np.zeros(self.free.shape[1]))
        return bool((self.sizes[vm] <= total + self.slack).all())

    def plan(self, start: Ints, idle_w: F64) -> MovePlan:
        """The steps as moves with reason, cost and gain."""
        before, after = np.unique(start[start >= 0]), np.unique(self.now[self.now >= 0])
        freed = np.setdiff1d(before, after)
        off = set(freed.tolist()) - self.spare
        leaving = np.bincount([source for _, source, _ in self.steps], minlength=len(self.free))
        moves = tuple(
            Move(
                vm,
                source,
                target,
                self._why(vm, source, target, freed),
                float(self.sizes[vm, 1]) if self.sizes.shape[1] > 1 else 0.0,
                float(idle_w[source] / leaving[source]) if source in off else 0.0,
            )
            for vm, source, target in self.steps
        )
        return MovePlan(moves, self.now, freed, tuple(sorted(self.stuck.items())))

    def _why(self, vm: int, source: int, target: int, freed: Ints) -> Why:
        if target != self.target[vm]:
            return Why.PARKS
        if self.rules.pinned.get(vm) == target:
            return Why.RETURNS_TO_PIN
        if source in self.spare:
            return Why.MAKES_SPARE
        if source in freed:
            return Why.FREES_HOST
        return self._mending(vm, source)

    def _mending(self, vm: int, source: int) -> Why:
        if vm in self.crowded:
            return Why.SEPARATES
        return Why.RELIEVES if source in self.over else Why.MAKES_ROOM
