"""Memory of hosts: what the hypervisor keeps, what guests were promised and have touched, what is taken back."""

from dataclasses import dataclass

import numpy as np

from hosts.live.facts import Facts
from hosts.live.load import Frame
from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.load.overcommit import GuestMemory, MemoryPressure, MemoryState, memory_pressure, min_free_mib
from virtlab.engine.units import MIB_PER_GIB


@dataclass(frozen=True)
class Memory:
    """GiB by host (H,) and by guest (V,); `pressure` only for hosts that take memory back."""

    kept_gib: F64
    reserved_gib: F64
    used_gib: F64
    active_gib: F64
    guest_used_gib: F64
    guest_active_gib: F64
    pressure: dict[int, MemoryPressure]

    def state(self, host: int) -> MemoryState:
        """How short of memory a host is."""
        return self.pressure[host].state if host in self.pressure else MemoryState.HIGH


def memory_of(facts: Facts, frame: Frame, active_host: Ints, demand_gib: F64, touched_share: float) -> Memory:
    """Memory at one moment: `demand_gib` (V,) is active; what a guest has touched once stays used."""
    hosts = len(facts.hosts)
    promised, used, active = guests_gib(frame, active_host, demand_gib, touched_share)
    place = np.where(active_host >= 0, active_host, 0)
    reserved = sums(place, promised, hosts) if hosts else np.zeros(0)
    used_by_host = sums(place, used, hosts) if hosts else np.zeros(0)
    kept = kept_gib(facts, reserved)
    return Memory(
        kept_gib=kept,
        reserved_gib=reserved,
        used_gib=used_by_host,
        active_gib=sums(place, active, hosts) if hosts else np.zeros(0),
        guest_used_gib=used,
        guest_active_gib=active,
        pressure=_pressures(facts, active_host, (frame.memory_gib, used, active), kept),
    )


def guests_gib(frame: Frame, active_host: Ints, demand_gib: F64, touched_share: float) -> tuple[F64, F64, F64]:
    """What guests that run were promised, use and have active (V,)."""
    runs = active_host >= 0
    promised = np.where(runs, frame.memory_gib, 0.0)
    active = np.minimum(np.where(runs, demand_gib, 0.0), promised)
    return promised, np.maximum(active, promised * touched_share), active


def kept_gib(facts: Facts, reserved_gib: F64) -> F64:
    """What the hypervisor keeps of each host (H,), with what it keeps for each guest beside the guest's own."""
    kinds = {cluster.pk: HYPERVISORS[cluster.hypervisor] for cluster in facts.clusters}
    kept = []
    for host, reserved in zip(facts.hosts, reserved_gib.tolist(), strict=True):
        kind = kinds[host.cluster_id]
        fixed = kind.host_memory_kept_gib(host.memory_mib / MIB_PER_GIB)
        kept.append(fixed + kind.guest_memory_share.value * reserved)
    return np.array(kept)


def _pressures(facts: Facts, active_host: Ints, guests: tuple[F64, F64, F64], kept: F64) -> dict[int, MemoryPressure]:
    used = guests[1]
    placed = active_host >= 0
    total = sums(active_host[placed], used[placed], len(facts.hosts)) if len(facts.hosts) else np.zeros(0)
    found = {}
    for number, host in enumerate(facts.hosts):
        room = host.memory_mib - kept[number] * MIB_PER_GIB
        if total[number] * MIB_PER_GIB + min_free_mib(host.memory_mib) <= room or not total[number]:
            continue
        rows = np.flatnonzero(active_host == number)
        mib = [part[rows] * MIB_PER_GIB for part in guests]
        rows_mib = [GuestMemory(*row) for row in zip(*(part.tolist() for part in mib), strict=True)]
        found[number] = memory_pressure(host.memory_mib, kept[number] * MIB_PER_GIB, rows_mib)
    return found
