"""The estate's traces summarised once: percentiles, peaks and CPU credits without reading them again."""

from virtlab.compare.inputs.estate import Estate
from virtlab.engine.load.demand import DemandProfile, profile
from virtlab.web.kept import Kept

PROFILES: Kept[tuple[object, ...], DemandProfile] = Kept(512 * 1024 * 1024, lambda found: found.ordered.nbytes)


def cpu_profile(estate: Estate, baselines_vcpu: tuple[float, ...] = ()) -> DemandProfile:
    """CPU of every machine (V,), with its credits on burstable types of these baselines."""
    traces = estate.traces
    return PROFILES.get(
        (estate.key, "cpu", baselines_vcpu), lambda: profile(traces.cpu_vcpu, baselines_vcpu, traces.step_s)
    )


def memory_profile(estate: Estate) -> DemandProfile:
    """Memory of every machine (V,)."""
    return PROFILES.get((estate.key, "memory"), lambda: profile(estate.traces.memory_gib))
