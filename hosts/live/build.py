"""The live state as arrays, and its rows made of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from hosts.choices import HostState
from hosts.live.cost import Costs
from hosts.live.disks import Disk
from hosts.live.facts import ClusterFacts, Facts, HostFacts
from hosts.live.load import TENTHS, Frame, Loads, power_weights, tenths_w
from hosts.live.memory import Memory
from hosts.live.rows import ClusterLive, DatastoreLive, GuestLive, HostLive
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from virtlab.engine.arrays import F64, Ints, sums
from virtlab.engine.load.overcommit import ready_class
from virtlab.engine.units import MIB_PER_GIB
from virtlab.engine.whole_split import split_whole


@dataclass(frozen=True)
class Parts:
    """Arrays at `lab_at`. Watts are whole tenths and money whole cents, so that guests sum to their host and hosts to
    their cluster exactly.
    """

    lab_at: datetime
    facts: Facts
    frame: Frame
    load: Loads
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
        return split_whole(self.host_tenths_w, power_weights(self.frame, self.load), self.load.active_host)


@dataclass(frozen=True)
class HostSums:
    """What the guests of each host come to (H,)."""

    placed: Ints
    running: Ints
    vcpu: F64
    wanted: F64
    used: F64
    unallocated_tenths_w: F64
    cost_cents: Ints
    unallocated_cents: Ints

    @classmethod
    def of(cls, now: Parts) -> "HostSums":
        """Adds up."""
        active, count = now.load.active_host, len(now.facts.hosts)
        placed = now.frame.host_of_guest
        return cls(
            np.bincount(placed[placed >= 0], minlength=count),
            np.bincount(active[active >= 0], minlength=count),
            _by_host(active, now.frame.vcpu, count),
            _by_host(active, now.load.wanted_vcpu[:, 0], count),
            _by_host(active, now.load.used_vcpu[:, 0], count),
            now.host_tenths_w - _by_host(active, now.guest_tenths_w.astype(np.float64), count),
            now.costs.host_cents,
            now.costs.unallocated_cents,
        )


def host_rows(now: Parts) -> list[HostLive]:
    """Every host."""
    clusters = {cluster.pk: cluster for cluster in now.facts.clusters}
    totals = HostSums.of(now)
    return [_host(now, totals, n, host, clusters[host.cluster_id]) for n, host in enumerate(now.facts.hosts)]


def _host(now: Parts, totals: HostSums, n: int, host: HostFacts, cluster: ClusterFacts) -> HostLive:
    works, ready = host.state == HostState.ON, float(now.load.ready_share[n, 0])
    threads, installed = host.cores * host.threads_per_core, host.memory_mib / MIB_PER_GIB
    kept, reserved = float(now.memory.kept_gib[n]), float(now.memory.reserved_gib[n])
    ratio = memory_ratio(cluster.hypervisor, cluster.memory_overcommit) if works else 0.0
    memory = guest_room_gib(cluster.hypervisor, installed) * ratio
    vcpu = threads * cluster.cpu_overcommit if works else 0.0
    promised_vcpu = float(totals.vcpu[n])
    return HostLive(
        host.pk, host.name, host.cluster_id, host.state, host.rack, host.model, int(totals.placed[n]),
        int(totals.running[n]), host.cores, threads, vcpu, promised_vcpu, max(vcpu - promised_vcpu, 0.0),
        float(now.frame.guest_cores[n]), float(totals.wanted[n]), float(totals.used[n]),
        float(now.load.utilisation[n, 0]), ready, ready_class(ready), installed, kept, memory, reserved,
        max(memory - reserved, 0.0), float(now.memory.used_gib[n]), float(now.memory.active_gib[n]),
        now.memory.state(n), *_taken_back_gib(now, n), int(now.host_tenths_w[n]) / TENTHS,
        int(totals.unallocated_tenths_w[n]) / TENTHS, _usd(totals.cost_cents[n]), _usd(totals.unallocated_cents[n]),
    )  # fmt: skip


def _taken_back_gib(now: Parts, n: int) -> tuple[float, float, float, float]:
    """Ballooned, compressed, swapped GiB, and the share of time that guests wait for it."""
    found = now.memory.pressure.get(n)
    if found is None:
        return 0.0, 0.0, 0.0, 0.0
    gib = [mib / MIB_PER_GIB for mib in (found.ballooned_mib, found.compressed_mib, found.swapped_mib)]
    return gib[0], gib[1], gib[2], found.stall_share


def guest_rows(now: Parts) -> list[GuestLive]:
    """Every guest and template."""
    bill, tenths = now.costs.guest_cents.tolist(), now.guest_tenths_w.tolist()
    wanted, used = now.load.wanted_vcpu[:, 0].tolist(), now.load.used_vcpu[:, 0].tolist()
    memory_used, memory_active = now.memory.guest_used_gib.tolist(), now.memory.guest_active_gib.tolist()
    hosts, ready = now.load.active_host.tolist(), [*now.load.ready_share[:, 0].tolist(), 0.0]  # −1: on no host
    taken_back = {n: sum(_taken_back_gib(now, n)[:3]) / now.memory.used_gib[n] for n in now.memory.pressure}
    rows = []
    for n, guest in enumerate(now.facts.guests):
        waits = ready[hosts[n]]
        row = GuestLive(
            guest.pk, guest.name, guest.cluster_id, guest.host_id, guest.datastore_id, guest.power_state,
            guest.is_template, guest.health, guest.operating_system or "", guest.vcpu,
            guest.memory_mib / MIB_PER_GIB, wanted[n], used[n], used[n] / guest.vcpu if guest.vcpu else 0.0, waits,
            ready_class(waits), memory_used[n], memory_active[n], memory_used[n] * taken_back.get(hosts[n], 0.0),
            guest.disk_gib, guest.disk_used_gib, *now.disks[n], tenths[n] / TENTHS, _usd(bill[n]),
        )  # fmt: skip
        rows.append(row)
    return rows


def cluster_rows(now: Parts, hosts: Sequence[HostLive], guests: Sequence[GuestLive]) -> list[ClusterLive]:
    """Every cluster."""
    hosts_of: dict[int, list[HostLive]] = defaultdict(list)
    guests_of: dict[int, list[tuple[GuestLive, int, int]]] = defaultdict(list)
    for host in hosts:
        hosts_of[host.cluster_id].append(host)
    places, active = now.frame.host_of_guest.tolist(), now.load.active_host.tolist()
    for guest in zip(guests, places, active, strict=True):
        guests_of[guest[0].cluster_id].append(guest)
    return [_cluster(cluster, hosts_of[cluster.pk], guests_of[cluster.pk]) for cluster in now.facts.clusters]


def _cluster(
    cluster: ClusterFacts, hosts: Sequence[HostLive], guests: Sequence[tuple[GuestLive, int, int]]
) -> ClusterLive:
    placed = sum((host.cost_usd_per_month for host in hosts), Decimal(0))
    homeless = sum((guest.cost_usd_per_month for guest, place, _ in guests if place < 0), Decimal(0))
    return ClusterLive(
        pk=cluster.pk,
        name=cluster.name,
        site=cluster.site,
        hypervisor=cluster.hypervisor,
        hosts=len(hosts),
        hosts_on=sum(host.state == HostState.ON for host in hosts),
        guests=sum(not guest.is_template for guest, _, _ in guests),
        running=sum(active >= 0 for _, _, active in guests),
        vcpu_promisable=_total(hosts, "vcpu_promisable"),
        vcpu_reserved=_total(hosts, "vcpu_reserved"),
        vcpu_free=_total(hosts, "vcpu_free"),
        guest_cores=_total(hosts, "guest_cores"),
        cpu_used_vcpu=_total(hosts, "cpu_used_vcpu"),
        memory_gib=_total(hosts, "memory_gib"),
        memory_promisable_gib=_total(hosts, "memory_promisable_gib"),
        memory_reserved_gib=_total(hosts, "memory_reserved_gib"),
        memory_free_gib=_total(hosts, "memory_free_gib"),
        memory_used_gib=_total(hosts, "memory_used_gib"),
        power_w=round(_total(hosts, "power_w"), 1),
        cost_usd_per_month=placed + homeless,
        cost_of_placed_usd_per_month=placed,
    )


def _total(hosts: Sequence[HostLive], field: str) -> float:
    total: float = sum(getattr(host, field) for host in hosts)
    return total


def datastore_rows(now: Parts) -> list[DatastoreLive]:
    """Every datastore."""
    promised: dict[int, float] = defaultdict(float)
    taken: dict[int, float] = defaultdict(float)
    count: dict[int, int] = defaultdict(int)
    for guest, disk in zip(now.facts.guests, now.disks, strict=True):
        key = guest.datastore_id or 0
        promised[key] += guest.disk_gib
        taken[key] += disk.taken_gib
        count[key] += 1
    return [
        DatastoreLive(
            *found[:4],
            promised[found.pk],
            taken[found.pk],
            found.capacity_gib - taken[found.pk],
            found.mib_per_s,
            count[found.pk],
        )
        for found in now.facts.datastores
    ]


def _by_host(host: Ints, amounts: F64, count: int) -> F64:
    placed = host >= 0
    return sums(host[placed], amounts[placed], count)


def _usd(cents: int) -> Decimal:
    return Decimal(int(cents)) / 100
