"""The live state as arrays, and its rows made of them: column by column, since a large estate has 10,000 of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from hosts.choices import HostState
from hosts.live.cost import Costs
from hosts.live.disks import Disk
from hosts.live.facts import ClusterFacts, EstateFacts
from hosts.live.load import TENTHS, LoadInputs, LoadResult, power_weights, tenths_w
from hosts.live.memory import Memory
from hosts.live.rows import ClusterLive, DatastoreLive, GuestLive, HostLive
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from virtlab.engine.arrays import F64, Ints, ratio, sums
from virtlab.engine.load.overcommit import ready_class
from virtlab.engine.units import MIB_PER_GIB
from virtlab.engine.whole_split import split_whole
from virtlab.web.records import from_columns

Columns = dict[str, Sequence[Any]]
OF_HOST = ("pk", "name", "cluster_id", "state", "rack", "model", "cores")
OF_GUEST = (
    "pk", "name", "cluster_id", "host_id", "datastore_id", "power_state", "is_template", "health", "vcpu", "disk_gib",
    "disk_used_gib",
)  # fmt: skip
SUMMED = (
    "vcpu_allocatable", "vcpu_allocated", "vcpu_free", "guest_cores", "cpu_used_vcpu", "memory_gib",
    "memory_allocatable_gib", "memory_allocated_gib", "memory_free_gib", "memory_used_gib",
)  # fmt: skip


@dataclass(frozen=True)
class LiveArrays:
    """Arrays at `lab_at`. Watts are whole tenths and money whole cents, so that guests sum to their host and hosts to
    their cluster exactly.
    """

    lab_at: datetime
    facts: EstateFacts
    inputs: LoadInputs
    load: LoadResult
    memory: Memory
    costs: Costs
    disks: list[Disk]

    @cached_property
    def host_tenths_w(self) -> Ints:
        """Tenths of a watt of each host (H,)."""
        return tenths_w(self.load)

    @cached_property
    def guest_tenths_w(self) -> Ints:
        """Tenths of a watt of each guest (V,)."""
        return split_whole(self.host_tenths_w, power_weights(self.inputs, self.load), self.load.active_host)

    def by_host(self, amounts: F64) -> F64:
        """The sum over each host's running guests (H,) of what each guest has (V,)."""
        active = self.load.active_host >= 0
        return sums(self.load.active_host[active], amounts[active], len(self.facts.hosts))

    def of_host(self, amounts: F64) -> F64:
        """What its host has (H,) for each guest (V,), 0 for one that runs on none."""
        return np.append(amounts, 0.0)[self.load.active_host]


def host_rows(now: LiveArrays) -> list[HostLive]:
    """Every host."""
    same = {name: list(map(attrgetter(name), now.facts.hosts)) for name in OF_HOST}
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
    ballooned, compressed, swapped, stall = _reclaimed(now)
    return {
        "memory_gib": installed,
        "memory_overhead_gib": memory.overhead_gib.tolist(),
        "memory_allocatable_gib": allocatable.tolist(),
        "memory_allocated_gib": memory.allocated_gib.tolist(),
        "memory_free_gib": np.maximum(allocatable - memory.allocated_gib, 0.0).tolist(),
        "memory_used_gib": memory.used_gib.tolist(),
        "memory_active_gib": memory.active_gib.tolist(),
        "memory_state": [memory.state(n) for n in range(len(installed))],
        "ballooned_gib": ballooned.tolist(),
        "compressed_gib": compressed.tolist(),
        "swapped_gib": swapped.tolist(),
        "stall_share": stall.tolist(),
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
        "cost_usd_per_month": _usd(now.costs.host_cents),
        "cost_unallocated_usd_per_month": _usd(now.costs.unallocated_cents),
    }


def _clusters(now: LiveArrays) -> list[tuple[ClusterFacts, bool]]:
    """Each host's cluster, and whether the host takes guests."""
    clusters = {cluster.pk: cluster for cluster in now.facts.clusters}
    return [(clusters[host.cluster_id], host.state == HostState.ON) for host in now.facts.hosts]


def _reclaimed(now: LiveArrays) -> F64:
    """By host (4, H): ballooned, compressed and swapped GiB, and the share of time that guests wait for it."""
    table = np.zeros((4, len(now.facts.hosts)))
    for n, taken in now.memory.pressure.items():
        mib = (taken.ballooned_mib, taken.compressed_mib, taken.swapped_mib)
        table[:, n] = (*(part / MIB_PER_GIB for part in mib), taken.stall_share)
    return table


