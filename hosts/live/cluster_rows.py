"""Rows of clusters and datastores: sums of hosts and datastores, and of their guests' disks."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from hosts.choices import HostState
from hosts.live.arrays import LiveArrays, usd
from hosts.live.facts import ClusterFacts
from hosts.live.load import TENTHS
from hosts.live.rows import ClusterLive, DatastoreLive, GuestLive, HostLive

SUMMED = (
    "vcpu_allocatable",
    "vcpu_allocated",
    "vcpu_free",
    "guest_cores",
    "cpu_used_vcpu",
    "memory_gib",
    "memory_allocatable_gib",
    "memory_allocated_gib",
    "memory_free_gib",
    "memory_used_gib",
    "memory_active_gib",
)


def cluster_rows(
    now: LiveArrays, hosts: Sequence[HostLive], guests: Sequence[GuestLive], stores: Sequence[DatastoreLive]
) -> list[ClusterLive]:
    hosts_of: dict[int, list[HostLive]] = defaultdict(list)
    guests_of: dict[int, list[tuple[GuestLive, int, int]]] = defaultdict(list)
    stores_of: dict[int, list[DatastoreLive]] = defaultdict(list)
    for host in hosts:
        hosts_of[host.cluster_id].append(host)
    for store in stores:
        stores_of[store.cluster_id].append(store)
    places, active = now.inputs.host_of_guest.tolist(), now.load.active_host.tolist()
    for guest in zip(guests, places, active, strict=True):
        guests_of[guest[0].cluster_id].append(guest)
    return [
        _cluster(cluster, hosts_of[cluster.pk], guests_of[cluster.pk], stores_of[cluster.pk])
        for cluster in now.facts.clusters
    ]


def _cluster(
    cluster: ClusterFacts,
    hosts: Sequence[HostLive],
    guests: Sequence[tuple[GuestLive, int, int]],
    stores: Sequence[DatastoreLive],
) -> ClusterLive:
    placed = sum((host.cost_usd_per_month for host in hosts), Decimal(0))
    unplaced = sum((guest.cost_usd_per_month for guest, place, _ in guests if place < 0), Decimal(0))
    unused = sum((store.unused_usd_per_month for store in stores), Decimal(0))
    hosts_w, storage_w = _total(hosts, "power_w"), _total(stores, "power_w")
    return ClusterLive(
        pk=cluster.pk,
        name=cluster.name,
        site=cluster.site,
        hypervisor=cluster.hypervisor,
        hosts=len(hosts),
        hosts_on=sum(host.state == HostState.ON for host in hosts),
        guests=sum(not guest.is_template for guest, _, _ in guests),
        running=sum(active >= 0 for _, _, active in guests),
        cores=sum(host.cores for host in hosts),
        cores_on=sum(host.cores for host in hosts if host.is_on),
        **{name: _total(hosts, name) for name in SUMMED},
        power_w=round(hosts_w + storage_w, 1),
        cost_usd_per_month=placed + unplaced + unused,
        cost_of_placed_usd_per_month=placed,
        cost_of_unplaced_usd_per_month=unplaced,
        power_of_hosts_w=round(hosts_w, 1),
        power_of_storage_w=round(storage_w, 1),
        unused_space_usd_per_month=unused,
    )


def _total(rows: Sequence[HostLive | DatastoreLive], field: str) -> float:
    total: float = sum(getattr(row, field) for row in rows)
    return total


def datastore_rows(now: LiveArrays) -> list[DatastoreLive]:
    allocated: dict[int, float] = defaultdict(float)
    taken: dict[int, float] = defaultdict(float)
    memory_files: dict[int, float] = defaultdict(float)
    count: dict[int, int] = defaultdict(int)
    for guest, disk in zip(now.facts.guests, now.disks, strict=True):
        key = guest.datastore_id or 0
        allocated[key] += guest.disk_gib
        taken[key] += disk.taken_gib
        memory_files[key] += disk.memory_file_gib
        count[key] += 1
    costs, unused = usd(now.costs.store_cents), usd(now.costs.unused_cents)
    return [
        DatastoreLive(
            pk=store.pk,
            name=store.name,
            cluster_id=store.cluster_id,
            capacity_gib=store.capacity_gib,
            allocated_gib=allocated[store.pk],
            reduction=store.reduction,
            taken_gib=taken[store.pk] / store.reduction,
            memory_files_gib=memory_files[store.pk] / store.reduction,
            free_gib=store.capacity_gib - taken[store.pk] / store.reduction,
            full_since=now.full.get(store.pk),
            mib_per_s=store.mib_per_s,
            guests=count[store.pk],
            power_w=float(now.store_tenths_w[row]) / TENTHS,
            cost_usd_per_month=costs[row],
            unused_usd_per_month=unused[row],
        )
        for row, store in enumerate(now.facts.datastores)
    ]
