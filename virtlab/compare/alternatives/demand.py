"""What machines must be sized for: a percentile of their demand with headroom."""

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.selection import Ints
from virtlab.compare.alternatives.shape import F64


def sized_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU to size the machines `rows` for, never more than they have today."""
    return np.minimum(_sized(basis, basis.estate.traces.cpu_vcpu[rows]), basis.estate.machines.vcpu[rows])


def sized_memory_gib(basis: Basis, rows: Ints) -> F64:
    """GiB to size the machines `rows` for, never more than today. Memory has no percentile: its peak counts."""
    peak: F64 = basis.estate.traces.memory_gib[rows].max(axis=1).astype(np.float64)
    return np.minimum(peak * _factor(basis), basis.estate.machines.memory_gib[rows])


def _sized(basis: Basis, demand: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> F64:
    size: F64 = np.percentile(demand, basis.values["percentile"], axis=1).astype(np.float64)
    return size * _factor(basis)


def _factor(basis: Basis) -> float:
    return 1 + basis.values["headroom_pct"] / 100
