"""The same VMs on the fewest hosts, cluster by cluster, with spare hosts for a failure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
from virtlab.compare.alternatives.on_hosts.offered import Build
from virtlab.compare.alternatives.on_hosts.pack import Packed, pack
from virtlab.compare.alternatives.on_hosts.plan import Plan, on_hosts
from virtlab.compare.alternatives.shape import Shape, backup_gib, rows_of, thin_gib, used_gib
from virtlab.compare.bills.onprem.room import ClusterRoom
from virtlab.compare.inputs.estate import Hosts
from virtlab.engine.arrays import F64, Ints


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """A cluster moved together: its VMs (n,) and their packing on hosts of one build, and the spare ones. `filled`:
    hosts that its VMs fill by the sum of what they take most of.
    """

    cluster: int
    build: Build
    rows: Ints
    packed: Packed
    spare: int
    filled: float

    @property
    def room(self) -> ClusterRoom:
        """How full it is, spare hosts left out."""
        return ClusterRoom(self.cluster, hosts=float(self.hosts - self.spare), packed=self.filled)

    @property
    def hosts(self) -> int:
        """As many as its VMs need, and the spare ones; one where all of them are off."""
        return max(self.packed.hosts, 1) + self.spare


def consolidated(basis: Basis) -> Shape:
    """Every cluster on as few hosts of its most common build as carry it; VMs never change their cluster."""
    builds = [usual_build(basis, cluster) for cluster in range(len(basis.estate.clusters))]
    return on_builds(basis, "consolidated", builds, new_hosts=False)


def on_builds(basis: Basis, key: str, builds: Sequence[Build | None], *, new_hosts: bool) -> Shape:
    """Every cluster (C,) on as few hosts of its build as carry it, and its spare ones; None: it has no hosts."""
    estate = basis.estate
    of_clusters = (_cluster(basis, cluster, build) for cluster, build in enumerate(builds))
    clusters = [plan for plan in of_clusters if plan is not None]
    host_of_vm, first = np.full(len(estate.vms), -1, dtype=np.intp), 0
    for plan in clusters:
        host_of_vm[plan.rows] = np.where(plan.packed.host >= 0, plan.packed.host + first, -1)
        first += plan.hosts
    not_carried = estate.vms.running & (host_of_vm < 0)
    facts = {
        "bound": float(sum(plan.packed.bound for plan in clusters)),
        "loaded": float(sum(plan.packed.hosts for plan in clusters)),
        "spare": float(sum(plan.spare for plan in clusters)),
    }
    hosts, beyond = _host_set(basis, clusters), None
    if not new_hosts:
        today = np.bincount(estate.hosts.cluster, minlength=len(estate.clusters))
        beyond = np.array([n >= today[plan.cluster] for plan in clusters for n in range(plan.hosts)], dtype=np.bool_)
        facts["more"] = float(beyond.sum())
    disks_gib, backups_gib = thin_gib(estate, basis.values), backup_gib(estate, basis.values)
    together = Plan(
        key=key,
        hosts=hosts,
        host_of_vm=host_of_vm,
        storage_gib=float(disks_gib[~not_carried].sum()),
        backup_gib=float(backups_gib[~not_carried].sum()),
        used_gib=float(used_gib(estate)[~not_carried].sum()),
        facts=facts,
        not_carried=rows_of(not_carried),
        new_hosts=new_hosts,
        beyond=beyond,
        rooms=tuple(plan.room for plan in clusters),
    )
    return on_hosts(basis, together)


def _cluster(basis: Basis, cluster: int, build: Build | None) -> ClusterPlan | None:
    rows, vms = running_in(basis, cluster), basis.estate.vms
    if build is None or not bool((vms.installed & (vms.cluster == cluster)).any()):
        return None
    kept = spare(basis, cluster) if rows.size else 0
    core_vcpu = work_of_core(basis, build)
    need, each = needs(basis, rows, core_vcpu), host_capacity(basis, build)
    filled = float(hosts_filled(need.sum(axis=0), each))
    return ClusterPlan(cluster, build, rows, pack(need, each, grains(basis, rows, core_vcpu)), kept, filled)


def usual_build(basis: Basis, cluster: int) -> Build | None:
    """The cluster's most common build; the larger one of two equally common."""
    hosts = basis.estate.hosts
    members = np.flatnonzero(hosts.cluster == cluster)
    builds = Counter(
        Build(
            int(hosts.model_id[h]),
            float(hosts.sockets[h]),
            float(hosts.cores[h]),
            float(hosts.threads_per_core[h]),
            float(hosts.memory_gib[h]),
        )
        for h in members
    )
    return max(builds, key=lambda build: (builds[build], build.memory_gib, build.cores)) if builds else None


def _host_set(basis: Basis, plans: list[ClusterPlan]) -> Hosts:
    def spread(figure: str) -> F64:
        return np.array([getattr(plan.build, figure) for plan in plans for _ in range(plan.hosts)], dtype=np.float64)

    names = [f"{basis.estate.clusters[plan.cluster]} {n + 1}" for plan in plans for n in range(plan.hosts)]
    return Hosts(
        names=tuple(names),
        cluster=np.array([plan.cluster for plan in plans for _ in range(plan.hosts)], dtype=np.intp),
        model_id=spread("model_id").astype(np.intp),
        sockets=spread("sockets"),
        cores=spread("cores"),
        threads_per_core=spread("threads_per_core"),
        memory_gib=spread("memory_gib"),
        on=np.ones(len(names), dtype=np.bool_),
        age_months=np.full(len(names), np.nan),
        assumed=np.zeros(len(names), dtype=np.bool_),
        stand_in=np.zeros(len(names), dtype=np.bool_),
    )
