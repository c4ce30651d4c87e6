"""The estate on hosts of one's own: as it is, or moved together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hosts.models import ServerModel
from hosts.pricing.licences import (
    LICENCE_KEYS,
    SUBSCRIBED,
    WindowsNeed,
    hypervisor_cores,
    windows_cores,
    windows_need,
)
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.shape import Fleet, Shape, Use, demand_memory_gib, terabytes
from virtlab.compare.bills.onprem_quantities import Bought, OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays, Hosts
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.load.replay import replay
from virtlab.engine.power.watts import HostPower, PowerCurve
from virtlab.labs.choices import OperatingSystem


def curve_of(model: ServerModel) -> PowerCurve:
    """The model's power curve as the engine takes it."""
    return PowerCurve(tuple(float(watts) for watts in model.watts), model.memory_gib)


@dataclass(frozen=True, slots=True)
class Plan:
    """VMs on hosts: the map (V,), −1 for none, the storage that is bought for them and what their backups hold, and
    what the plan knows of itself. `new_hosts`: they are bought now; else they are there, as the storage always is.
    `home_of_vm` (V,): where VMs are installed that do not run, the map itself where None.
    """

    key: str
    hosts: Hosts
    host_of_vm: Ints
    storage_gib: float
    backup_gib: float
    facts: Mapping[str, float] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    new_hosts: bool = False
    home_of_vm: Ints | None = None


def as_is(basis: Basis) -> Shape:
    """Today's hosts with today's VMs on them, counted as the clusters' pages do: what is installed and bought, whether
    it runs or not. What runs decides on the watts alone.
    """
    estate = basis.estate
    vms = estate.vms
    host = np.where(vms.running, vms.host, -1)
    backups_gib = float(vms.disk_used_gib[vms.installed].sum()) * basis.values["backup_share_pct"] / 100
    facts = surviving(estate, host)
    plan = Plan("as_is", estate.hosts, host, estate.bought_storage_gib, backups_gib, facts=facts, home_of_vm=vms.host)
    return on_hosts(basis, plan)


def surviving(estate: EstateArrays, host_of_vm: Ints) -> dict[str, float]:
    """Clusters that run VMs, and how many of them hold the memory of all these without their largest host."""
    hosts, vms, count = estate.hosts, estate.vms, len(estate.clusters)
    placed = host_of_vm >= 0
    allocated_gib = np.bincount(hosts.cluster[host_of_vm[placed]], vms.memory_gib[placed], count)
    largest_gib = np.zeros(count)
    np.maximum.at(largest_gib, hosts.cluster, hosts.memory_gib * hosts.on)
    left_gib = np.bincount(hosts.cluster, hosts.memory_gib * hosts.on, count) - largest_gib
    runs = allocated_gib > 0
    return {"clusters": float(runs.sum()), "survive": float((runs & (left_gib >= allocated_gib)).sum())}


def on_hosts(basis: Basis, plan: Plan) -> Shape:
    """The VMs replayed on the plan's hosts, with what the hosts need bought and licensed."""
    estate, values, hosts, host_of_vm = basis.estate, basis.values, plan.hosts, plan.host_of_vm
    capacity = hosts.capacity_vcpu(values["smt_gain"])
    overhead = capacity * values["hypervisor_cpu_pct"] / 100
    result = replay(estate.traces.cpu_vcpu, host_of_vm, capacity, overhead_vcpu=overhead)
    utilisation = result.host_utilisation
    power = HostPower.of([curve_of(basis.models[m]) for m in hosts.model_id.tolist()], hosts.memory_gib)
    power_w = power.power_w(utilisation) * hosts.on[:, None]
    placed = host_of_vm >= 0
    vms = estate.vms
    ready = result.vm_ready_fraction()
    return Shape(
        key=plan.key,
        machines=len(hosts.names),
        cpu=Use(float(result.host_used_vcpu.mean(axis=1).sum()), float(vms.vcpu[placed].sum()), float(capacity.sum())),
        memory=Use(
            float(demand_memory_gib(estate)[placed].sum()),
            float(vms.memory_gib[placed].sum()),
            float(hosts.memory_gib.sum()),
        ),
        power_w=power_w.sum(axis=0),
        cpu_share=utilisation.mean(axis=1),
        quantities=_quantities(basis, plan),
        fleet=Fleet(
            hosts.names,
            utilisation.astype(np.float32),
            power.idle_w * hosts.on,
            power_w.mean(axis=1),
        ),
        facts={
            "guests": float(placed.sum()),
            "cores": float(hosts.cores.sum()),
            "allocated_vcpu": float(vms.vcpu[placed].sum()),
            "contended": float((ready > 0).sum()),
            **plan.facts,
        },
        unfit=plan.unfit,
    )


