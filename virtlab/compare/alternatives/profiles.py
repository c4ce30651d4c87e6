"""The estate's traces summarised once: percentiles, peaks and CPU credits without reading them again."""

from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.load.demand import DemandProfile, profile
from virtlab.web.cache import LabCache

PROFILES: LabCache[DemandProfile] = LabCache(
    max_bytes=512 * 1024 * 1024, size_of=lambda summary: summary.ordered.nbytes
)


def cpu_profile(estate: EstateArrays, baselines_vcpu: tuple[float, ...] = ()) -> DemandProfile:
    """CPU of every VM (V,), with its credits on burstable types of these baselines."""
    traces = estate.traces
    return PROFILES.of(
        estate.key, "cpu", baselines_vcpu, make=lambda: profile(traces.cpu_vcpu, baselines_vcpu, traces.step_s)
    )


def memory_profile(estate: EstateArrays) -> DemandProfile:
    """Memory of every VM (V,)."""
    return PROFILES.of(estate.key, "memory", make=lambda: profile(estate.traces.memory_gib))
