"""Placement of VMs on as few equal hosts as possible, beside a proven lower bound.

Demand and capacity have the columns vCPU, memory GiB and, where it counts, storage GiB. Capacity is what may be given
out: multiply it by the overcommit ratios first (`overcommitted`). A VM that finds no place is reported with the reason.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.placement.bound import Bound, lp_bound, volume_bound
from virtlab.engine.placement.packing import Bins, Filled, demand_weights, pack_bins, unroll
from virtlab.engine.placement.policies import FreeRoom, Policy, place_one_by_one
from virtlab.engine.placement.shapes import NO_RULES, Groups, Reason, Rules, Unplaced, as_sizes, fits, group

ENDLESS = 1 << 40
MOST_GROUPS = 1_000
"""Groups up to which the LP bound is worth its time; beyond, so many different VMs leave little for it to find."""


@dataclass(frozen=True)
class Placement:
    """Where each VM goes (V,), −1 for none; hosts that hold VMs; hosts to have on, spare ones included.

    `bound`: no placement of the same VMs uses fewer hosts (spare ones not counted); `bound_kind` is volume, lp,
    anti_affinity or given; `proven_optimal`: the bound is reached.
    """

    host_of_vm: Ints
    hosts_used: int
    hosts_needed: int
    bound: int
    bound_kind: str
    proven_optimal: bool
    unplaced: tuple[Unplaced, ...] = ()


class Options(NamedTuple):
    """`policy`, `rules` to keep, and the most rounds of pricing that the LP bound may take (0: volume bound only)."""

    policy: Policy = Policy.TIGHT
    rules: Rules = NO_RULES
    bound_steps: int = 60


DEFAULT = Options()


def overcommitted(capacity: npt.ArrayLike, vcpu: float = 1.0, memory: float = 1.0) -> F64:
    """Capacity (R,) or (H, R) with vCPU and memory multiplied by their overcommit ratios, which must be above zero."""
    result = np.array(capacity, dtype=np.float64)
    if not (np.isfinite([vcpu, memory]).all() and vcpu > 0 and memory > 0):
        raise ValueError(f"Overcommit ratios must be above zero, not {vcpu} and {memory}.")
    result[..., :2] *= [vcpu, memory]
    return result


def pack(demand: npt.ArrayLike, capacity: npt.ArrayLike, options: Options = DEFAULT) -> Placement:
    """Place VMs of `demand` (V, R) on as few hosts of `capacity` (R,) as possible; the hosts are numbered from 0.

    Pins are not kept here, since the hosts are new ones. Raises ValueError for negative, NaN or infinite numbers.
    """
    wanted = as_sizes(demand)
    room = as_sizes(np.atleast_2d(capacity), "Capacity")[0]
    sizes = shares_of(wanted, room)
    tags = options.rules.groups_of(len(sizes))
    big = np.flatnonzero(~fits(sizes, np.ones(room.size)))
    small = np.setdiff1d(np.arange(len(sizes)), big)
    groups = group(sizes, small, tags)
    host_of_vm = np.full(len(sizes), -1, dtype=np.intp)
    packed = _pack_tight if options.policy is Policy.TIGHT else _pack_by_policy
    best = packed(groups, sizes, small, options, host_of_vm)
    lost = tuple(Unplaced(int(vm), Reason.TOO_BIG, int(np.argmax(sizes[vm] > 1))) for vm in big)
    return placement_of(host_of_vm, best, options.rules.spare_hosts, lost)


def placement_of(host_of_vm: Ints, bound: Bound, spare: int, lost: tuple[Unplaced, ...]) -> Placement:
    """The result with its counts."""
    used = int(np.unique(host_of_vm[host_of_vm >= 0]).size)
    return Placement(
        host_of_vm=host_of_vm,
        hosts_used=used,
        hosts_needed=used + spare,
        bound=bound.hosts,
        bound_kind=bound.kind,
        proven_optimal=used <= bound.hosts,
        unplaced=lost,
    )


def shares_of(demand: F64, reference: F64) -> F64:
    """Demand (n, R) as shares of `reference` (R,); what a host has none of counts as infinite where it is asked for."""
    if demand.shape[1] != reference.size:
        raise ValueError(f"Demand names {demand.shape[1]} resources, capacity {reference.size}.")
    safe = np.where(reference > 0, reference, 1.0)
    return np.where(reference > 0, demand / safe, np.where(demand > 0, np.inf, 0.0))


def _pack_by_policy(groups: Groups, sizes: F64, small: Ints, options: Options, host_of_vm: Ints) -> Bound:
    if options.policy is Policy.SPREAD:
        raise ValueError("Spreading needs given hosts, since each VM would get a new one.")
    stock = FreeRoom.new(small.size, sizes.shape[1])
    placed = place_one_by_one(sizes, small, stock, options.policy, options.rules.groups_of(len(sizes)))
    host_of_vm[list(placed)] = list(placed.values())
    return lower_bound(groups, [], len(set(placed.values())), options)


def _pack_tight(groups: Groups, sizes: F64, small: Ints, options: Options, host_of_vm: Ints) -> Bound:
    weights = demand_weights(groups)
    best = _greedy(groups, weights[0])
    bound = lower_bound(groups, [item.pattern for item in best], _hosts(best), options)
    for weight in weights[1:]:
        if _hosts(best) > bound.hosts and groups.counts.size <= MOST_GROUPS:
            best = min(best, _greedy(groups, weight), key=_hosts)
    if _hosts(best) > bound.hosts and bound.patterns:
        for placement in _rounded(groups, bound, weights):
            best = min(best, placement, key=_hosts)
            if _hosts(best) <= bound.hosts:
                break
    unroll(best, groups, [np.arange(_hosts(best))], host_of_vm)
    return bound


def _hosts(filled: list[Filled]) -> int:
    return sum(item.times for item in filled)


def _greedy(groups: Groups, weights: F64) -> list[Filled]:
    filled, _ = pack_bins(groups, [Bins(np.ones(groups.sizes.shape[1]), ENDLESS)], weights)
    return filled


def lower_bound(groups: Groups, start: list[Ints], used: int, options: Options) -> Bound:
    """The best of the bounds by volume, by the largest anti-affinity group and, where these are below `used`, by LP."""
    volume = volume_bound(groups)
    apart = apart_bound(groups)
    best = apart if apart.hosts > volume.hosts else volume
    few = 0 < groups.counts.size <= MOST_GROUPS
    if best.hosts >= used or not options.bound_steps or not few:
        return best
    lp = lp_bound(groups, start, used, options.bound_steps)
    return lp if lp.hosts >= best.hosts else best


def apart_bound(groups: Groups) -> Bound:
    """VMs that must be apart need a host each: the size of the largest anti-affinity group."""
    sizes: dict[int, int] = {}
    for tags, count in zip(groups.apart, groups.counts.tolist(), strict=True):
        for tag in tags:
            sizes[tag] = sizes.get(tag, 0) + count
    most = max(sizes.values(), default=0)
    return Bound(most, float(most), "anti_affinity")


def _rounded(groups: Groups, bound: Bound, weights: list[F64]) -> Iterator[list[Filled]]:
    """Placements that begin with the LP's patterns, rounded down or to the nearest, and end with the greedy."""
    if any(groups.apart):
        return
    known = zip(bound.patterns, bound.amounts.tolist(), strict=False)
    full = np.ones(groups.sizes.shape[1])
    good = [(pattern, x) for pattern, x in known if x > 1e-9 and fits(pattern @ groups.sizes, full)]
    good.sort(key=lambda item: -item[1])
    for up, weight in itertools.product((0.0, 0.3, 0.5, 0.7), weights):
        yield _round_once(groups, good, up, weight)


def _round_once(groups: Groups, patterns: list[tuple[Ints, float]], up: float, weights: F64) -> list[Filled]:
    left = groups.counts.copy()
    filled: list[Filled] = []
    for pattern, amount in patterns:
        used = pattern > 0
        times = min(int(amount + up), int((left[used] // pattern[used]).min()))
        if times:
            left[used] -= pattern[used] * times
            filled.append(Filled(0, times, pattern))
    rest = Groups(groups.sizes, left, groups.members, groups.apart)
    return filled + _greedy(rest, weights)
