"""What VMs must be sized for: a percentile of their CPU and the peak of their memory with headroom, what is stated of
their peaks, and what they keep because nobody saw what they need.
"""

import numpy as np

from instances.rules.volumes.attachments import further_of
from instances.rules.volumes.limits import LARGEST_GIB
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.sizing.profiles import cpu_profile
from virtlab.compare.inputs.estate import VmArrays
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.labs.choices import WINDOWS_SYSTEMS, Evidence, MemorySeenBy

WINDOWS_LEAST_GIB, LINUX_LEAST_GIB = 2.0, 0.5
"""Memory below which a system does not run well: Windows Server asks for 2 GB with its desktop (Microsoft, hardware
requirements, 2025), common Linux servers for 512 MB."""


def used_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU that the VMs `rows` take of a host at the percentile, with headroom, never more than they have today."""
    need = _percentile(basis, rows) * headroom(basis)
    return np.minimum(np.fmax(need, stated_peak_vcpu(basis)[rows]), basis.estate.vms.vcpu[rows])


def busy_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU that the VMs `rows` are known to use at the percentile or their stated peak, without headroom."""
    return np.fmax(_percentile(basis, rows), stated_peak_vcpu(basis)[rows])


def _percentile(basis: Basis, rows: Ints) -> F64:
    return cpu_profile(basis.estate).percentile(basis.values["percentile"])[rows]


def packed_vcpu(basis: Basis, rows: Ints, core_vcpu: F64 | float) -> F64:
    """VCPU that a host keeps for the VMs `rows` (n,): what they use, and where nobody knows that, physical cores for
    today's vCPU by the ratio that is planned with. `core_vcpu`: what a core does; for several kinds of host (W, 1).
    """
    return np.where(keeps_size(basis)[rows], _planned_vcpu(basis, rows, core_vcpu), used_vcpu(basis, rows))


def planned_vcpu(basis: Basis, rows: Ints, core_vcpu: float) -> float:
    """The same of those of the VMs `rows` together whose demand nobody knows; 0 where all is known."""
    return float(_planned_vcpu(basis, rows[keeps_size(basis)[rows]], core_vcpu).sum())


def known_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU in demand together over time (T,) of those of the VMs `rows` whose demand is known, or assumed by choice."""
    known = rows[~keeps_size(basis)[rows]]
    return np.asarray(basis.estate.traces.cpu_vcpu[known].sum(axis=0, dtype=np.float64))


def _planned_vcpu(basis: Basis, rows: Ints, core_vcpu: F64 | float) -> F64:
    return np.asarray(basis.estate.vms.vcpu[rows] / basis.values["unmeasured_vcpu_per_core"] * core_vcpu)


def sized_vcpu(basis: Basis, rows: Ints) -> F64:
    """VCPU to size the VMs `rows` for: what they use, and all of today's where nobody knows that."""
    return np.where(keeps_size(basis)[rows], basis.estate.vms.vcpu[rows], used_vcpu(basis, rows))


def sized_memory_gib(basis: Basis, rows: Ints) -> F64:
    """GiB to size the VMs `rows` for: the peak with headroom, or more where that is not all they need (`_least_gib`),
    never more than today's.
    """
    today = basis.estate.vms.memory_gib[rows]
    peak = basis.estate.traces.memory_peak_gib[rows] * headroom(basis)
    stated = np.fmax(basis.estate.vms.memory_peak_gib[rows], 0.0)
    need = np.maximum.reduce([peak, stated, _least_gib(basis, rows)])
    return np.minimum(np.where(keeps_memory(basis)[rows], today, need), today)


def _least_gib(basis: Basis, rows: Ints) -> F64:
    """What the system needs, and a share of today's unless the guest itself was asked: a hypervisor sees what was
    touched lately, while caches and a start need more.
    """
    vms = basis.estate.vms
    windows = np.isin(vms.operating_system[rows], WINDOWS_SYSTEMS)
    system = np.where(windows, WINDOWS_LEAST_GIB, LINUX_LEAST_GIB)
    share = np.where(seen_by_guest(basis)[rows], 0.0, basis.values["memory_floor_pct"] / 100)
    return np.maximum(system, vms.memory_gib[rows] * share)


def stated_peak_vcpu(basis: Basis) -> F64:
    """The peaks of CPU (V,) that somebody stated; 0 without one, and where a trace shows more than one figure can."""
    vms = basis.estate.vms
    return np.where(vms.evidence == Evidence.MEASURED.value, 0.0, np.fmax(vms.cpu_peak_vcpu, 0.0))


def limit_demands(basis: Basis) -> F64:
    """What VMs (V, 5) ask of what a type gives (`limits_of`): of its EBS (MB/s, IOPS) and network (MB/s) with headroom,
    the places of their volumes with those of their further network adapters, and their volumes; NaN where nobody said.
    """
    vms = basis.estate.vms
    io = np.column_stack([vms.disk_mb_per_s, vms.disk_iops, vms.network_mb_per_s]) * headroom(basis)
    volumes = volumes_needed(vms)
    return np.column_stack([io, volumes + further_of(vms.nics), volumes])


def volumes_needed(vms: VmArrays) -> F64:
    """Volumes (V,) that VMs take: one a disk, and as many as hold them all where that is more; NaN where neither the
    number of their disks is known nor more than one is needed for what they hold.
    """
    least = np.ceil(vms.disk_gib / LARGEST_GIB)
    return np.fmax(vms.disks, np.where(least > 1, least, np.nan))


def volume_count(vms: VmArrays) -> F64:
    """Volumes (V,) that VMs are counted with: those they are known to take, else one for what disks they have."""
    known = volumes_needed(vms)
    return np.where(np.isnan(known), vms.disk_gib > 0, known)


def keeps_size(basis: Basis) -> Bools:
    """VMs (V,) that keep today's size because nobody knows their demand."""
    unknown = basis.estate.vms.evidence == Evidence.UNKNOWN.value
    return np.asarray(unknown & (basis.values["unmeasured_demand"] == 0))


def keeps_memory(basis: Basis) -> Bools:
    """VMs (V,) that keep all their memory: its demand is not known, or they are databases or in-memory stores."""
    vms, values = basis.estate.vms, basis.values
    unseen = (vms.memory_seen_by == MemorySeenBy.NOBODY.value) & np.isnan(vms.memory_peak_gib)
    return np.asarray((unseen & (values["unmeasured_demand"] == 0)) | in_memory(basis) | keeps_size(basis))


def in_memory(basis: Basis) -> Bools:
    """VMs (V,) whose names say that they are databases or in-memory stores, where the rule keeps their memory."""
    vms = basis.estate.vms
    if not basis.values["in_memory_keep"]:
        return np.zeros(len(vms), dtype=np.bool_)
    return vms.says_in_memory


def seen_by_guest(basis: Basis) -> Bools:
    """VMs (V,) whose memory was seen from inside."""
    return np.asarray(basis.estate.vms.memory_seen_by == MemorySeenBy.GUEST.value)


def headroom(basis: Basis) -> float:
    """What need is multiplied with."""
    return 1 + basis.values["headroom_pct"] / 100
