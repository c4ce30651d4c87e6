"""What an instance draws: for each vCPU idle + (full − idle) × use, and a fixed figure for each GiB of memory.

Coefficients by processor: Cloud Carbon Footprint (MODEL 9). A processor without one counts with the middle of all.
"""

from collections.abc import Mapping
from statistics import median

from instances.catalog.kept import kept
from instances.models import CpuPower, InstanceType
from virtlab.engine.units import MIB_PER_GIB

USUAL_USE = 0.2
"""Use of the CPU that is assumed where an instance has no trace (assumption)."""


@kept
def middle_w_per_vcpu() -> tuple[float, float]:
    """The middle of all processors' idle and full watts per vCPU; zeros before the catalogue is loaded."""
    rows = list(CpuPower.objects.values_list("idle_w_per_vcpu", "full_w_per_vcpu"))
    return (median(row[0] for row in rows), median(row[1] for row in rows)) if rows else (0.0, 0.0)


def w_per_vcpu(kind: InstanceType) -> tuple[float, float]:
    """A type's idle and full watts per vCPU."""
    return (kind.cpu_power.idle_w_per_vcpu, kind.cpu_power.full_w_per_vcpu) if kind.cpu_power else middle_w_per_vcpu()


def draw_w(kind: InstanceType, cpu_vcpu: float, values: Mapping[str, float]) -> float:
    """Watts of one running instance whose work takes `cpu_vcpu`."""
    idle_w, full_w = w_per_vcpu(kind)
    memory_w = kind.memory_mib / MIB_PER_GIB * values["memory_w_per_gib_cloud"]
    return kind.vcpu * idle_w + min(max(cpu_vcpu, 0.0), kind.vcpu) * (full_w - idle_w) + memory_w
