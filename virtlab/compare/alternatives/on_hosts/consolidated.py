"""The same VMs on the fewest of today's hosts, cluster by cluster, with spare ones for a failure.

Which hosts stay: of a cluster the largest first (memory, then cores), of those alike the newest first, and those whose
purchase nobody stated last, by the age of their processors; where a newer one that is left over holds what one is to
carry, it stays in its place. So age, model and size of what stays are those of the inventory. A cluster that needs more
than it has gets hosts like one of its own. Any spare host holds what each of the others carries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from hosts.pricing.unit_prices import server_price_usd
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.capacity import (
    grains,
    host_capacity,
    hosts_filled,
    needs,
    running_in,
    spare,
    work_of_core,
)
from virtlab.compare.alternatives.on_hosts.clusters import ClusterPlan, has_vms, on_clusters
from virtlab.compare.alternatives.on_hosts.offered import Build
from virtlab.compare.alternatives.on_hosts.pack_own import OwnHosts, pack_on
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.inputs.estate import Hosts
from virtlab.engine.arrays import Ints


def consolidated(basis: Basis, plans: Iterable[ClusterPlan | None]) -> Shape:
    """Every cluster on as few of its own hosts as carry it (`staying_plans`); VMs never change their cluster."""
    return on_clusters(basis, "consolidated", plans, new_hosts=False)


def staying_plans(basis: Basis) -> list[ClusterPlan | None]:
    """The plan of each cluster (C,) on its hosts of today; None where it has no hosts, or nothing is installed."""
    return [_on_staying(basis, cluster) for cluster in range(len(basis.estate.clusters))]


def in_order(hosts: Hosts, cluster: int) -> Ints:
    """A cluster's hosts in the order in which they stay: the largest first, of those alike the newest."""
    its = np.flatnonzero(hosts.cluster == cluster)
    return its[np.lexsort((hosts.order_months[its], -hosts.cores[its], -hosts.memory_gib[its]))]


def _on_staying(basis: Basis, cluster: int) -> ClusterPlan | None:
    rows, hosts = running_in(basis, cluster), basis.estate.hosts
    its = in_order(hosts, cluster)
    if not its.size or not has_vms(basis, cluster):
        return None
    builds = [build_of(hosts, host) for host in its.tolist()]
    # Where cores of some do more with two threads, what is planned by cores is counted as on those.
    core_vcpu = max(work_of_core(basis, build) for build in builds)
    own = OwnHosts(
        rooms=np.array([host_capacity(basis, build) for build in builds]),
        price_usd=np.array([_price_usd(basis, build) for build in builds]),
        age_months=hosts.order_months[its],
    )
    need, free = needs(basis, rows, core_vcpu), spare(basis, cluster) if rows.size else 0
    packed = pack_on(need, own, grains(basis, rows, core_vcpu), free)
    mean = mean_build([builds[n] for n in packed.loaded.tolist()] or builds[:1])
    return ClusterPlan(
        cluster=cluster,
        rows=rows,
        host=packed.host,
        staying=its[packed.staying],
        more=tuple(builds[n] for n in packed.more.tolist()),
        mean=mean,
        loaded=packed.loaded.size,
        bound=packed.bound,
        spare=packed.spare,
        filled=float(hosts_filled(need.sum(axis=0), host_capacity(basis, mean))),
    )


def _price_usd(basis: Basis, build: Build) -> float:
    """What another host of the build costs."""
    price_usd = basis.models[build.model_id].price_usd
    return float(server_price_usd(price_usd, build.cores, build.memory_gib, basis.values))


def build_of(hosts: Hosts, host: int) -> Build:
    """What a host is."""
    return Build(
        int(hosts.model_id[host]),
        float(hosts.sockets[host]),
        float(hosts.cores[host]),
        float(hosts.threads_per_core[host]),
        float(hosts.memory_gib[host]),
    )


def mean_build(builds: Sequence[Build]) -> Build:
    """Hosts on the mean by cores and memory, else as the first; as they are where all are alike."""
    cores, memory_gib = (
        sum(sizes) / len(builds) for sizes in zip(*((build.cores, build.memory_gib) for build in builds), strict=True)
    )
    return replace(builds[0], cores=cores, memory_gib=memory_gib)
