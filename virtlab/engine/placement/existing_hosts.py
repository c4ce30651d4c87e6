"""Placement on the hosts there are: the fewest of them, or VM by VM under a policy, with pins and spare hosts.

Used by balance and consolidation of clusters, and by maintenance mode (not yet by a page).
"""

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.placement.bound import Bound
from virtlab.engine.placement.equal_hosts import (
    DEFAULT,
    MOST_GROUPS,
    Options,
    Placement,
    lower_bound,
    pack,
    placement_of,
    shares_of,
)
from virtlab.engine.placement.packing import Bins, demand_weights, pack_bins, unroll
from virtlab.engine.placement.policies import FreeRoom, Policy, place_one_by_one
from virtlab.engine.placement.shapes import Reason, Rules, Unplaced, as_sizes, fits, group


def place_on(demand: npt.ArrayLike, capacity: npt.ArrayLike, options: Options = DEFAULT) -> Placement:
    """Place VMs of `demand` (V, R) on the hosts of `capacity` (H, R); TIGHT uses the fewest of them that it finds.

    Pinned VMs go first, to their hosts; the largest hosts without pins are kept empty as `rules.spare_hosts`.
    Raises ValueError for negative, NaN or infinite numbers, and for pins to hosts that do not exist.
    """
    wanted, room = as_sizes(demand), as_sizes(capacity, "Capacity")
    reference = room.max(axis=0, initial=0.0)
    task = _Task(shares_of(wanted, reference), shares_of(room, reference), options.rules)
    task.place_pinned()
    if options.policy is Policy.TIGHT:
        task.place_tight()
    else:
        task.place_by_policy(options.policy)
    bound = task.bound(options)
    return placement_of(task.host_of_vm, bound, options.rules.spare_hosts, task.unplaced())


def spare_hosts(capacity: F64, rules: Rules) -> Ints:
    """Numbers of the hosts kept empty: the largest (by their smallest share of the largest host) without pinned VMs."""
    pinned = set(rules.pinned.values())
    largest = np.argsort(-capacity.min(axis=1), kind="stable").tolist()
    open_hosts = [host for host in largest if host not in pinned]
    return np.array(sorted(open_hosts[: rules.spare_hosts]), dtype=np.intp)


