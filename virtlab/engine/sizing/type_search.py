"""The search itself: for each workload the first types, from the cheapest on, that hold its need."""

from collections.abc import Mapping

import numpy as np

from virtlab.engine.arrays import F64, Bools, Ints, ratio
from virtlab.engine.sizing.instance_types import Choice, InstanceTypes, NoType, Workloads

CHUNK = 512
NEVER = -1
FORGIVEN = 1.0 - 1e-9
BUSY_SHARE = 0.8
"""Use of the vCPU above which waiting for the CPU begins to show: the second risk counted."""

Need = tuple[F64, F64]
Credit = Mapping[float, Bools]


def search(
    workloads: Workloads, types: InstanceTypes, need: Need, top: int, credit: Credit | None
) -> tuple[Ints, Ints]:
    """The `top` cheapest types that hold each need (vCPU (W,), GiB (W,)) → type numbers (W, top), and reasons (W,).

    `credit`: by baseline, the workloads (W,) that never run out of it; None allows no burstable type.
    """
    chosen = np.full((len(workloads.cpu), top), NEVER, dtype=np.intp)
    reason = np.zeros(len(chosen), dtype=np.intp)
    kinds = np.column_stack([workloads.os_index, workloads.arch_bits])
    for os_index, arch_bits in np.unique(kinds, axis=0):
        rows = np.flatnonzero((kinds == [os_index, arch_bits]).all(axis=1))
        order = by_price(types, int(os_index), int(arch_bits), burstable=credit is not None)
        for start in range(0, rows.size, CHUNK):
            part = rows[start : start + CHUNK]
            holds = _holds(types, order, (need[0][part], need[1][part]), credit, part)
            _within_limits(holds, types.limits[order], workloads.demands[part])
            chosen[part] = _first(holds, order, top)
        reason[rows] = _reasons(types, order, (need[0][rows], need[1][rows]), chosen[rows, 0])
        none = rows[(chosen[rows, 0] == NEVER) & bool(order.size)]
        within = np.ones((none.size, order.size), dtype=np.bool_)
        _within_limits(within, types.limits[order], workloads.demands[none])
        reason[none[~within.any(axis=1)]] = NoType.LIMITS
        _name_limits(types, order, workloads.demands, none, reason)
    return chosen, reason


def _name_limits(types: InstanceTypes, order: Ints, demands: F64, rows: Ints, reason: Ints) -> None:
    """Puts in the `reason` of those `rows` for which no type is within one limit what that limit says."""
    for column, said in enumerate(types.limit_reasons[: demands.shape[1]]):
        most = np.nan_to_num(types.limits[order, column], posinf=np.inf).max(initial=0.0)
        reason[rows[demands[rows, column] * FORGIVEN > most]] = said


def by_price(types: InstanceTypes, os_index: int, arch_bits: int, *, burstable: bool) -> Ints:
    """Numbers of the types with a price for the system and an allowed architecture, from the cheapest on."""
    price = types.price_usd_per_hour[:, os_index]
    allowed = np.isfinite(price) & ((types.arch_bit & arch_bits) != 0)
    if not burstable:
        allowed &= ~np.isfinite(types.baseline_vcpu)
    order = np.lexsort((-types.memory_gib, -types.vcpu, price))
    chosen: Ints = order[allowed[order]]
    return chosen


def _holds(types: InstanceTypes, order: Ints, need: Need, credit: Credit | None, rows: Ints) -> Bools:
    """Whether each type of `order` holds each need (n, types)."""
    vcpu, memory = types.vcpu[order] * types.speed[order], types.memory_gib[order]
    holds: Bools = vcpu >= need[0][:, None] * FORGIVEN
    holds &= memory >= need[1][:, None] * FORGIVEN
    sustained = types.baseline_vcpu[order] * types.speed[order]
    for level, enough in (credit or {}).items():
        columns = np.flatnonzero(sustained == level)
        holds[:, columns] &= enough[rows, None]
    return holds


def _within_limits(holds: Bools, limits: F64, demands: F64) -> Bools:
    """Takes the types out of `holds` (n, types) whose limits (types, L) known demands (n, L) exceed; returns it.

    A limit that nobody states holds no demand.
    """
    for column in range(demands.shape[1] if len(limits) else 0):
        limit, demand = np.nan_to_num(limits[:, column], posinf=np.inf), demands[:, column] * FORGIVEN
        rows = np.flatnonzero(demand > limit.min())
        if rows.size:
            holds[rows] &= limit >= demand[rows][:, None]
    return holds


def _first(holds: Bools, order: Ints, top: int) -> Ints:
    """The first `top` types held, by row (n, top); `holds` is used up."""
    result = np.full((len(holds), top), NEVER, dtype=np.intp)
    if not order.size:
        return result
    rows = np.arange(len(holds))
    for place in range(top):
        column = holds.argmax(axis=1)
        result[:, place] = np.where(holds[rows, column], order[column], NEVER)
        holds[rows, column] = False
    return result


def _reasons(types: InstanceTypes, order: Ints, need: Need, best: Ints) -> Ints:
    """Why there is no type (n,): none offered, too much CPU, too much memory, or both at once."""
    if not order.size:
        return np.full(best.size, NoType.NOT_OFFERED, dtype=np.intp)
    cpu_short = need[0] * FORGIVEN > (types.vcpu[order] * types.speed[order]).max()
    memory_short = need[1] * FORGIVEN > types.memory_gib[order].max()
    why = np.where(cpu_short, NoType.CPU, np.where(memory_short, NoType.MEMORY, NoType.BOTH_AT_ONCE))
    return np.where(best == NEVER, why, NoType.OK).astype(np.intp)


def describe(workloads: Workloads, types: InstanceTypes, index: Ints, reason: Ints, used: Need) -> Choice:
    """Candidates with price, projected use and risk; where there is no candidate the numbers are NaN."""
    none = index == NEVER
    at = np.where(none, 0, index)
    vcpu, memory = types.vcpu[at] * types.speed[at], types.memory_gib[at]
    price = types.price_usd_per_hour[at, workloads.os_index[:, None]]
    columns = {
        "price_usd_per_hour": price,
        "cpu_use": ratio(used[0][:, None], vcpu),
        "memory_use": ratio(used[1][:, None], memory),
        "cpu_risk": workloads.cpu.share_above(vcpu),
        "cpu_busy": workloads.cpu.share_above(vcpu * BUSY_SHARE),
        "memory_risk": workloads.memory.share_above(memory),
    }
    return Choice(index, reason, **{name: np.where(none, np.nan, column) for name, column in columns.items()})
