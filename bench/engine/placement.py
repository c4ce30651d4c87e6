"""Placement with its proven bound, from a list of VMs to the answer."""

import json
import os
from collections.abc import Iterator
from functools import partial

import numpy as np

from bench import Figure
from bench.engine.oracles import CASES
from bench.support.clock import best_s
from virtlab.engine.arrays import F64
from virtlab.engine.consolidation.consolidate import consolidate
from virtlab.engine.placement.equal_hosts import Options, pack
from virtlab.engine.placement.policies import Policy

TARGET_S = {1_000: 0.1, 10_000: 1.0}


def figures() -> Iterator[Figure]:
    """The slowest known case of 1,000 VMs, the one of 10,000, VMs all of different size, and a plan of moves."""
    cases = {name: _vms(case) for name, case in json.loads(CASES.read_text()).items()}
    for vms, target_s in TARGET_S.items():
        same = {name: demand for name, demand in cases.items() if len(demand) == vms}
        times = {name: best_s(partial(pack, demand, [64, 512]), 5) for name, demand in same.items()}
        name = max(times, key=lambda key: times[key])
        note = f"slowest of {len(times)} cases: {name}, bound included"
        yield Figure(
            f"placement.vms_{vms}", times[name] * 1e3, "ms", f"<= {target_s * 1e3:.0f}", times[name] <= target_s, note
        )
    yield from _awkward(200 if os.environ.get("BENCH_SMOKE") else 1_000)
    yield _moves(cases["seed7_n1000"])


def _vms(case: dict[str, list[dict[str, int]]]) -> F64:
    return np.array([[vm["vcpu"], vm["memory_gib"]] for vm in case["vms"] for _ in range(vm["count"])], dtype=float)


def _awkward(vms: int) -> Iterator[Figure]:
    """VMs of which hardly two are alike, as measured demand gives them."""
    rng = np.random.default_rng(7)
    demand = np.column_stack([rng.lognormal(1, 0.8, vms).clip(0.1, 60), rng.lognormal(2.5, 1, vms).clip(0.5, 500)])
    packed = pack(demand, [64, 512])
    took = best_s(lambda: pack(demand, [64, 512], Options(Policy.TIGHT)), 2)
    note = f"all sizes differ; {packed.hosts_used} hosts, bound {packed.bound} ({packed.bound_kind})"
    yield Figure(f"placement.unequal_{vms}", took * 1e3, "ms", "-", True, note)


def _moves(demand: F64) -> Figure:
    """Consolidation of VMs spread over twice as many hosts as they need."""
    hosts = 220
    now = np.random.default_rng(7).permutation(len(demand)) % hosts
    capacity = np.tile([64.0, 512.0], (hosts, 1))
    took = best_s(lambda: consolidate(demand, capacity, now), 2)
    plan = consolidate(demand, capacity, now)
    note = f"{len(plan.moves)} moves free {plan.freed.size} of {hosts} hosts, {len(plan.unreachable)} VMs unreachable"
    return Figure("placement.consolidation_1000", took * 1e3, "ms", "-", True, note)
