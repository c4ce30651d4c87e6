"""What instances draw: watts = vCPU × idle + used vCPU × (full − idle) + extra GiB × a fixed figure (docs/model.md,
"Power"). Extra is the memory beyond what the watts per vCPU were measured with.

Coefficients by processor: Cloud Carbon Footprint (MODEL 9). A processor without one counts with the middle of all.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from instances.catalog.processors import extra_memory_gib
from instances.catalog.queries import w_per_vcpu
from instances.models import InstanceType
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import MIB_PER_GIB

Figures = float | F64
"""A number of one instance, or an array (n,) of many."""
BLOCK = 512
USUAL_USE = 0.2
"""Use of the CPU that is assumed where an instance has no trace (assumption)."""


class InstancePower(NamedTuple):
    """Watts of a running instance without work, its extra memory included, and what each vCPU in use adds."""

    idle_w: Figures
    w_per_used_vcpu: Figures

    @classmethod
    def of(
        cls, vcpu: Figures, extra_gib: Figures, w_per_vcpu: tuple[Figures, Figures], values: Mapping[str, float]
    ) -> "InstancePower":
        """By vCPU, memory beyond the benchmark's, and the processor's idle and full watts per vCPU, at these values."""
        idle_w, full_w = w_per_vcpu
        return cls(vcpu * idle_w + extra_gib * values["memory_w_per_gib_cloud"], full_w - idle_w)

    @classmethod
    def of_type(cls, kind: InstanceType, values: Mapping[str, float]) -> "InstancePower":
        size = np.array([float(kind.vcpu)]), np.array([kind.memory_mib / MIB_PER_GIB])
        extra_gib = extra_memory_gib(size, (kind.cpu,), np.array([bool(kind.burstable)]))
        return cls.of(kind.vcpu, float(extra_gib[0]), w_per_vcpu(kind), values)

    def power_w(self, used_vcpu: Figures) -> F64:
        """Watts while work takes so many vCPU, which are no more than there are; for each instance or sample."""
        return np.asarray(self.idle_w + used_vcpu * self.w_per_used_vcpu)

    def together_w(self, used_vcpu: F32) -> F64:
        """Watts (T,) of all instances together while their work takes (n, T) vCPU."""
        each_w, together = np.asarray(self.w_per_used_vcpu, dtype=np.float64), np.zeros(used_vcpu.shape[1])
        # In float64 the watts of all are the sum of each one's; by blocks, since a large estate has no room for a copy.
        for start in range(0, len(used_vcpu), BLOCK):
            rows = slice(start, start + BLOCK)
            together += each_w[rows] @ used_vcpu[rows].astype(np.float64)
        return float(np.sum(self.idle_w)) + together


def used_vcpu(kind: InstanceType, demand_vcpu: float) -> float:
    """What of a demand an instance of a type gets; the usual use where the demand is not known (NaN)."""
    return min(max(demand_vcpu, 0.0), kind.vcpu) if math.isfinite(demand_vcpu) else kind.vcpu * USUAL_USE


def draw_w(kind: InstanceType, demand_vcpu: float, values: Mapping[str, float]) -> float:
    """Watts of one running instance whose work asks for `demand_vcpu`, NaN where that is not known."""
    return float(InstancePower.of_type(kind, values).power_w(used_vcpu(kind, demand_vcpu)))