def _quantities(basis: Basis, plan: Plan) -> OnPremQuantities:
    estate, values, hosts = basis.estate, basis.values, plan.hosts
    vms, installed = estate.vms, estate.vms.installed
    models = [basis.models[m] for m in hosts.model_id.tolist()]
    return OnPremQuantities(
        bought=bought_by_age(models, hosts.memory_gib, hosts.cores, hosts.age_months),
        existing_servers=not plan.new_hosts,
        existing_storage=True,
        rack_units=sum(model.rack_units for model in models),
        licensed_cores=_hypervisor_cores(estate, hosts, int(values["licence_min_cores_per_cpu"])),
        windows_cores=_windows_need(estate, plan).by_cluster(),
        linux_subscriptions=int((installed & np.isin(vms.operating_system, SUBSCRIBED)).sum()),
        storage_tb=terabytes(plan.storage_gib),
        backup_tb=terabytes(plan.backup_gib),
        guests=int(installed.sum()),
    )


def bought_by_age(
    models: Sequence[ServerModel], memory_gib: F64, cores: F64, age_months: F64 | None = None
) -> tuple[Bought, ...]:
    """What servers (N,) are bought for: those of one age together, None where it is not known."""
    ages = np.full(len(models), np.nan) if age_months is None else age_months
    own = np.array([np.nan if model.price_usd is None else float(model.price_usd) for model in models])
    groups = []
    for age in np.unique(ages):
        its = np.isnan(ages) if np.isnan(age) else ages == age
        by_size = its & np.isnan(own)
        groups.append(
            Bought(
                age_months=None if np.isnan(age) else int(age),
                servers=int(by_size.sum()),
                cores=int(cores[by_size].sum()),
                memory_gib=round(float(memory_gib[by_size].sum()), 3),
                priced_servers=int(its.sum() - by_size.sum()),
                known_price_usd=float(np.nansum(own[its])),
            )
        )
    return tuple(groups)


def _windows_need(estate: EstateArrays, plan: Plan) -> WindowsNeed:
    vms, hosts = estate.vms, plan.hosts
    windows = np.flatnonzero(vms.installed & (vms.operating_system == OperatingSystem.WINDOWS.value))
    home = plan.host_of_vm if plan.home_of_vm is None else plan.home_of_vm
    counted = windows_cores(hosts.sockets, hosts.cores)
    return windows_need(counted, hosts.cluster, vms.cluster[windows], home[windows])


def _hypervisor_cores(estate: EstateArrays, hosts: Hosts, least_per_cpu: int) -> dict[str, int]:
    """Cores to license by price parameter; VMware counts at least so many a CPU."""
    counted: dict[str, int] = {}
    for cluster, sockets, cores in zip(hosts.cluster.tolist(), hosts.sockets, hosts.cores, strict=True):
        hypervisor = estate.hypervisors[cluster]
        if key := LICENCE_KEYS.get(hypervisor):
            licensed = hypervisor_cores(hypervisor, int(sockets), int(cores), least_per_cpu)
            counted[key] = counted.get(key, 0) + licensed
    return counted
