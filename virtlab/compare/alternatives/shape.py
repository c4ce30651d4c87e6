"""What an alternative physically is: hosts or instances, what they hold, use and draw. Prices come later."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from virtlab.compare.bills.cloud import CloudQuantities
from virtlab.compare.bills.onprem_quantities import OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import tb_from_gib


@dataclass(frozen=True, slots=True)
class Fleet:
    """N hosts or instances: CPU utilisation 0 … 1 (N, T), and mean watts, of which `idle_w` before any work (N,)."""

    names: tuple[str, ...]
    utilisation: F32 | F64
    idle_w: F64
    mean_w: F64


@dataclass(frozen=True, slots=True)
class Use:
    """One resource over the whole alternative: means over time of what is used, what is allocated, and capacity."""

    used: float
    allocated: float
    total: float

    @property
    def share(self) -> float:
        """Used ÷ total, 0 … 1."""
        return self.used / self.total if self.total else 0.0


@dataclass(frozen=True)
class Shape:
    """An alternative without prices. `power_w` (T,): all of it together, without storage and building.

    `cpu_share` (N,): each one's mean CPU use, 0 … 1. `facts` are numbers that its sentences need.
    """

    key: str
    machines: int
    cpu: Use
    memory: Use
    power_w: F64
    cpu_share: F64
    quantities: OnPremQuantities | CloudQuantities
    fleet: Fleet | None = None
    facts: Mapping[str, float] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """About the bytes that it takes."""
        fleet = self.fleet.utilisation.nbytes if self.fleet else 0
        return fleet + self.power_w.nbytes + self.cpu_share.nbytes + 4096

    @property
    def mean_w(self) -> float:
        """Watts on average, rounded as the formulas show them."""
        return round(float(self.power_w.mean()), 3) if self.power_w.size else 0.0


def terabytes(gib: float) -> float:
    """TB of GiB, rounded as the bills show it."""
    return round(tb_from_gib(gib), 3)


def used_gib(estate: EstateArrays) -> F64:
    """Disk in use by VM (V,); all of it where the inventory does not say."""
    vms = estate.vms
    return np.where(vms.disk_used_gib > 0, np.minimum(vms.disk_used_gib, vms.disk_gib), vms.disk_gib)


def backup_gib(estate: EstateArrays, values: Mapping[str, float]) -> float:
    """What backups of all VMs hold: a share of their disk in use."""
    return float(used_gib(estate).sum()) * values["backup_share_pct"] / 100


def thin_gib(estate: EstateArrays, values: Mapping[str, float]) -> F64:
    """Disk in use with room to grow (V,), never more than provisioned."""
    return np.minimum(used_gib(estate) * (1 + values["disk_headroom_pct"] / 100), estate.vms.disk_gib)


def demand_vcpu(estate: EstateArrays) -> F64:
    """Mean CPU demand of each VM (V,) in vCPU, 0 for a stopped one."""
    return np.where(estate.vms.running, estate.traces.cpu_vcpu.mean(axis=1, dtype=np.float64), 0.0)


def demand_memory_gib(estate: EstateArrays) -> F64:
    """Mean GiB that each VM uses (V,), 0 for a stopped one."""
    return np.where(estate.vms.running, estate.traces.memory_gib.mean(axis=1, dtype=np.float64), 0.0)
