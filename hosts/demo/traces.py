"""The demo VMs' week: a stated mean and peak on the shape of an office, an evening, a night, of bursts or none."""

import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hosts.demo.rows import Demand, demands
from virtlab.engine.load.synthetic_week import PER_DAY, busy, with_mean
from virtlab.labs.choices import MemorySeenBy, TraceKind
from virtlab.labs.models import Trace, Workload
from virtlab.labs.traces import Origin, make_trace

DAYS = 7
SAMPLES = DAYS * PER_DAY
START = datetime(2026, 7, 13, tzinfo=UTC) - timedelta(hours=9)  # midnight of a Monday in Tokyo
SOURCE = "demo"


class Series(NamedTuple):
    """A week of five-minute samples: vCPU and GiB in demand (T,)."""

    cpu_vcpu: npt.NDArray[np.float32]
    memory_gib: npt.NDArray[np.float32]


def demo_traces(workloads: list[Workload]) -> list[Trace]:
    """Unsaved traces of those workloads that run in the demo estate, labelled synthetic."""
    origin = Origin(TraceKind.SYNTHETIC, SOURCE, START, memory_seen_by=MemorySeenBy.GUEST)
    known = _week()
    return [make_trace(each, *known[each.name], origin) for each in workloads if each.name in known]


@cache
def _week() -> dict[str, Series]:
    return {name: _series(name, demand) for name, demand in demands().items()}


def _series(name: str, demand: Demand) -> Series:
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    load = busy(demand.shape, chance, DAYS)
    cpu = demand.vcpu * with_mean(load, demand.cpu_mean, demand.cpu_peak)
    memory = demand.memory_gib * demand.memory_mean * (0.9 + 0.2 * (load - load.mean()))
    memory *= demand.memory_gib * demand.memory_mean / memory.mean()
    return Series(cpu.astype(np.float32), memory.astype(np.float32))
