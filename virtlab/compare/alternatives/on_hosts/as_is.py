"""Today's hosts with today's VMs on them."""

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.not_carried import NOT_CARRIED_SHARE, not_carried_share
from virtlab.compare.alternatives.on_hosts.plan import Plan, memory_by_cluster, on_hosts
from virtlab.compare.alternatives.shape import Shape, backup_gib, not_carried_gib, used_gib
from virtlab.compare.bills.onprem.room import StorageRoom
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.units import tb_from_gib


def as_is(basis: Basis) -> Shape:
    """Today's hosts with today's VMs on them."""
    return on_hosts(basis, as_is_plan(basis))


def as_is_plan(basis: Basis) -> Plan:
    """Counted as the clusters' pages do: what is installed and bought, whether it runs or not. What runs decides on the
    watts alone.
    """
    estate = basis.estate
    vms = estate.vms
    host = np.where(vms.running, vms.host, -1)
    return Plan(
        key="as_is",
        hosts=estate.hosts,
        host_of_vm=host,
        storage_gib=estate.bought_storage_gib,
        backup_gib=float(backup_gib(estate, basis.values).sum()),
        used_gib=float(used_gib(estate).sum()),
        storage_held=False,
        facts={**surviving(basis), NOT_CARRIED_SHARE: not_carried_share(estate)},
        home_of_vm=vms.host,
        disks=_disks_today(estate),
    )


def _disks_today(estate: EstateArrays) -> StorageRoom:
    """How full the storage that is there is, as the runway shows it, but for what is left out."""
    return StorageRoom(
        held_tb=tb_from_gib(float(used_gib(estate).sum())),
        room_tb=tb_from_gib(estate.storage_room_gib),
        aside_tb=tb_from_gib(not_carried_gib(estate)),
    )


def surviving(basis: Basis) -> dict[str, float]:
    """Clusters of several hosts that run VMs, and how many of them hold the memory of all these without their largest
    host; what a comparison leaves out runs there too. A single host is no cluster that could lose one.
    """
    estate = basis.estate
    hosts, vms = estate.hosts, estate.vms
    runs_there = vms.running.copy()
    runs_there[list(estate.not_carried)] = True
    allocated_gib, room_gib, largest_gib = memory_by_cluster(basis, hosts, np.where(runs_there, vms.host, -1))
    several = np.bincount(hosts.cluster[hosts.on], minlength=len(allocated_gib)) > 1
    runs = (allocated_gib > 0) & several
    return {"clusters": float(runs.sum()), "survive": float((runs & (room_gib - largest_gib >= allocated_gib)).sum())}
