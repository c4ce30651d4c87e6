"""What VMs take of hosts, what hosts have for them, and how many they fill."""

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.offered import Build
from virtlab.compare.alternatives.on_hosts.plan import memory_room_gib
from virtlab.compare.alternatives.sizing.demand import keeps_size, packed_vcpu
from virtlab.engine.arrays import F64, Ints

GRAIN = np.array([1.0, 0.25, 0.1])
"""Allocated vCPU, GiB and used vCPU are rounded up to these, so that VMs nearly alike are placed as one group."""


def running_in(basis: Basis, cluster: int) -> Ints:
    """The VMs of a cluster that run (n,)."""
    return np.flatnonzero(basis.estate.vms.running & (basis.estate.vms.cluster == cluster))


def spare(basis: Basis, cluster: int) -> int:
    """Hosts that a cluster keeps for a failure; one of a single host has none today either."""
    several = int((basis.estate.hosts.cluster == cluster).sum()) > 1
    return int(basis.values["spare_hosts"]) if several else 0


def needs(basis: Basis, rows: Ints, core_vcpu: F64 | float) -> F64:
    """What each VM takes of a host (…, n, 3): allocated vCPU, memory, and CPU at the percentile with headroom, or as it
    is planned where nobody knows that, on hosts whose cores do `core_vcpu` (one, or several (W, 1)).
    """
    vms = basis.estate.vms
    columns = np.broadcast_arrays(vms.vcpu[rows], vms.memory_gib[rows], packed_vcpu(basis, rows, core_vcpu))
    return np.stack(columns, axis=-1)


def grains(basis: Basis, rows: Ints, core_vcpu: float) -> F64:
    """What needs are rounded up to (n, 3). Of VMs that are planned by vCPU those of one size are alike already: they
    are not rounded, so that a core holds as many vCPU as is planned.
    """
    planned = core_vcpu / basis.values["unmeasured_vcpu_per_core"]
    rounded = np.tile(GRAIN, (rows.size, 1))
    rounded[:, 2] = np.where(keeps_size(basis)[rows], planned, GRAIN[2])
    return rounded


def work_of_core(basis: Basis, build: Build) -> float:
    """VCPU that a physical core of the build does for VMs: with its threads, without what the hypervisor takes."""
    gain = basis.values["smt_gain"] if build.threads_per_core > 1 else 1.0
    return gain * (1 - basis.values["hypervisor_cpu_pct"] / 100)


def host_capacity(basis: Basis, build: Build) -> F64:
    """What a host of the build has of each (3,)."""
    values = basis.values
    memory_gib = memory_room_gib(build.memory_gib, values)
    return np.array([build.cores * values["cpu_overcommit"], memory_gib, build.cores * work_of_core(basis, build)])


def hosts_filled(total: F64, rooms: F64) -> F64:
    """Hosts (…,), fractions, that the sum of VMs' needs (…, 3) fills, by what it takes most of; `rooms` (…, 3): of one
    host.
    """
    return np.asarray((total / rooms).max(axis=-1))
