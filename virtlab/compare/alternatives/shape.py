"""What an alternative physically is: hosts or instances, what they hold, use and draw. Prices come later."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F32, F64, Bools
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

    `cpu_share` (N,): each one's mean CPU use, 0 … 1. `facts` are numbers that its sentences need. `not_carried`: the
    VMs that it does not carry, running or off, by their rows in the estate. `given_up`: what is there today and is not
    used on.
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
    not_carried: tuple[int, ...] = ()
    given_up: "Shape | None" = None

    @property
    def nbytes(self) -> int:
        """About the bytes that it takes."""
        fleet = self.fleet.utilisation.nbytes if self.fleet else 0
        return fleet + self.power_w.nbytes + self.cpu_share.nbytes + 4096

    @property
    def mean_w(self) -> float:
        """Watts on average, rounded as the formulas show them."""
        return round(float(self.power_w.mean()), 3) if self.power_w.size else 0.0


def rows_of(marked: Bools) -> tuple[int, ...]:
    """The rows of the VMs marked (V,)."""
    return tuple(np.flatnonzero(marked).tolist())


def terabytes(gib: float) -> float:
    """TB of GiB, rounded as the bills show it."""
    return round(tb_from_gib(gib), 3)


def card_w(basis: Basis) -> F64:
    """Watts of the GPU card of each VM (V,): of those that run and use a device of their host, on hosts and instances
    alike.
    """
    vms = basis.estate.vms
    return np.where(vms.running & vms.passthrough, basis.values["gpu_card_w"], 0.0)


def provisioned_gib(estate: EstateArrays) -> F64:
    """Disk provisioned by VM (V,): nothing for templates and what is set apart, which no alternative carries."""
    return np.where(estate.vms.installed, estate.vms.disk_gib, 0.0)


def used_gib(estate: EstateArrays) -> F64:
    """Disk in use by VM (V,); all that is provisioned where the inventory does not say."""
    return _in_use_gib(estate.vms.disk_used_gib, provisioned_gib(estate))


def not_carried_gib(estate: EstateArrays) -> float:
    """Disk in use by what the comparison leaves out, counted the same way."""
    rows = list(estate.not_carried)
    return float(_in_use_gib(estate.vms.disk_used_gib[rows], estate.vms.disk_gib[rows]).sum())


def _in_use_gib(used: F64, provisioned: F64) -> F64:
    return np.where(used > 0, np.minimum(used, provisioned), provisioned)


def backup_gib(estate: EstateArrays, values: Mapping[str, float]) -> F64:
    """What the backups of each VM hold (V,): a share of its disk in use."""
    return used_gib(estate) * values["backup_share_pct"] / 100


def snapshot_gib(estate: EstateArrays, values: Mapping[str, float]) -> F64:
    """What the snapshots of each VM hold in a cloud (V,): as much as its backups on-prem, or its disk in use once and
    the changes of each day kept.
    """
    if not values["snapshots"]:
        return backup_gib(estate, values)
    changes = values["snapshot_change_pct"] / 100 * values["snapshot_days"]
    return used_gib(estate) * (1 + changes)


def thin_gib(estate: EstateArrays, values: Mapping[str, float]) -> F64:
    """Disk in use with room to grow (V,), never more than provisioned."""
    return np.minimum(used_gib(estate) * (1 + values["disk_headroom_pct"] / 100), provisioned_gib(estate))


def demand_vcpu(estate: EstateArrays) -> F64:
    """Mean CPU demand of each VM (V,) in vCPU, 0 for a stopped one."""
    return np.where(estate.vms.running, estate.traces.cpu_mean_vcpu, 0.0)


def demand_memory_gib(estate: EstateArrays) -> F64:
    """Mean GiB that each VM uses (V,), 0 for a stopped one."""
    return np.where(estate.vms.running, estate.traces.memory_mean_gib, 0.0)
