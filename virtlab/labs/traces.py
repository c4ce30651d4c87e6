"""Traces from arrays, with the figures that lists show of them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from virtlab.labs.models import Trace, Workload


@dataclass(frozen=True, slots=True)
class Origin:
    """Where samples come from (`kind` is a TraceKind, `source` a sentence) and when: `step_s` apart from `start_at`."""

    kind: str
    source: str
    start_at: datetime
    step_s: int = 300


def make_trace(workload: Workload, cpu_vcpu: npt.ArrayLike, memory_gib: npt.ArrayLike, origin: Origin) -> Trace:
    """An unsaved trace of two series (T,): vCPU and GiB in demand. Raises ValueError unless equally long."""
    cpu, memory = np.asarray(cpu_vcpu, dtype="<f4"), np.asarray(memory_gib, dtype="<f4")
    if cpu.shape != memory.shape or cpu.ndim != 1 or not cpu.size:
        raise ValueError("A trace needs two series of equal length.")
    return Trace(
        workload=workload,
        kind=origin.kind,
        source=origin.source,
        start_at=origin.start_at,
        step_s=origin.step_s,
        samples=cpu.size,
        cpu_vcpu=cpu.tobytes(),
        memory_gib=memory.tobytes(),
        cpu_mean_vcpu=float(cpu.mean(dtype=np.float64)),
        cpu_peak_vcpu=float(cpu.max()),
        memory_mean_gib=float(memory.mean(dtype=np.float64)),
        memory_peak_gib=float(memory.max()),
    )
