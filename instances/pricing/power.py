"""What instances draw: watts = vCPU × idle + used vCPU × (full − idle) + GiB × a fixed figure (docs/model.md, "Power").

Coefficients by processor: Cloud Carbon Footprint (MODEL 9). A processor without one counts with the middle of all.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from instances.catalog.queries import w_per_vcpu
from instances.models import InstanceType
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import MIB_PER_GIB

Figures = float | F64
"""A number of one instance, or an array (n,) of many."""
USUAL_USE = 0.2
"""Use of the CPU that is assumed where an instance has no trace (assumption)."""


class InstancePower(NamedTuple):
    """Watts of a running instance without work, its memory included, and what each vCPU in use adds."""

    idle_w: Figures
    w_per_used_vcpu: Figures

    @classmethod
    def of(
        cls, vcpu: Figures, memory_gib: Figures, w_per_vcpu: tuple[Figures, Figures], values: Mapping[str, float]
    ) -> "InstancePower":
        """By size and its processor's idle and full watts per vCPU, at a lab's values."""
        idle_w, full_w = w_per_vcpu
        return cls(vcpu * idle_w + memory_gib * values["memory_w_per_gib_cloud"], full_w - idle_w)

    @classmethod
    def of_type(cls, kind: InstanceType, values: Mapping[str, float]) -> "InstancePower":
        return cls.of(kind.vcpu, kind.memory_mib / MIB_PER_GIB, w_per_vcpu(kind), values)

    def power_w(self, used_vcpu: Figures) -> F64:
        """Watts while work takes so many vCPU, which are no more than there are; for each instance or sample."""
        return np.asarray(self.idle_w + used_vcpu * self.w_per_used_vcpu)

    def together_w(self, used_vcpu: F32) -> F64:
        """Watts (T,) of all instances together while their work takes (n, T) vCPU."""
        work_w = np.asarray(self.w_per_used_vcpu, dtype=np.float32) @ used_vcpu
        return float(np.sum(self.idle_w)) + np.asarray(work_w, dtype=np.float64)


def used_vcpu(kind: InstanceType, demand_vcpu: float) -> float:
    """What of a demand an instance of a type gets; the usual use where the demand is not known (NaN)."""
    return min(max(demand_vcpu, 0.0), kind.vcpu) if math.isfinite(demand_vcpu) else kind.vcpu * USUAL_USE


def draw_w(kind: InstanceType, demand_vcpu: float, values: Mapping[str, float]) -> float:
    """Watts of one running instance whose work asks for `demand_vcpu`, NaN where that is not known."""
    return float(InstancePower.of_type(kind, values).power_w(used_vcpu(kind, demand_vcpu)))