class _Task:
    """One placement under way: sizes (V, R) and free room (H, R) as shares of the largest host."""

    def __init__(self, sizes: F64, capacity: F64, rules: Rules) -> None:
        self.sizes, self.capacity, self.free, self.rules = sizes, capacity, capacity.copy(), rules
        self.tags = rules.groups_of(len(sizes))
        self.on_host: list[set[int]] = [set() for _ in range(len(capacity))]
        self.stock = FreeRoom(self.free, self.on_host)
        self.host_of_vm = np.full(len(sizes), -1, dtype=np.intp)
        self.lost: dict[int, Unplaced] = {}
        self.spare = spare_hosts(capacity, rules)
        self.free[self.spare] = -1.0  # below any demand, so that nothing fits

    def place_pinned(self) -> None:
        """Put each pinned VM on its host, or note that it does not fit there."""
        for vm, host in self.rules.pinned.items():
            if not (0 <= vm < len(self.sizes) and 0 <= host < len(self.free)):
                raise ValueError(f"VM {vm} is pinned to host {host}; one of them does not exist.")
            if fits(self.sizes[vm], self.free[host]) and not self.tags[vm] & self.on_host[host]:
                self._put(vm, host)
            else:
                self.lost[vm] = Unplaced(vm, Reason.PINNED, int(np.argmax(self.sizes[vm] - self.free[host])))

    def place_tight(self) -> None:
        """Fill hosts one after the other: those already on, then from the largest; the best of several weightings."""
        vms = self._open_vms()
        groups = group(self.sizes, vms, self.tags)
        runs = self._runs()
        if len(runs) == 1 and self._place_as_new(vms, runs[0]):
            return
        weightings = demand_weights(groups)[: 1 if groups.counts.size > MOST_GROUPS else 3]
        tries = [pack_bins(groups, self._bins(runs), weights) for weights in weightings]
        filled, _ = min(tries, key=lambda done: (int(done[1].sum()), sum(item.times for item in done[0])))
        unroll(filled, groups, runs, self.host_of_vm)
        for vm in vms[self.host_of_vm[vms] >= 0].tolist():
            self._put(vm, int(self.host_of_vm[vm]))

    def _place_as_new(self, vms: Ints, hosts: Ints) -> bool:
        """Where all hosts are alike and empty, pack as on new ones: that also rounds the LP's patterns."""
        if self.rules.pinned:
            return False
        apart = [[int(np.searchsorted(vms, vm)) for vm in members] for members in self.rules.anti_affinity]
        packed = pack(self.sizes[vms], self.free[hosts[0]], Options(rules=Rules(apart)))
        if packed.unplaced or packed.hosts_used > hosts.size:
            return False
        for vm, number in zip(vms.tolist(), packed.host_of_vm.tolist(), strict=True):
            self._put(vm, int(hosts[number]))
        return True

    def place_by_policy(self, policy: Policy) -> None:
        """Place VM by VM in the order given."""
        placed = place_one_by_one(self.sizes, self._open_vms(), self.stock, policy, self.tags)
        self.host_of_vm[list(placed)] = list(placed.values())

    def bound(self, options: Options) -> Bound:
        """Lower bound on the hosts that hold what was placed: each host is at most the largest in every resource."""
        placed = np.flatnonzero(self.host_of_vm >= 0)
        used = int(np.unique(self.host_of_vm[placed]).size)
        best = lower_bound(group(self.sizes, placed, self.tags), [], used, options)
        given = self._fewest_by_volume(self.sizes[placed].sum(axis=0))
        return best if best.hosts >= given else Bound(given, float(given), "given")

    def unplaced(self) -> tuple[Unplaced, ...]:
        """The VMs without a place, each with its reason."""
        missing = np.flatnonzero(self.host_of_vm < 0).tolist()
        return tuple(self.lost.get(vm) or self._why(vm) for vm in missing)

    def _put(self, vm: int, host: int) -> None:
        self.host_of_vm[vm] = host
        self.stock.put(self.sizes[vm], self.tags[vm], host)

    def _open_vms(self) -> Ints:
        """VMs without a pin that some host could hold."""
        possible = [fits(self.sizes, room) for room in np.unique(self.capacity, axis=0)]
        holdable = np.flatnonzero(np.any(possible, axis=0)) if possible else np.empty(0, dtype=np.intp)
        return np.setdiff1d(holdable, np.array(list(self.rules.pinned), dtype=np.intp))

    def _runs(self) -> list[Ints]:
        """Hosts in the order of filling, those alike together."""
        order = sorted(range(len(self.free)), key=lambda h: (-len(self._pins_on(h)), -float(self.capacity[h].min()), h))
        runs: list[list[int]] = []
        for host in (h for h in order if h not in self.spare):
            if runs and self._alike(runs[-1][-1], host):
                runs[-1].append(host)
            else:
                runs.append([host])
        return [np.array(run, dtype=np.intp) for run in runs]

    def _pins_on(self, host: int) -> list[int]:
        return [vm for vm, there in self.rules.pinned.items() if there == host]

    def _alike(self, one: int, other: int) -> bool:
        return bool((self.free[one] == self.free[other]).all()) and self.on_host[one] == self.on_host[other]

    def _bins(self, runs: list[Ints]) -> list[Bins]:
        return [Bins(self.free[run[0]], run.size, frozenset(self.on_host[run[0]])) for run in runs]

    def _fewest_by_volume(self, total: F64) -> int:
        """Hosts needed if VMs could be cut: the largest hosts first, for each resource on its own."""
        largest = -np.sort(-np.delete(self.capacity, self.spare, axis=0), axis=0)
        enough: Bools = np.cumsum(largest, axis=0) >= total - 1e-7
        return (
            int(np.where(enough.any(axis=0), enough.argmax(axis=0) + 1, len(largest)).max(initial=0))
            if total.any()
            else 0
        )

    def _why(self, vm: int) -> Unplaced:
        size = self.sizes[vm]
        possible = fits(size, self.capacity)
        if not possible.any():
            return Unplaced(vm, Reason.TOO_BIG, int(np.argmax(size > self.capacity.max(axis=0, initial=0.0))))
        if not np.delete(possible, self.spare).any():
            return Unplaced(vm, Reason.RESERVED)
        if fits(size, self.free).any():
            return Unplaced(vm, Reason.ANTI_AFFINITY)
        return Unplaced(vm, Reason.NO_ROOM, int(np.argmax((size - self.free).min(axis=0))))
