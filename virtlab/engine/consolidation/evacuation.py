"""Evacuation of whole hosts into the room that others have, in thought: which map could be reached with few moves.

Used by balance and consolidation of clusters, and by maintenance mode (not yet by a page).
"""

import numpy as np

from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.consolidation.moves import crowded
from virtlab.engine.placement.existing_hosts import spare_hosts
from virtlab.engine.placement.packing import Bins, demand_weights, pack_bins, unroll
from virtlab.engine.placement.shapes import EPSILON, Rules, group

TRIES = 4
"""Hosts tried, those with the fewest VMs that never moved first, before no more is thought to be possible."""


def evacuated(sizes: F64, capacity: F64, now: Ints, rules: Rules) -> Ints:
    """A map with hosts emptied one by one, each wholly or not at all: spare hosts first, then those with fewest VMs."""
    work = _Evacuation(sizes, capacity, now, rules)
    work.repair()
    for host in work.order():
        work.empty(host)
    while work.empty_one_more():
        pass
    return work.host_of_vm


class _Evacuation:
    """Room and rules while hosts are emptied in thought."""

    def __init__(self, sizes: F64, capacity: F64, now: Ints, rules: Rules) -> None:
        self.scale = np.maximum(capacity.max(axis=0, initial=0.0), EPSILON)
        self.sizes, self.free = sizes / self.scale, capacity / self.scale
        self.room = self.free.copy()
        self.rules, self.start, self.host_of_vm = rules, now, now.copy()
        self.apart = rules.groups_of(len(sizes))
        self.spare = spare_hosts(capacity, rules).tolist()
        np.subtract.at(self.free, now[now >= 0], self.sizes[now >= 0])
        self.open = np.zeros(len(capacity), dtype=np.bool_)
        self.open[np.unique(now[now >= 0])] = True
        self.open[self.spare] = False

    def order(self) -> list[int]:
        """Hosts in the order of trying."""
        counts = np.bincount(self.host_of_vm[self.host_of_vm >= 0], minlength=len(self.free))
        pinned = set(self.rules.pinned.values())
        first = [host for host in self.spare if counts[host]]
        rest = [h for h in np.argsort(counts, kind="stable").tolist() if self.open[h] and h not in pinned]
        return [*first, *rest]

    def repair(self) -> None:
        """Put VMs to their pins, part those that must be apart, relieve oversubscribed hosts, as far as room allows."""
        for vm, host in self.rules.pinned.items():
            if self.host_of_vm[vm] >= 0 and bool((self.sizes[vm] <= self.free[host] + EPSILON).all()):
                self._put(vm, host)
        for vm in crowded(self.host_of_vm, self.apart):
            self._put_anywhere(vm)
        for host in np.flatnonzero((self.free < -EPSILON).any(axis=1)).tolist():
            vms = np.flatnonzero(self.host_of_vm == host)
            for vm in vms[np.argsort(self.sizes[vms].sum(axis=1), kind="stable")].tolist():
                if bool((self.free[host] < -EPSILON).any()):
                    self._put_anywhere(vm)

    def _put_anywhere(self, vm: int) -> None:
        """To the tightest host in use that has room, or to one that is empty; pinned VMs stay."""
        place = -1 if vm in self.rules.pinned else self._place(vm)
        if place < 0 and vm not in self.rules.pinned:
            used, self.open = self.open, ~np.isin(np.arange(len(self.open)), self.spare)
            place, self.open = self._place(vm), used
        if place >= 0:
            self._put(vm, place)

    def _put(self, vm: int, host: int) -> None:
        self.free[self.host_of_vm[vm]] += self.sizes[vm]
        self.free[host] -= self.sizes[vm]
        self.host_of_vm[vm] = host
        self.open[host] = True

    def empty(self, host: int) -> None:
        """Find a place for each VM of a host, the largest first, the tightest place; keep it only if all have one."""
        was_free, was_host, was_open = self.free.copy(), self.host_of_vm.copy(), bool(self.open[host])
        self.open[host] = False
        vms = np.flatnonzero(self.host_of_vm == host)
        for vm in vms[np.argsort(-self.sizes[vms].sum(axis=1), kind="stable")].tolist():
            place = self._place(vm)
            if place < 0:
                self.free, self.host_of_vm, self.open[host] = was_free, was_host, was_open
                return
            self._put(vm, place)

    def empty_one_more(self) -> bool:
        """Empty one host more by placing the VMs of all those moved so far, and of that one, anew; False: no room."""
        counts = np.bincount(self.host_of_vm[self.host_of_vm >= 0], minlength=len(self.free))
        pinned = set(self.rules.pinned.values())
        moved = np.flatnonzero(self.host_of_vm != self.start)
        stay = counts - np.bincount(self.host_of_vm[moved], minlength=len(counts))
        order = [h for h in np.argsort(stay, kind="stable").tolist() if self.open[h] and h not in pinned]
        return any(self._try_without(host, moved) for host in order[:TRIES])

    def _try_without(self, host: int, moved: Ints) -> bool:
        """Pack the VMs of `host` and those moved before, all at once, into the other hosts in use."""
        vms = np.union1d(moved, np.flatnonzero(self.host_of_vm == host))
        vms = vms[[vm not in self.rules.pinned for vm in vms.tolist()]]
        remaining = np.flatnonzero(self.open & (np.arange(len(self.open)) != host))
        free = self.free.copy()
        np.add.at(free, self.host_of_vm[vms], self.sizes[vms])
        if (self.sizes[vms].sum(axis=0) > np.maximum(free[remaining], 0).sum(axis=0)).any():
            return False
        groups = group(self.sizes, vms, self.apart)
        bins = [Bins(free[h], 1, self._tags_on(h, vms)) for h in remaining.tolist()]
        filled, left = pack_bins(groups, bins, demand_weights(groups)[0])
        if left.any():
            return False
        unroll(filled, groups, [np.array([h]) for h in remaining.tolist()], self.host_of_vm)
        self.free = self.room - np.column_stack(self._load())
        self.open[host] = False
        return True

    def _tags_on(self, host: int, leaving: Ints) -> frozenset[int]:
        if not any(self.apart):
            return frozenset()
        there = np.setdiff1d(np.flatnonzero(self.host_of_vm == host), leaving)
        return frozenset[int]().union(*(self.apart[vm] for vm in there.tolist()))

    def _load(self) -> list[F64]:
        on = np.flatnonzero(self.host_of_vm >= 0)
        return [sums(self.host_of_vm[on], column, len(self.room)) for column in self.sizes[on].T]

    def _place(self, vm: int) -> int:
        possible = self.open & (self.sizes[vm] <= self.free + EPSILON).all(axis=1)
        if self.apart[vm]:
            near = [v for v in range(len(self.apart)) if v != vm and self.apart[v] & self.apart[vm]]
            taken = self.host_of_vm[near]
            possible[taken[taken >= 0]] = False
        possible[self.host_of_vm[vm]] = False
        room = np.where(possible, self.free.sum(axis=1), np.inf)
        return int(room.argmin()) if possible.any() else -1
