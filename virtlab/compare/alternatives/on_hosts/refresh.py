"""The same VMs on new hosts: for each cluster the build that costs least over its lifetime, bought now.

A build's cost = hosts × (price ÷ lifetime + maintenance + hypervisor licence + rack + idle watts), with as many hosts
as the sums of what the VMs need fill at least, and the spare ones. Only the build chosen is then packed.
"""

import numpy as np

from hosts.pricing import unit_prices
from hosts.pricing.hypervisors import host_usd_per_year
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
from virtlab.compare.alternatives.on_hosts.offered import Build, builds
from virtlab.compare.alternatives.on_hosts.pack import pack
from virtlab.compare.alternatives.on_hosts.plan import curve_of
from virtlab.compare.alternatives.shape import Shape
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.power.watts import HostPower
from virtlab.engine.units import MONTHS_PER_YEAR, kwh_per_month

Builds = tuple[Build | None, ...]


def refreshed(basis: Basis, chosen: Builds) -> Shape:
    """Every cluster on as few new hosts of its build as carry it, with spare ones."""
    plans = (_on_new(basis, cluster, build) for cluster, build in enumerate(chosen))
    return on_clusters(basis, "refresh", plans, new_hosts=True)


def _on_new(basis: Basis, cluster: int, build: Build | None) -> ClusterPlan | None:
    """As many of the build as its VMs need, and the spare ones; one where all of them are off."""
    if build is None or not has_vms(basis, cluster):
        return None
    rows, core_vcpu = running_in(basis, cluster), work_of_core(basis, build)
    need, each = needs(basis, rows, core_vcpu), host_capacity(basis, build)
    packed, free = pack(need, each, grains(basis, rows, core_vcpu)), spare(basis, cluster) if rows.size else 0
    return ClusterPlan(
        cluster=cluster,
        rows=rows,
        host=packed.host,
        staying=np.zeros(0, dtype=np.intp),
        more=(build,) * (max(packed.hosts, 1) + free),
        mean=build,
        loaded=packed.hosts,
        bound=packed.bound,
        spare=free,
        filled=float(hosts_filled(need.sum(axis=0), each)),
    )


def new_builds(basis: Basis) -> Builds:
    """The build that each cluster (C,) costs least on; None where it has no hosts, or where none holds any of its VMs.

    A VM that no build holds does not decide on the build of the others.
    """
    offered = builds(basis.models.values(), basis.values)
    rooms = np.array([host_capacity(basis, build) for build in offered]).reshape(-1, 3)
    hardware_usd = _hardware_usd_per_month(basis, offered)
    return tuple(
        _cheapest(basis, cluster, offered, (rooms, hardware_usd)) if basis.estate.hypervisors[cluster] else None
        for cluster in range(len(basis.estate.clusters))
    )


def _held(need: F64, rooms: F64) -> Bools:
    """Which VMs (n,), by what they need (n, 3), some host holds, by what it has (B, 3)."""
    by_resource = [rooms[:, r] >= need[:, r, None] for r in range(need.shape[1])]
    return np.asarray(np.logical_and.reduce(by_resource).any(axis=1))


def _cheapest(basis: Basis, cluster: int, offered: list[Build], known: tuple[F64, F64]) -> Build | None:
    rooms, hardware_usd = known
    # Builds are many, what a core of theirs does is one of two: with one thread and with two.
    work, kind = np.unique([work_of_core(basis, build) for build in offered], return_inverse=True)
    need = needs(basis, running_in(basis, cluster), work[:, None])
    held = np.any([_held(its, rooms[kind == n]) for n, its in enumerate(need)], axis=0)
    if need.size and not held.any():
        return None
    need = need[:, held]
    most, total = need.max(axis=1, initial=0.0)[kind], need.sum(axis=1)[kind]
    fits = (rooms >= most).all(axis=1)
    if not fits.any():
        return None
    hosts = np.maximum(1, np.ceil(hosts_filled(total, rooms))) + spare(basis, cluster)
    licence_usd = [
        host_usd_per_year(basis.estate.hypervisors[cluster], int(build.sockets), int(build.cores), basis.values)
        / MONTHS_PER_YEAR
        for build in offered
    ]
    return offered[int(np.where(fits, hosts * (hardware_usd + licence_usd), np.inf).argmin())]


def _hardware_usd_per_month(basis: Basis, offered: list[Build]) -> F64:
    """What a host of each build costs a month (B,): its purchase, upkeep, rack space and idle watts."""
    v, models = basis.values, [basis.models[build.model_id] for build in offered]
    price_usd = np.array(
        [
            unit_prices.server_price_usd(model.price_usd, build.cores, build.memory_gib, v)
            for model, build in zip(models, offered, strict=True)
        ]
    )
    memory_gib = np.array([build.memory_gib for build in offered])
    curves = {model.pk: curve_of(model) for model in models}
    idle_kwh = kwh_per_month(
        HostPower.of([curves[model.pk] for model in models], memory_gib, v["extra_memory_w_per_gib"]).idle_w
    )
    rack_units = np.array([float(model.rack_units) for model in models])
    return np.asarray(
        unit_prices.spread_usd_per_month(price_usd, v)
        + unit_prices.maintenance_usd_per_month(price_usd, v)
        + unit_prices.rack_usd_per_month(rack_units, v)
        + unit_prices.electricity_usd(idle_kwh * v["pue_onprem"], v)
    )
