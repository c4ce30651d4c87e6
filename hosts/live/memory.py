"""Memory of hosts: the hypervisor's own, what is allocated to guests, what they have touched, what is reclaimed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from hosts.live.facts import EstateFacts, GuestFacts
from hosts.live.load import LoadInputs
from hosts.live.traces import demand
from hosts.models import VirtualMachine
from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.load.other_reclaim import dynamic_range_pressure, host_swap_pressure
from virtlab.engine.load.overcommit import (
    GuestMemory,
    MemoryPressure,
    MemoryState,
    memory_pressure,
    min_free_mib,
)
from virtlab.engine.units import MIB_PER_GIB, SECONDS_PER_HOUR
from virtlab.labs.models import Lab


@dataclass(frozen=True)
class Memory:
    """GiB by host (H,) and by guest (V,); `pressure` only for hosts that reclaim memory."""

    overhead_gib: F64
    allocated_gib: F64
    used_gib: F64
    active_gib: F64
    guest_used_gib: F64
    guest_active_gib: F64
    pressure: dict[int, MemoryPressure]

    def state(self, host: int) -> MemoryState:
        """How short of memory a host is."""
        return self.pressure[host].state if host in self.pressure else MemoryState.HIGH

    @cached_property
    def reclaimed(self) -> F64:
        """By host (4, H): ballooned, compressed and swapped GiB, and the share of time that guests wait for it."""
        table = np.zeros((4, len(self.overhead_gib)))
        for host, taken in self.pressure.items():
            mib = (taken.ballooned_mib, taken.compressed_mib, taken.swapped_mib)
            table[:, host] = (*(part / MIB_PER_GIB for part in mib), taken.stall_share)
        return table


def memory_of(
    facts: EstateFacts, inputs: LoadInputs, demand_gib: F64, lab_at: datetime, values: Mapping[str, float]
) -> Memory:
    """Memory at one moment: `demand_gib` (V,) is active; what a guest has touched once stays used. `values`: the lab's
    parameters.
    """
    active_host, hosts = inputs.active_host, len(facts.hosts)
    swap_mib = values["host_swap_gib"] * MIB_PER_GIB
    allocated, active = guests_gib(inputs, demand_gib)
    used = used_gib(facts.guests, allocated, active, lab_at, values)
    place = np.where(active_host >= 0, active_host, 0)
    allocated_by_host = sums(place, allocated, hosts) if hosts else np.zeros(0)
    used_by_host = sums(place, used, hosts) if hosts else np.zeros(0)
    overhead = overhead_gib(facts, allocated_by_host)
    return Memory(
        overhead_gib=overhead,
        allocated_gib=allocated_by_host,
        used_gib=used_by_host,
        active_gib=sums(place, active, hosts) if hosts else np.zeros(0),
        guest_used_gib=used,
        guest_active_gib=active,
        pressure=_pressures(facts, active_host, (inputs.memory_gib, used, active), overhead, swap_mib),
    )


def guests_gib(inputs: LoadInputs, demand_gib: F64) -> tuple[F64, F64]:
    """What is allocated to guests that run, and what they have active (V,)."""
    runs = inputs.active_host >= 0
    allocated = np.where(runs, inputs.memory_gib, 0.0)
    return allocated, np.minimum(np.where(runs & inputs.works, demand_gib, 0.0), allocated)


def used_gib(
    guests: Sequence[GuestFacts] | Sequence[VirtualMachine],
    allocated_gib: F64,
    active_gib: F64,
    lab_at: datetime,
    values: Mapping[str, float],
) -> F64:
    """What guests use (V,): what they have active, or have touched since they were powered on, if that is more. Their
    caches fill in time, with what they could have read: their disk, where it is known in whole, beside what is active.
    """
    hours = np.array([_hours_on(guest.powered_on_lab_at, lab_at) for guest in guests])
    whole = [guest.disk_used_gib if guest.disk_used_gib and not guest.base_id else np.inf for guest in guests]
    share = values["touched_memory_pct"] / 100 * np.minimum(hours / values["touched_memory_hours"], 1.0)
    return np.maximum(active_gib, np.minimum(allocated_gib * share, np.array(whole) + active_gib))


def _hours_on(since: datetime | None, lab_at: datetime) -> float:
    return max((lab_at - since).total_seconds(), 0.0) / SECONDS_PER_HOUR if since else np.inf


def active_gib(lab: Lab, cluster: int, lab_at: datetime) -> dict[int, float]:
    """Memory (GiB) that each guest of a cluster has active at a lab time, by key (two queries at most)."""
    rows = VirtualMachine.objects.filter(cluster=cluster).order_by().values_list("pk", "workload__trace__pk")
    _cpu, memory = demand(lab, [trace for _pk, trace in rows], np.array([lab_at.timestamp()]))
    return dict(zip([pk for pk, _trace in rows], memory[:, 0].tolist(), strict=True))


def overhead_gib(facts: EstateFacts, allocated_gib: F64) -> F64:
    """What the hypervisor takes of each host (H,), with what it takes for each guest beside the guest's own."""
    kinds = {cluster.pk: HYPERVISORS[cluster.hypervisor] for cluster in facts.clusters}
    overhead = []
    for host, allocated in zip(facts.hosts, allocated_gib.tolist(), strict=True):
        kind = kinds[host.cluster_id]
        fixed = kind.host_memory_reserved_gib(host.memory_mib / MIB_PER_GIB)
        overhead.append(fixed + kind.guest_memory_share.value * allocated)
    return np.array(overhead)


def _pressures(
    facts: EstateFacts, active_host: Ints, guests: tuple[F64, F64, F64], overhead: F64, swap_mib: float
) -> dict[int, MemoryPressure]:
    placed = active_host >= 0
    hosts = len(facts.hosts)
    allocated, used = (sums(active_host[placed], part[placed], hosts) if hosts else np.zeros(0) for part in guests[:2])
    kinds = {cluster.pk: HYPERVISORS[cluster.hypervisor] for cluster in facts.clusters}
    pressures = {}
    for number, host in enumerate(facts.hosts):
        room, kind = host.memory_mib - overhead[number] * MIB_PER_GIB, kinds[host.cluster_id]
        held_mib = (allocated if kind.rules.memory_range else used)[number] * MIB_PER_GIB
        free_mib = 0.0 if kind.rules.memory_range else min_free_mib(host.memory_mib)
        if held_mib + free_mib <= room or not held_mib:
            continue
        rows = np.flatnonzero(active_host == number)
        mib = [part[rows] * MIB_PER_GIB for part in guests]
        rows_mib = [GuestMemory(*row) for row in zip(*(part.tolist() for part in mib), strict=True)]
        sizes_mib = (host.memory_mib, overhead[number] * MIB_PER_GIB, swap_mib)
        pressures[number] = _pressure(kind, sizes_mib, rows_mib)
    return pressures


def _pressure(kind: Hypervisor, sizes_mib: tuple[float, float, float], guests: list[GuestMemory]) -> MemoryPressure:
    """As its hypervisor takes memory back; sizes: the host's memory, what the hypervisor keeps of it, its swap."""
    memory_mib, reserve_mib, swap_mib = sizes_mib
    if kind.rules.host_swap:
        return host_swap_pressure(memory_mib, reserve_mib, guests, swap_mib)
    if kind.rules.memory_range:
        return dynamic_range_pressure(memory_mib, reserve_mib, guests, kind.rules.memory_range.value)
    return memory_pressure(memory_mib, reserve_mib, guests)
