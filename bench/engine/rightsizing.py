"""Right-sizing of workloads over as many types as a large region offers."""

import os
from collections.abc import Iterator

import numpy as np

from bench import Figure
from bench.support.clock import best_s
from bench.support.planetlab import demand_vcpu
from virtlab.engine.load.demand import profile
from virtlab.engine.sizing.instance_types import InstanceTypes, Workloads
from virtlab.engine.sizing.right_size import Sizing, right_size, same_size

TYPES = 1_202
"""As many as Tokyo offers."""
BURST_VCPU = np.array([2, 2, 2, 2, 2, 4, 8] * 3)
BURST_SHARE = np.array([0.05, 0.1, 0.2, 0.2, 0.3, 0.4, 0.4] * 3)
BURST_GIB = np.array([0.5, 1, 2, 4, 8, 16, 32] * 3)


def types() -> InstanceTypes:
    """Made-up types with the sizes, shapes and price levels of EC2's, for Linux and Windows, 21 of them burstable."""
    rng = np.random.default_rng(7)
    vcpu = 2.0 ** rng.integers(1, 8, TYPES)
    memory = vcpu * rng.choice([2, 4, 8, 16], TYPES)
    linux = (vcpu * 0.025 + memory * 0.004) * rng.uniform(0.85, 1.15, TYPES)
    baseline = np.full(TYPES, np.nan)
    vcpu[:21], memory[:21], baseline[:21] = BURST_VCPU, BURST_GIB, BURST_VCPU * BURST_SHARE
    linux[:21] = memory[:21] * 0.0104
    price = np.column_stack([linux, linux + vcpu * 0.046])
    return InstanceTypes.of((vcpu, memory), price, rng.choice([1, 2], TYPES), baseline)


def figures() -> Iterator[Figure]:
    """Seconds for the best candidate and the five best; the summary of the traces, which is made once, beside it."""
    count = 1_000 if os.environ.get("BENCH_SMOKE") else 10_000
    offered = types()
    rng = np.random.default_rng(11)
    cpu = demand_vcpu(count) * rng.choice([1, 2, 4, 8, 16], count)[:, None]
    memory = (
        rng.uniform(0.05, 1, (count, 1)) * rng.choice([2, 8, 32, 128], (count, 1)) * rng.uniform(0.8, 1, (count, 288))
    )
    profiles = profile(cpu, offered.baselines), profile(memory)
    work = Workloads.of(*profiles, rng.integers(0, 2, count), rng.choice([1, 3], count))
    once = best_s(lambda: (profile(cpu, offered.baselines), profile(memory)), 2)
    note = f"{len(offered)} types, by CPU p95 + 20 %, credits, architecture, system"
    for name, job in (
        ("best", lambda: right_size(work, offered, Sizing(top=1))),
        ("top5", lambda: right_size(work, offered)),
        ("same_size", lambda: same_size(work, offered, (profiles[0].peak, profiles[1].peak))),
    ):
        took = best_s(job, 5)
        yield Figure(f"rightsizing.{name}_{count}", took * 1e3, "ms", "<= 500", took <= 0.5, note)
    yield Figure(
        "rightsizing.profile_once",
        once * 1e3,
        "ms",
        "-",
        True,
        "percentiles, peaks and credits of all traces, made once",
    )
