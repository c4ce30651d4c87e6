"""The CPU of the estate's traces summarised once: percentiles, peaks and credits without reading them again."""

from dataclasses import replace

import numpy as np

from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.load.demand import CHUNK, DemandProfile, burst_drawdowns, profile
from virtlab.labs.traces import peak_hour
from virtlab.web.cache import LabCache

PROFILES: LabCache[DemandProfile] = LabCache(
    max_bytes=512 * 1024 * 1024, size_of=lambda summary: summary.ordered.nbytes
)

HOURS: LabCache[F64] = LabCache(max_bytes=16 * 1024 * 1024, size_of=lambda hours: hours.nbytes)


def cpu_peak_hour(estate: EstateArrays) -> F64:
    """CPU of every VM (V,) in vCPU, on average over its busiest hour."""
    return HOURS.of(estate.key, make=lambda: peak_hour(estate.traces.cpu_vcpu, estate.traces.step_s))


def cpu_profile(estate: EstateArrays) -> DemandProfile:
    """CPU of every VM (V,) in vCPU."""
    return PROFILES.of(estate.key, "cpu", make=lambda: profile(estate.traces.cpu_vcpu))


def work_profile(estate: EstateArrays, worth: F64, baselines: tuple[float, ...], rows: Ints) -> DemandProfile:
    """CPU of every VM (V,) in the cores that its vCPU are worth (V,), with the credits of the VMs `rows` on burstable
    types of these baselines; those of others last on none."""
    key = ("work", worth.tobytes(), baselines, rows.tobytes())
    return PROFILES.of(estate.key, key, make=lambda: _work_profile(estate, worth, baselines, rows))


def _work_profile(estate: EstateArrays, worth: F64, baselines: tuple[float, ...], rows: Ints) -> DemandProfile:
    whole, traces = cpu_profile(estate), estate.traces
    drawdowns = {level: np.full(len(whole), np.inf) for level in baselines}
    for start in range(0, rows.size, CHUNK):
        part = rows[start : start + CHUNK]
        demand = traces.cpu_vcpu[part] * worth[part, None]
        for level, deepest in burst_drawdowns(demand, baselines, traces.step_s).items():
            drawdowns[level][part] = deepest
    ordered = (whole.ordered * worth[:, None]).astype(np.float32)
    return replace(whole, ordered=ordered, mean=whole.mean * worth, peak=whole.peak * worth, credits=drawdowns)
