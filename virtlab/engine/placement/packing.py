"""Bin-centric greedy packing (Panigrahy, Talwar, Uyeda & Wieder, Heuristics for Vector Bin Packing, 2011) over groups.

For the open host, add again and again the VM that fits and minimises Σ_r w_r (free_r − demand_r)², until none fits.
Equal VMs are one group, and the pattern that filled one host fills as many more as the groups allow: milliseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import gt

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.placement.shapes import Groups, fits

SAMPLE = 768


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
            pattern = fill_one(groups, left, bin_run, weights, len(filled))
            if not pattern.any():
                break
            used = np.flatnonzero(pattern)
            times = min(room, int((left[used] // pattern[used]).min()))
            left[used] -= pattern[used] * times
            room -= times
            filled.append(Filled(run, times, pattern))
    return filled, left


def fill_one(groups: Groups, left: Ints, bin_run: Bins, weights: F64, turn: int = 0) -> Ints:
    """How many VMs of each group the greedy puts into one empty host of the run (G,).

    Of very many groups an even sample is looked at first, another at each `turn`, then all for the room that is left.
    """
    pattern = np.zeros_like(left)
    opened = _Open(bin_run.free.copy(), set(bin_run.held))
    live = np.flatnonzero(left > 0)
    if live.size > SAMPLE:
        stride = -(-live.size // SAMPLE)
        _fill(groups, (left, live[turn % stride :: stride]), opened, weights, pattern)
    _fill(groups, (left, live), opened, weights, pattern)
    return pattern


@dataclass
class _Open:
    """The host being filled."""

    free: F64
    held: set[int]


def _fill(groups: Groups, stock: tuple[Ints, Ints], host: _Open, weights: F64, pattern: Ints) -> None:
    """Add VMs of the groups in `stock` (how many are left of all, which to look at) until none fits."""
    left, live = stock
    live = live[(pattern[live] < left[live]) & groups.may_join(live, host.held)]
    live = live[fits(groups.sizes.take(live, axis=0), host.free)]
    sizes = groups.sizes.take(live, axis=0)
    own, largest = sizes**2 @ weights, _largest(sizes)
    while live.size:
        score = own - 2.0 * (sizes @ (weights * host.free))
        best = int(score.argmin())
        if score[best] == np.inf:
            return
        chosen = int(live[best])
        pattern[chosen] += 1
        host.free -= sizes[best]
        if groups.apart[chosen]:
            host.held |= groups.apart[chosen]
            keep = groups.may_join(live, host.held)
            live, sizes, own = live[keep], sizes[keep], own[keep]
        elif pattern[chosen] == left[chosen]:
            own[best] = np.inf  # None of it is left.
        if any(map(gt, largest, host.free.tolist())):
            keep = fits(sizes, host.free)
            live, sizes, own = live.compress(keep), sizes.compress(keep, axis=0), own.compress(keep)
            largest = _largest(sizes)


def _largest(sizes: F64) -> list[float]:
    """Of sizes (n, R) the largest of each resource (R): where they all have room, nobody need look at each."""
    return [float(column.max(initial=0.0)) for column in sizes.T]


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
