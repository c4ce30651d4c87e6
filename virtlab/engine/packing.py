"""Bin-centric greedy packing (Panigrahy, Talwar, Uyeda & Wieder, Heuristics for Vector Bin Packing, 2011) over groups.

For the open host, add again and again the VM that fits and minimises Σ_r w_r (free_r − demand_r)², until none fits.
Equal VMs are one group, and the pattern that filled one host fills as many more as the groups allow: milliseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.shapes import Groups, fits


@dataclass(frozen=True)
class Bins:
    """`number` hosts alike: free room (R,) as shares of the reference host, anti-affinity groups already on them."""

    free: F64
    number: int
    held: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Filled:
    """`times` hosts of bin run `run` hold `pattern` (G,) VMs of each group."""

    run: int
    times: int
    pattern: Ints


def pack_bins(groups: Groups, bins: Iterable[Bins], weights: F64) -> tuple[list[Filled], Ints]:
    """Fill runs of hosts one after the other; returns what was filled and how many of each group are left (G,)."""
    left = groups.counts.copy()
    filled: list[Filled] = []
    for run, bin_run in enumerate(bins):
        room = bin_run.number
        while room > 0 and left.any():
            pattern = fill_one(groups, left, bin_run, weights)
            if not pattern.any():
                break
            used = np.flatnonzero(pattern)
            times = min(room, int((left[used] // pattern[used]).min()))
            left[used] -= pattern[used] * times
            room -= times
            filled.append(Filled(run, times, pattern))
    return filled, left


def fill_one(groups: Groups, left: Ints, bin_run: Bins, weights: F64) -> Ints:
    """How many VMs of each group the greedy puts into one empty host of the run (G,)."""
    pattern = np.zeros_like(left)
    free, held = bin_run.free.copy(), set(bin_run.held)
    live = np.array([g for g in np.flatnonzero(left) if not groups.apart[g] & held], dtype=np.intp)
    own = groups.sizes**2 @ weights
    while True:
        live = live[fits(groups.sizes[live], free)]
        if not live.size:
            return pattern
        chosen = live[np.argmin(own[live] - 2.0 * (groups.sizes[live] @ (weights * free)))]
        pattern[chosen] += 1
        free -= groups.sizes[chosen]
        if groups.apart[chosen]:
            held |= groups.apart[chosen]
            live = np.array([g for g in live if not groups.apart[g] & held], dtype=np.intp)
        elif pattern[chosen] == left[chosen]:
            live = live[live != chosen]


def unroll(filled: Iterable[Filled], groups: Groups, hosts_of_run: list[Ints], host_of_vm: Ints) -> None:
    """Write patterns into the map `host_of_vm` (V,): the n-th filled host of a run is `hosts_of_run[run][n]`."""
    taken = np.zeros(len(groups.counts), dtype=np.intp)
    opened = [0] * len(hosts_of_run)
    for item in filled:
        hosts = hosts_of_run[item.run][opened[item.run] : opened[item.run] + item.times]
        opened[item.run] += item.times
        for g in np.flatnonzero(item.pattern):
            number = int(item.pattern[g]) * item.times
            host_of_vm[groups.members[g][taken[g] : taken[g] + number]] = np.repeat(hosts, item.pattern[g])
            taken[g] += number


def demand_weights(groups: Groups) -> list[F64]:
    """Weight vectors to try (R,): total demand share (Panigrahy), its square, and all alike; each sums to 1."""
    total = groups.counts @ groups.sizes
    base = total / total.sum() if total.sum() > 0 else np.full(total.shape, 1.0 / max(1, total.size))
    steep = base**2 / (base**2).sum()
    return [base, np.full(base.shape, 1.0 / base.size), steep]
