"""The demo machines' week: a stated mean and peak on the shape of an office, an evening, a night, of bursts or none."""

import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hosts.demo.rows import Demand, demands
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Trace, Workload
from virtlab.labs.traces import Origin, make_trace

F64 = npt.NDArray[np.float64]
DAYS, PER_DAY = 7, 288
SAMPLES = DAYS * PER_DAY
START = datetime(2026, 7, 13, tzinfo=UTC) - timedelta(hours=9)  # midnight of a Monday in Tokyo
SOURCE = "demo"
# Load through the day by the hour, 0 at rest, 100 at the busiest; and how much of it is left at the weekend.
SHAPES: dict[str, tuple[str, float]] = {
    "office": ("0 0 0 0 0 0 5 20 60 95 100 95 60 90 100 95 85 60 30 15 10 5 0 0", 0.15),
    "evening": ("20 10 5 0 0 5 15 30 35 40 45 50 65 55 50 50 55 65 80 95 100 95 70 40", 1.2),
    "night": ("70 100 100 90 60 20 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 5 20 40", 0.8),
    "bursts": ("2 2 2 2 2 2 5 15 40 70 90 80 50 80 100 95 90 70 40 20 10 5 2 2", 0.08),
    "steady": (" ".join(["50"] * 24), 1.0),
}
ROUGH = {"bursts": 0.9, "steady": 0.15}


class Series(NamedTuple):
    """A week of five-minute samples: vCPU and GiB in demand (T,)."""

    cpu_vcpu: npt.NDArray[np.float32]
    memory_gib: npt.NDArray[np.float32]


def demo_traces(workloads: list[Workload]) -> list[Trace]:
    """Unsaved traces of those workloads that run in the demo estate, labelled synthetic."""
    origin = Origin(TraceKind.SYNTHETIC, SOURCE, START)
    known = _week()
    return [make_trace(one, *known[one.name], origin) for one in workloads if one.name in known]


@cache
def _week() -> dict[str, Series]:
    return {name: _series(name, demand) for name, demand in demands().items()}


def _series(name: str, demand: Demand) -> Series:
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    busy = _busy(demand.shape, chance)
    cpu = demand.vcpu * _with_mean(busy, demand.cpu_mean, demand.cpu_peak)
    memory = demand.memory_gib * demand.memory_mean * (0.9 + 0.2 * (busy - busy.mean()))
    memory *= demand.memory_gib * demand.memory_mean / memory.mean()
    return Series(cpu.astype(np.float32), memory.astype(np.float32))


def _busy(shape: str, chance: np.random.Generator) -> F64:
    """The shape over a week with chance on top (T,), 0 … 1 with its highest sample at 1."""
    text, weekend = SHAPES[shape]
    hours = np.array(text.split(), dtype=np.float64) / 100
    day = np.interp(np.arange(PER_DAY) / 12, np.arange(24), hours, period=24)
    week = np.concatenate([day * (weekend if number >= 5 else 1.0) for number in range(DAYS)])
    noise = np.convolve(chance.standard_normal(SAMPLES + 5), np.ones(6) / 6**0.5, mode="valid")
    load = (week + 0.06) * np.exp(ROUGH.get(shape, 0.35) * noise)
    highest: float = load.max()
    return load / highest


def _with_mean(busy: F64, mean: float, peak: float) -> F64:
    """busy raised to the power at which its mean is `mean`, times `peak`; found by halving."""
    low, high = 0.01, 30.0
    for _step in range(26):
        power = (low + high) / 2
        low, high = (power, high) if float((peak * busy**power).mean()) > mean else (low, power)
    return peak * busy ** ((low + high) / 2)
