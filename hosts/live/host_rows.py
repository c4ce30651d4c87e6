"""Rows of hosts and guests made of arrays: column by column, since a large estate has 10,000 of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hosts.choices import HostState
from hosts.live.arrays import LiveArrays, usd
from hosts.live.disks import Disk
from hosts.live.facts import ClusterFacts, GuestFacts, HostFacts
from hosts.live.load import TENTHS
from hosts.live.rows import GuestLive, HostLive
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from virtlab.engine.arrays import Ints, ratio
from virtlab.engine.load.overcommit import ready_class, slowdown
from virtlab.engine.units import MIB_PER_GIB
from virtlab.web.records import from_columns, shared_columns

Columns = dict[str, Sequence[Any]]


def host_rows(now: LiveArrays) -> list[HostLive]:
    same = shared_columns(HostLive, HostFacts, now.facts.hosts)
    return from_columns(HostLive, **same, **_host_cpu(now), **_host_memory(now), **_host_power_and_cost(now))


def _host_cpu(now: LiveArrays) -> Columns:
    threads = [host.cores * host.threads_per_core for host in now.facts.hosts]
    ratios = [cluster.cpu_overcommit if on else 0.0 for cluster, on in _clusters(now)]
    allocatable, allocated = np.array(threads) * np.array(ratios), now.by_host(now.inputs.vcpu)
    ready = now.load.ready_share[:, 0].tolist()
    return {
        "guests": _count(now.inputs.host_of_guest, len(threads)),
        "running": _count(now.load.active_host, len(threads)),
        "threads": threads,
        "vcpu_allocatable": allocatable.tolist(),
        "vcpu_allocated": allocated.tolist(),
        "vcpu_free": np.maximum(allocatable - allocated, 0.0).tolist(),
        "guest_cores": now.inputs.guest_cores.tolist(),
        "cpu_demand_vcpu": now.by_host(now.load.demand_vcpu[:, 0]).tolist(),
        "cpu_used_vcpu": now.by_host(now.load.used_vcpu[:, 0]).tolist(),
        "cpu_share": now.load.utilisation[:, 0].tolist(),
        "ready_share": ready,
        "ready_class": list(map(ready_class, ready)),
    }


def _host_memory(now: LiveArrays) -> Columns:
    memory, installed = now.memory, [host.memory_mib / MIB_PER_GIB for host in now.facts.hosts]
    allocatable = np.array(
        [_memory_gib(cluster, gib) if on else 0.0 for gib, (cluster, on) in zip(installed, _clusters(now), strict=True)]
    )
    ballooned, compressed, swapped, stall = now.memory.reclaimed
    room_gib = np.maximum(np.array(installed) - memory.overhead_gib, 0.0)
    return {
        "memory_gib": installed,
        "memory_overhead_gib": memory.overhead_gib.tolist(),
        "memory_allocatable_gib": allocatable.tolist(),
        "memory_allocated_gib": memory.allocated_gib.tolist(),
        "memory_free_gib": np.maximum(allocatable - memory.allocated_gib, 0.0).tolist(),
        # What is reclaimed is not in the host's memory any more.
        "memory_used_gib": np.minimum(memory.used_gib, room_gib).tolist(),
        "memory_active_gib": memory.active_gib.tolist(),
        "memory_state": [memory.state(n) for n in range(len(installed))],
        "ballooned_gib": ballooned.tolist(),
        "compressed_gib": compressed.tolist(),
        "swapped_gib": swapped.tolist(),
        "stall_share": stall.tolist(),
        "memory_slowdown": list(map(slowdown, stall.tolist())),
    }


def _memory_gib(cluster: ClusterFacts, installed_gib: float) -> float:
    """What a host of a cluster may allocate."""
    hypervisor = cluster.hypervisor
    return guest_room_gib(hypervisor, installed_gib) * memory_ratio(hypervisor, cluster.memory_overcommit)


def _host_power_and_cost(now: LiveArrays) -> Columns:
    unallocated = now.host_tenths_w - now.by_host(now.guest_tenths_w.astype(np.float64)).astype(np.intp)
    return {
        "power_w": (now.host_tenths_w / TENTHS).tolist(),
        "power_unallocated_w": (unallocated / TENTHS).tolist(),
        "cost_usd_per_month": usd(now.costs.host_cents),
        "cost_unallocated_usd_per_month": usd(now.costs.unallocated_cents),
    }


def _clusters(now: LiveArrays) -> list[tuple[ClusterFacts, bool]]:
    """Each host's cluster, and whether the host takes guests."""
    clusters = {cluster.pk: cluster for cluster in now.facts.clusters}
    return [(clusters[host.cluster_id], host.state == HostState.ON) for host in now.facts.hosts]


def guest_rows(now: LiveArrays) -> list[GuestLive]:
    """Every guest and template."""
    computed = {
        **_guest_cpu(now),
        **_guest_memory(now),
        **_guest_disk(now.disks),
        "operating_system": [guest.operating_system or "" for guest in now.facts.guests],
        "power_w": (now.guest_tenths_w / TENTHS).tolist(),
        "cost_usd_per_month": usd(now.costs.guest_cents),
    }
    return from_columns(GuestLive, **shared_columns(GuestLive, GuestFacts, now.facts.guests) | computed)


def _guest_cpu(now: LiveArrays) -> Columns:
    used, ready = now.load.used_vcpu[:, 0], now.load.ready_share[:, 0]
    classes = [*map(ready_class, ready.tolist()), ready_class(0.0)]  # the last for −1: on no host
    return {
        "cpu_demand_vcpu": now.load.demand_vcpu[:, 0].tolist(),
        "cpu_used_vcpu": used.tolist(),
        "cpu_share": ratio(used, now.inputs.vcpu).tolist(),
        "ready_share": now.of_host(ready).tolist(),
        "ready_class": [classes[host] for host in now.load.active_host.tolist()],
    }


def _guest_memory(now: LiveArrays) -> Columns:
    used = now.memory.guest_used_gib
    taken = [used * now.of_host(ratio(part, now.memory.used_gib)) for part in now.memory.reclaimed[:3]]
    states = [now.memory.state(host) for host in now.load.active_host.tolist()]
    return {
        "memory_gib": now.inputs.memory_gib.tolist(),
        "memory_used_gib": used.tolist(),
        "memory_active_gib": now.memory.guest_active_gib.tolist(),
        "memory_state": states,
        "ballooned_gib": taken[0].tolist(),
        "compressed_gib": taken[1].tolist(),
        "swapped_gib": taken[2].tolist(),
        "memory_slowdown": list(map(slowdown, now.of_host(now.memory.reclaimed[3]).tolist())),
    }


def _guest_disk(disks: Sequence[Disk]) -> Columns:
    return {
        "disk_taken_gib": [disk.taken_gib for disk in disks],
        "memory_file_gib": [disk.memory_file_gib for disk in disks],
        "delta_gib": [disk.delta_gib for disk in disks],
        "snapshots": [disk.snapshots for disk in disks],
        "read_factor": [disk.read_factor for disk in disks],
    }


def _count(host: Ints, hosts: int) -> list[int]:
    counts: list[int] = np.bincount(host[host >= 0], minlength=hosts).tolist()
    return counts
