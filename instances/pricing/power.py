"""What instances draw: watts = vCPU × idle + used vCPU × (full − idle) + GiB × a fixed figure (docs/model.md, "Power").

Coefficients by processor: Cloud Carbon Footprint (MODEL 9). A processor without one counts with the middle of all.
"""

from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

import numpy as np

from instances.catalog.cache import cached_by_catalog
from instances.models import CpuPower, InstanceType
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
        """Of an instance of a type."""
        return cls.of(kind.vcpu, kind.memory_mib / MIB_PER_GIB, w_per_vcpu(kind), values)

    def power_w(self, used_vcpu: Figures) -> F64:
        """Watts while work takes so many vCPU, which are no more than there are; for each instance or sample."""
        return np.asarray(self.idle_w + used_vcpu * self.w_per_used_vcpu)

    def together_w(self, used_vcpu: F32) -> F64:
        """Watts (T,) of all instances together while their work takes (n, T) vCPU."""
        work_w = np.asarray(self.w_per_used_vcpu, dtype=np.float32) @ used_vcpu
        return float(np.sum(self.idle_w)) + np.asarray(work_w, dtype=np.float64)


@cached_by_catalog
def middle_w_per_vcpu() -> tuple[float, float]:
    """The middle of all processors' idle and full watts per vCPU; zeros before the catalog is loaded."""
    rows = list(CpuPower.objects.values_list("idle_w_per_vcpu", "full_w_per_vcpu"))
    return (median(row[0] for row in rows), median(row[1] for row in rows)) if rows else (0.0, 0.0)


def w_per_vcpu(kind: InstanceType) -> tuple[float, float]:
    """A type's idle and full watts per vCPU."""
    return (kind.cpu_power.idle_w_per_vcpu, kind.cpu_power.full_w_per_vcpu) if kind.cpu_power else middle_w_per_vcpu()


def draw_w(kind: InstanceType, cpu_vcpu: float, values: Mapping[str, float]) -> float:
    """Watts of one running instance whose work takes `cpu_vcpu`, of which it gets what there is."""
    return float(InstancePower.of_type(kind, values).power_w(min(max(cpu_vcpu, 0.0), kind.vcpu)))
