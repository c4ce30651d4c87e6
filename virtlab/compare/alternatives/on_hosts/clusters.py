"""Clusters moved each to hosts of its own: how their VMs are packed, and the hosts that come of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.offered import Build
from virtlab.compare.alternatives.on_hosts.plan import Plan, on_hosts
from virtlab.compare.alternatives.shape import Shape, backup_gib, rows_of, thin_gib, used_gib
from virtlab.compare.bills.onprem.room import ClusterRoom
from virtlab.compare.inputs.estate import EstateArrays, Hosts
from virtlab.engine.arrays import F64, Bools, Ints


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """A cluster moved together: its VMs `rows` (n,), and the place of each among its hosts (n,), −1 where none is large
    enough.

    Its hosts: those of today that are `staying`, by their rows in the estate, then `more`, each of its build; `loaded`
    of all carry VMs, no placement fewer than `bound`, `spare` are left free. `mean`: the loaded ones on the mean;
    `filled`: how many of these its VMs fill by the sum of what they take most of.
    """

    cluster: int
    rows: Ints
    host: Ints
    staying: Ints
    more: tuple[Build, ...]
    mean: Build
    loaded: int
    bound: int
    spare: int
    filled: float

    @property
    def room(self) -> ClusterRoom:
        """How full it is, spare hosts left out."""
        return ClusterRoom(self.cluster, hosts=float(self.hosts - self.spare), spare=self.spare, packed=self.filled)

    @property
    def hosts(self) -> int:
        """All of them."""
        return self.staying.size + len(self.more)


def has_vms(basis: Basis, cluster: int) -> bool:
    """Whether any VM is installed there, running or not."""
    vms = basis.estate.vms
    return bool((vms.installed & (vms.cluster == cluster)).any())


def on_clusters(basis: Basis, key: str, plans: Iterable[ClusterPlan | None], *, new_hosts: bool) -> Shape:
    """Every cluster (C,) on the hosts of its plan; None: it has no hosts."""
    estate = basis.estate
    clusters = [plan for plan in plans if plan is not None]
    host_of_vm, first = np.full(len(estate.vms), -1, dtype=np.intp), 0
    for plan in clusters:
        host_of_vm[plan.rows] = np.where(plan.host >= 0, plan.host + first, -1)
        first += plan.hosts
    not_carried = estate.vms.running & (host_of_vm < 0)
    facts = {
        "bound": float(sum(plan.bound for plan in clusters)),
        "loaded": float(sum(plan.loaded for plan in clusters)),
        "spare": float(sum(plan.spare for plan in clusters)),
    }
    if not new_hosts:
        facts["more"] = float(sum(len(plan.more) for plan in clusters))
    disks_gib, backups_gib = thin_gib(estate, basis.values), backup_gib(estate, basis.values)
    together = Plan(
        key=key,
        hosts=_host_set(estate, clusters),
        host_of_vm=host_of_vm,
        storage_gib=float(disks_gib[~not_carried].sum()),
        backup_gib=float(backups_gib[~not_carried].sum()),
        used_gib=float(used_gib(estate)[~not_carried].sum()),
        facts=facts,
        not_carried=rows_of(not_carried),
        new_hosts=new_hosts,
        beyond=None if new_hosts else _is_more(clusters),
        rooms=tuple(plan.room for plan in clusters),
    )
    return on_hosts(basis, together)


def _is_more(plans: list[ClusterPlan]) -> Bools:
    """Which hosts (H,) are not there today."""
    return np.array([n >= plan.staying.size for plan in plans for n in range(plan.hosts)], dtype=np.bool_)


def _host_set(estate: EstateArrays, plans: list[ClusterPlan]) -> Hosts:
    """The hosts of all clusters: what is known of those of today stays known of them."""
    today = estate.hosts

    def figures(figure: str, unknown: float | None = None) -> F64:
        known: F64 = getattr(today, figure)
        parts = [np.zeros(0)]
        for plan in plans:
            bought = [getattr(build, figure) if unknown is None else unknown for build in plan.more]
            parts += known[plan.staying], np.array(bought, dtype=np.float64)
        return np.concatenate(parts)

    names = [
        name
        for plan in plans
        for name in (
            *(today.names[host] for host in plan.staying.tolist()),
            *(f"{estate.clusters[plan.cluster]} {n + 1}" for n in range(plan.staying.size, plan.hosts)),
        )
    ]
    return Hosts(
        names=tuple(names),
        cluster=np.repeat([plan.cluster for plan in plans], [plan.hosts for plan in plans]).astype(np.intp),
        model_id=figures("model_id").astype(np.intp),
        sockets=figures("sockets"),
        cores=figures("cores"),
        threads_per_core=figures("threads_per_core"),
        memory_gib=figures("memory_gib"),
        on=np.ones(len(names), dtype=np.bool_),
        age_months=figures("age_months", np.nan),
        cpu_age_months=figures("cpu_age_months", 0.0),
        assumed=figures("assumed", 0.0).astype(np.bool_),
        stand_in=figures("stand_in", 0.0).astype(np.bool_),
    )