def guest_rows(now: LiveArrays) -> list[GuestLive]:
    """Every guest and template."""
    same = {name: list(map(attrgetter(name), now.facts.guests)) for name in OF_GUEST}
    return from_columns(
        GuestLive,
        **same,
        **_guest_cpu(now),
        **_guest_memory(now),
        **_guest_disk(now.disks),
        operating_system=[guest.operating_system or "" for guest in now.facts.guests],
        power_w=(now.guest_tenths_w / TENTHS).tolist(),
        cost_usd_per_month=_usd(now.costs.guest_cents),
    )


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
    reclaimed_share = ratio(_reclaimed(now)[:3].sum(axis=0), now.memory.used_gib)
    return {
        "memory_gib": now.inputs.memory_gib.tolist(),
        "memory_used_gib": used.tolist(),
        "memory_active_gib": now.memory.guest_active_gib.tolist(),
        "memory_reclaimed_gib": (used * now.of_host(reclaimed_share)).tolist(),
    }


def _guest_disk(disks: Sequence[Disk]) -> Columns:
    return {
        "disk_taken_gib": [disk.taken_gib for disk in disks],
        "delta_gib": [disk.delta_gib for disk in disks],
        "snapshots": [disk.snapshots for disk in disks],
        "read_factor": [disk.read_factor for disk in disks],
    }


def cluster_rows(now: LiveArrays, hosts: Sequence[HostLive], guests: Sequence[GuestLive]) -> list[ClusterLive]:
    """Every cluster."""
    hosts_of: dict[int, list[HostLive]] = defaultdict(list)
    guests_of: dict[int, list[tuple[GuestLive, int, int]]] = defaultdict(list)
    for host in hosts:
        hosts_of[host.cluster_id].append(host)
    places, active = now.inputs.host_of_guest.tolist(), now.load.active_host.tolist()
    for guest in zip(guests, places, active, strict=True):
        guests_of[guest[0].cluster_id].append(guest)
    return [_cluster(cluster, hosts_of[cluster.pk], guests_of[cluster.pk]) for cluster in now.facts.clusters]


def _cluster(
    cluster: ClusterFacts, hosts: Sequence[HostLive], guests: Sequence[tuple[GuestLive, int, int]]
) -> ClusterLive:
    placed = sum((host.cost_usd_per_month for host in hosts), Decimal(0))
    unplaced = sum((guest.cost_usd_per_month for guest, place, _ in guests if place < 0), Decimal(0))
    return ClusterLive(
        pk=cluster.pk,
        name=cluster.name,
        site=cluster.site,
        hypervisor=cluster.hypervisor,
        hosts=len(hosts),
        hosts_on=sum(host.state == HostState.ON for host in hosts),
        guests=sum(not guest.is_template for guest, _, _ in guests),
        running=sum(active >= 0 for _, _, active in guests),
        **{name: _total(hosts, name) for name in SUMMED},
        power_w=round(_total(hosts, "power_w"), 1),
        cost_usd_per_month=placed + unplaced,
        cost_of_placed_usd_per_month=placed,
    )


def _total(hosts: Sequence[HostLive], field: str) -> float:
    total: float = sum(getattr(host, field) for host in hosts)
    return total


def datastore_rows(now: LiveArrays) -> list[DatastoreLive]:
    """Every datastore."""
    allocated: dict[int, float] = defaultdict(float)
    taken: dict[int, float] = defaultdict(float)
    count: dict[int, int] = defaultdict(int)
    for guest, disk in zip(now.facts.guests, now.disks, strict=True):
        key = guest.datastore_id or 0
        allocated[key] += guest.disk_gib
        taken[key] += disk.taken_gib
        count[key] += 1
    return [
        DatastoreLive(
            pk=store.pk,
            name=store.name,
            cluster_id=store.cluster_id,
            capacity_gib=store.capacity_gib,
            allocated_gib=allocated[store.pk],
            taken_gib=taken[store.pk],
            free_gib=store.capacity_gib - taken[store.pk],
            mib_per_s=store.mib_per_s,
            guests=count[store.pk],
        )
        for store in now.facts.datastores
    ]


def _count(host: Ints, hosts: int) -> list[int]:
    counts: list[int] = np.bincount(host[host >= 0], minlength=hosts).tolist()
    return counts


def _usd(cents: Ints) -> list[Decimal]:
    return [Decimal(amount) / 100 for amount in cents.tolist()]
