"""The same VMs on new hosts: for each cluster the build that costs least over its lifetime, bought now.

A build's cost = hosts × (price ÷ lifetime + maintenance + hypervisor licence + rack + idle watts), with as many hosts
as the sums of what the VMs need fill at least, and the spare ones. Only the build chosen is then packed.
"""

import math

import numpy as np

from hosts.models import ServerModel
from hosts.pricing import unit_prices
from hosts.pricing.licences import LICENCE_KEYS, hypervisor_cores
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.on_hosts.consolidated import Build, needs, on_builds, room, running_in, spare
from virtlab.compare.alternatives.on_hosts.plan import curve_of
from virtlab.compare.alternatives.shape import Shape
from virtlab.engine.arrays import F64
from virtlab.engine.power.watts import HostPower
from virtlab.engine.units import kwh_per_month

MEMORY_GIB = (256.0, 512.0, 768.0, 1024.0, 1536.0, 2048.0, 3072.0, 4096.0)
"""Memory that servers are offered with; a model takes no less than its power was measured with."""
SOLD_YEARS = 3
"""Models count as sold that were published within so many years of the newest."""

Builds = tuple[Build | None, ...]


def refreshed(basis: Basis, builds: Builds) -> Shape:
    """Every cluster on as few new hosts of its build as carry it, with spare ones."""
    return on_builds(basis, "refresh", builds, new_hosts=True)


def new_builds(basis: Basis) -> Builds:
    """The build that each cluster (C,) costs least on; None where it has no hosts, or where none holds its VMs."""
    offered = _offered(list(basis.models.values()))
    clusters = range(len(basis.estate.clusters))
    return tuple(
        _cheapest(basis, cluster, offered) if basis.estate.hypervisors[cluster] else None for cluster in clusters
    )


def _offered(models: list[ServerModel]) -> list[Build]:
    newest = max((_year(model) for model in models), default=0.0)
    sold = [model for model in models if _year(model) >= newest - SOLD_YEARS]
    return [
        Build(model.pk, float(model.sockets), float(model.cores), float(model.threads_per_core), gib)
        for model in sold
        for gib in MEMORY_GIB
        if gib >= model.memory_gib
    ]


def _year(model: ServerModel) -> float:
    year, _dash, month = model.published.partition("-")
    return float(year or 0) + float(month or 1) / 12


def _cheapest(basis: Basis, cluster: int, offered: list[Build]) -> Build | None:
    rows = running_in(basis, cluster)
    need = needs(basis, rows)
    most, total = need.max(axis=0, initial=0.0), need.sum(axis=0)
    fitting = [build for build in offered if bool((room(basis, build) >= most).all())]
    return min(fitting, key=lambda build: _usd_per_month(basis, cluster, build, total), default=None)


def _usd_per_month(basis: Basis, cluster: int, build: Build, total: F64) -> float:
    v, model = basis.values, basis.models[build.model_id]
    hosts = max(1, math.ceil(float((total / room(basis, build)).max()))) + spare(basis, cluster)
    price_usd = unit_prices.server_price_usd(model.price_usd, build.cores, build.memory_gib, v)
    idle_w = float(HostPower.of([curve_of(model)], np.array([build.memory_gib])).idle_w[0])
    hypervisor = basis.estate.hypervisors[cluster]
    cores = hypervisor_cores(hypervisor, int(build.sockets), int(build.cores), int(v["licence_min_cores_per_cpu"]))
    licence_usd = unit_prices.licences_usd_per_month(cores, LICENCE_KEYS[hypervisor], v) if cores else 0.0
    each_usd = (
        unit_prices.spread_usd_per_month(price_usd, v)
        + unit_prices.maintenance_usd_per_month(price_usd, v)
        + licence_usd
        + unit_prices.rack_usd_per_month(model.rack_units, v)
        + unit_prices.electricity_usd(kwh_per_month(idle_w) * v["pue_onprem"], v)
    )
    return hosts * float(each_usd)
