"""Traces summarised once, so that percentile, headroom and instance sliders never read them again.

A profile keeps each workload's samples sorted: percentiles are then a look-up and the share of samples above a capacity
a bisection. Traces longer than a week of five-minute samples are stored as 2,016 evenly spaced order statistics.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F32, F64, Bools, Floats, bad_rows, non_negative, rows_text
from virtlab.engine.load.gather import as_demand
from virtlab.engine.units import SAMPLE_S, SECONDS_PER_DAY

MOST_SAMPLES = 2_016
CREDIT_CAP_S = SECONDS_PER_DAY
"""A burstable instance keeps at most the credits that it earns in 24 hours (Amazon EC2 User Guide, CPU credits)."""
CHUNK = 256


@dataclass(frozen=True)
class DemandProfile:
    """What W workloads ask of one resource: samples sorted upwards (W, S), mean and peak (W,).

    For CPU, `credits` holds for each baseline asked about the deepest draw-down of credits (see `burst_drawdowns`).
    """

    ordered: F32
    mean: F64
    peak: F64
    credits: dict[float, F64] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.mean)

    def percentile(self, percent: float) -> F64:
        """The value that `percent` % of each workload's samples do not exceed, between samples linearly (W,)."""
        if not 0 <= percent <= 100:
            raise ValueError(f"A percentile lies between 0 and 100, not {percent}.")
        if percent == 100:
            return self.peak.copy()
        place = percent / 100 * (self.ordered.shape[1] - 1)
        low = int(place)
        high = min(low + 1, self.ordered.shape[1] - 1)
        ends = self.ordered[:, [low, high]].astype(np.float64)
        return np.asarray(ends[:, 0] + (ends[:, 1] - ends[:, 0]) * (place - low))

    def share_above(self, limit: F64) -> F64:
        """Share of each workload's samples above its limits (W, K) → (W, K), 0 … 1, by bisection."""
        limits, count = limit.astype(np.float32), self.ordered.shape[1]
        rows = np.arange(len(self))[:, None]
        low, high = np.zeros(limits.shape, dtype=np.intp), np.full(limits.shape, count)
        for _ in range(count.bit_length()):
            middle = np.minimum((low + high) // 2, count - 1)
            below = (low < high) & (self.ordered[rows, middle] <= limits)
            high = np.where(below | (low >= high), high, middle)
            low = np.where(below, middle + 1, low)
        return np.asarray((count - low) / count)


def profile(traces: npt.ArrayLike, baselines_vcpu: Sequence[float] = (), step_s: float = SAMPLE_S) -> DemandProfile:
    """Summarise traces (W, T) in vCPU or GiB. `baselines_vcpu`: the baselines of the burstable types in question.

    Raises ValueError, naming rows, for negative, NaN or infinite numbers, and where there are no samples.
    """
    demand = as_demand(traces)
    if not demand.shape[1]:
        raise ValueError("A trace needs at least one sample.")
    rows = bad_rows(demand)
    if rows.size:
        raise ValueError(f"Demand must be finite and not negative; see rows {rows_text(rows)}.")
    levels = sorted({float(level) for level in baselines_vcpu})
    worst = {level: np.empty(len(demand)) for level in levels}
    for start in range(0, len(demand) if levels else 0, CHUNK):
        part = slice(start, start + CHUNK)
        for level, drawdown in burst_drawdowns(demand[part], levels, step_s).items():
            worst[level][part] = drawdown
    mean, peak = demand.mean(axis=1, dtype=np.float64), demand.max(axis=1).astype(np.float64)
    return DemandProfile(_ordered(demand), mean, peak, worst)


def constant_profile(values: npt.ArrayLike, baselines_vcpu: Sequence[float] = ()) -> DemandProfile:
    """Profile of workloads without a trace, which always ask for `values` (W,)."""
    array = np.asarray(values, dtype=np.float64)
    return profile(non_negative("Demand", array, array.size)[:, None], baselines_vcpu)


def burst_drawdowns(demand: Floats, baselines_vcpu: Sequence[float], step_s: float) -> dict[float, F64]:
    """For each baseline the deepest draw-down of credits in vCPU-seconds (W,), ∞ where the mean exceeds the baseline.

    An instance earns its baseline and spends its use. With full credits at the start and the trace repeating for ever,
    the deficit is S_t − min S up to t, S being the running sum of (use − baseline) (Lindley's recursion); two rounds of
    the trace show its worst. Credits never run out where that is at most what 24 hours earn.
    """
    twice = np.concatenate([demand, demand], axis=1, dtype=np.float64)
    used = np.cumsum(twice, axis=1)
    steps = np.arange(1, twice.shape[1] + 1)
    mean = demand.mean(axis=1, dtype=np.float64)
    result = {}
    for level in baselines_vcpu:
        total = used - level * steps
        lowest = np.minimum(np.minimum.accumulate(total, axis=1), 0.0)
        total -= lowest
        result[level] = np.where(mean <= level, total.max(axis=1) * step_s, np.inf)
    return result


def never_out_of_credits(cpu: DemandProfile, baseline_vcpu: float) -> Bools:
    """Workloads (W,) whose trace, repeated, never uses up the credits of a type with this baseline.

    KeyError where the profile was made without this baseline.
    """
    return np.asarray(cpu.credits[float(baseline_vcpu)] <= baseline_vcpu * CREDIT_CAP_S)


def _ordered(demand: Floats) -> F32:
    samples = demand.shape[1]
    ordered = np.empty((len(demand), min(samples, MOST_SAMPLES)), dtype=np.float32)
    picks = np.round(np.linspace(0, samples - 1, ordered.shape[1])).astype(np.intp)
    for start in range(0, len(demand), CHUNK):
        part = np.sort(demand[start : start + CHUNK].astype(np.float32), axis=1)
        ordered[start : start + CHUNK] = part if samples <= MOST_SAMPLES else part[:, picks]
    return ordered
