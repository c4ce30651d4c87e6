"""The same VMs on the fewest hosts, cluster by cluster, with spare hosts for a failure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.pack import Packed, pack
from virtlab.compare.alternatives.on_hosts.plan import Plan, on_hosts
from virtlab.compare.alternatives.shape import Shape, backup_gib, thin_gib
from virtlab.compare.alternatives.sizing.demand import used_vcpu
from virtlab.compare.inputs.estate import Hosts
from virtlab.engine.arrays import F64, Ints

GRAIN = np.array([1.0, 0.25, 0.1])
"""Allocated vCPU, GiB and used vCPU are rounded up to these, so that VMs nearly alike are placed as one group."""


@dataclass(frozen=True, slots=True)
class Build:
    """A host as it is bought."""

    model_id: int
    sockets: float
    cores: float
    threads_per_core: float
    memory_gib: float


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """A cluster moved together: its VMs (n,) and their packing on hosts of one build, and the spare ones."""

    cluster: int
    build: Build
    rows: Ints
    packed: Packed
    spare: int

    @property
    def hosts(self) -> int:
        return self.packed.hosts + self.spare


def consolidated(basis: Basis) -> Shape:
    """Every cluster on as few hosts of its most common build as carry it; VMs never change their cluster."""
    builds = [_usual_build(basis, cluster) for cluster in range(len(basis.estate.clusters))]
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
    lost = estate.vms.running & (host_of_vm < 0)
    facts = {
        "bound": float(sum(plan.packed.bound for plan in clusters)),
        "loaded": float(sum(plan.packed.hosts for plan in clusters)),
        "spare": float(sum(plan.spare for plan in clusters)),
    }
    names = tuple(estate.vms.names[row] for row in np.flatnonzero(lost))
    hosts = _host_set(basis, clusters)
    storage_gib, backups_gib = float(thin_gib(estate, basis.values).sum()), backup_gib(estate, basis.values)
    together = Plan(key, hosts, host_of_vm, storage_gib, backups_gib, facts=facts, unfit=names, new_hosts=new_hosts)
    return on_hosts(basis, together)


def _cluster(basis: Basis, cluster: int, build: Build | None) -> ClusterPlan | None:
    rows = running_in(basis, cluster)
    if build is None or not rows.size:
        return None
    return ClusterPlan(cluster, build, rows, pack(needs(basis, rows), room(basis, build), GRAIN), spare(basis, cluster))


def running_in(basis: Basis, cluster: int) -> Ints:
    """The VMs of a cluster that run (n,)."""
    return np.flatnonzero(basis.estate.vms.running & (basis.estate.vms.cluster == cluster))


def spare(basis: Basis, cluster: int) -> int:
    """Hosts that a cluster keeps for a failure; one of a single host has none today either."""
    several = int((basis.estate.hosts.cluster == cluster).sum()) > 1
    return int(basis.values["spare_hosts"]) if several else 0


def _usual_build(basis: Basis, cluster: int) -> Build | None:
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


def needs(basis: Basis, rows: Ints) -> F64:
    """What each VM takes of a host (n, 3): allocated vCPU, memory, and CPU at the percentile with headroom."""
    vms = basis.estate.vms
    return np.column_stack([vms.vcpu[rows], vms.memory_gib[rows], used_vcpu(basis, rows)])


def room(basis: Basis, build: Build) -> F64:
    """What a host of the build has of each (3,)."""
    values = basis.values
    work = build.cores * (values["smt_gain"] if build.threads_per_core > 1 else 1.0)
    return np.array(
        [
            build.cores * values["cpu_overcommit"],
            max(build.memory_gib - values["hypervisor_memory_gib"], 1.0) * values["memory_overcommit"],
            work * (1 - values["hypervisor_cpu_pct"] / 100),
        ]
    )


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
    )
