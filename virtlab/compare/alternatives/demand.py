"""What VMs must be sized for: a percentile of their CPU, the peak of their memory, headroom on both."""

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.profiles import cpu_profile, memory_profile
from virtlab.engine.arrays import F64, Ints
from virtlab.labs.choices import WINDOWS_SYSTEMS

WINDOWS_LEAST_GIB, LINUX_LEAST_GIB = 2.0, 0.5
"""Memory below which a system does not run well: Windows Server asks for 2 GB with its desktop (Microsoft, hardware
requirements, 2025), common Linux servers for 512 MB."""


def sized_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU to size the VMs `rows` for, never more than they have today."""
    need = cpu_profile(basis.estate).percentile(basis.values["percentile"]) * headroom(basis)
    return np.minimum(need[rows], basis.estate.vms.vcpu[rows])


def sized_memory_gib(basis: Basis, rows: Ints) -> F64:
    """GiB to size the VMs `rows` for: the peak with headroom, at least a share of today's, never more than that.

    A trace shows memory touched lately, while caches and a start need more: hence the share that is kept.
    """
    vms = basis.estate.vms
    today = vms.memory_gib[rows]
    peak = memory_profile(basis.estate).peak[rows] * headroom(basis)
    windows = np.isin(vms.operating_system[rows], WINDOWS_SYSTEMS)
    least = np.maximum(
        today * basis.values["memory_floor_pct"] / 100, np.where(windows, WINDOWS_LEAST_GIB, LINUX_LEAST_GIB)
    )
    return np.minimum(np.maximum(peak, least), today)


def headroom(basis: Basis) -> float:
    """What need is multiplied with."""
    return 1 + basis.values["headroom_pct"] / 100
