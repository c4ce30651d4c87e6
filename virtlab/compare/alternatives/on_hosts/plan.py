"""VMs on hosts of one's own: what of these they use, and what has to be bought and licensed for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hosts.models import ServerModel
from hosts.pricing.hypervisors import CHARGES, is_windows_server
from hosts.pricing.licences import (
    SUBSCRIBED,
    WindowsNeed,
    WindowsVms,
    linux_subscriptions,
    sql_host_cores,
    sql_vm_cores,
    windows_cores,
    windows_need,
)
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.citations import cited_sql_server
from virtlab.compare.alternatives.manufacture import made_servers
from virtlab.compare.alternatives.shape import (
    Fleet,
    Shape,
    Use,
    card_w,
    demand_memory_gib,
    terabytes,
)
from virtlab.compare.alternatives.sizing.demand import known_vcpu, planned_vcpu
from virtlab.compare.bills.onprem.quantities import Bought, OnPremQuantities
from virtlab.compare.bills.onprem.room import ClusterRoom, StorageRoom
from virtlab.compare.inputs.estate import UNKNOWN_MONTHS, EstateArrays, Hosts
from virtlab.engine.arrays import F64, Amount, Bools, Ints
from virtlab.engine.load.replay import Replay, replay
from virtlab.engine.power.watts import HostPower, PowerCurve
from virtlab.labs.choices import OperatingSystem


def curve_of(model: ServerModel) -> PowerCurve:
    """The model's power curve as the engine takes it."""
    return PowerCurve(tuple(float(watts) for watts in model.watts), model.memory_gib)


def power_of(basis: Basis, hosts: Hosts) -> HostPower:
    """The hosts' watts by load; none of those that are off."""
    curves = [curve_of(basis.models[model]) for model in hosts.model_id.tolist()]
    power = HostPower.of(curves, hosts.memory_gib, basis.values["extra_memory_w_per_gib"])
    return HostPower(power.watts * hosts.on[:, None], power.linear)


@dataclass(frozen=True, slots=True)
class Plan:
    """VMs on hosts: the map (V,), −1 for none, the storage that is bought for them, what their
    backups hold and what of disks is in use, and what the plan knows of itself. `storage_held`: the storage is what
    disks hold, else what is there. `new_hosts`: they are bought now; else they are there, as the storage always is, but
    for those that are `beyond` what is (H,), none where None.
    `home_of_vm` (V,): where VMs are installed that do not run, the map itself where None. `rooms`: how full the
    clusters are as they were packed; where they were not, what runs on them tells. `disks`: how full the storage is,
    where it has more room than is bought.
    """

    key: str
    hosts: Hosts
    host_of_vm: Ints
    storage_gib: float
    backup_gib: float
    used_gib: float
    storage_held: bool = True
    facts: Mapping[str, float] = field(default_factory=dict)
    not_carried: tuple[int, ...] = ()
    new_hosts: bool = False
    beyond: Bools | None = None
    home_of_vm: Ints | None = None
    rooms: tuple[ClusterRoom, ...] = ()
    disks: StorageRoom | None = None


def memory_room_gib(installed_gib: Amount, values: Values) -> Amount:
    """Memory that hosts with so much installed have for VMs."""
    free_gib: Amount = np.maximum(installed_gib - values["hypervisor_memory_gib"], 1.0)
    return free_gib * values["memory_overcommit"]


def memory_by_cluster(basis: Basis, hosts: Hosts, host_of_vm: Ints) -> tuple[F64, F64, F64]:
    """GiB by cluster (C,): allocated to the VMs on its hosts, of what those that are on have room for, and the room of
    the largest of them.
    """
    vms, count, placed = basis.estate.vms, len(basis.estate.clusters), host_of_vm >= 0
    allocated_gib: F64 = np.bincount(hosts.cluster[host_of_vm[placed]], vms.memory_gib[placed], count).astype(float)
    host_gib, largest_gib = memory_room_gib(hosts.memory_gib, basis.values) * hosts.on, np.zeros(count)
    np.maximum.at(largest_gib, hosts.cluster, host_gib)
    return allocated_gib, np.bincount(hosts.cluster, host_gib, count).astype(float), largest_gib


def on_hosts(basis: Basis, plan: Plan) -> Shape:
    """The VMs replayed on the plan's hosts, with what the hosts need bought and licensed."""
    estate, hosts, host_of_vm = basis.estate, plan.hosts, plan.host_of_vm
    result = replayed(basis, plan)
    capacity, utilisation = result.capacity_vcpu, result.host_utilisation
    power = power_of(basis, hosts)
    power_w = power.power_w(utilisation)
    placed = host_of_vm >= 0
    vms = estate.vms
    cards_w = np.bincount(host_of_vm[placed], card_w(basis)[placed], len(hosts.names))
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
        power_w=power_w.sum(axis=0) + cards_w.sum(),
        cpu_share=utilisation.mean(axis=1),
        quantities=replace(_quantities(basis, plan), rooms=plan.rooms or rooms_of(basis, plan, result)),
        fleet=Fleet(
            hosts.names,
            utilisation.astype(np.float32),
            power.idle_w.copy(),
            power_w.mean(axis=1) + cards_w,
        ),
        facts={
            "guests": float(placed.sum()),
            "cores": float(hosts.cores.sum()),
            "allocated_vcpu": float(vms.vcpu[placed].sum()),
            "contended": float((ready > 0).sum()),
            **plan.facts,
        },
        not_carried=plan.not_carried,
    )


def replayed(basis: Basis, plan: Plan) -> Replay:
    """The VMs' demand on the plan's hosts, what their hypervisors take included."""
    capacity = plan.hosts.capacity_vcpu(basis.values["smt_gain"])
    overhead = capacity * basis.values["hypervisor_cpu_pct"] / 100
    return replay(basis.estate.traces.cpu_vcpu, plan.host_of_vm, capacity, overhead_vcpu=overhead)


def rooms_of(basis: Basis, plan: Plan, result: Replay) -> tuple[ClusterRoom, ...]:
    """How full each cluster with hosts that are on is: all of these may be filled, where a failure is not asked about.
    What is left out of the comparison is on them too. CPU of VMs whose demand nobody knows counts as it is planned
    where hosts are chosen for them, not as their trace was made up.
    """
    estate, hosts, count = basis.estate, plan.hosts, len(basis.estate.clusters)
    allocated_gib, room_gib, largest_gib = memory_by_cluster(basis, hosts, plan.host_of_vm)
    cores = np.bincount(hosts.cluster, hosts.cores * hosts.on, count)
    host_vcpu = (result.capacity_vcpu - result.overhead_vcpu) * hosts.on
    can_vcpu = np.bincount(hosts.cluster, host_vcpu, count)
    not_carried = np.array([row for row in estate.not_carried if estate.vms.host[row] >= 0], dtype=np.intp)
    rooms = []
    for cluster in range(count):
        aside = not_carried[estate.vms.cluster[not_carried] == cluster]
        its = hosts.cluster == cluster
        if (its & hosts.on).any():
            rows = np.flatnonzero((plan.host_of_vm >= 0) & (estate.vms.cluster == cluster))
            core_vcpu = float(can_vcpu[cluster] / cores[cluster])
            planned = planned_vcpu(basis, rows, core_vcpu)
            room = ClusterRoom(
                cluster,
                hosts=float((its & hosts.on).sum()),
                memory_gib=(float(allocated_gib[cluster]), float(room_gib[cluster])),
                cpu_vcpu=known_vcpu(basis, rows) + planned,
                planned_vcpu=planned,
                capacity_vcpu=float(can_vcpu[cluster]),
                aside_gib=float(estate.vms.memory_gib[aside].sum()),
                aside_vcpu=known_vcpu(basis, aside) + planned_vcpu(basis, aside, core_vcpu),
                largest=(float(largest_gib[cluster]), float(host_vcpu[its].max())),
            )
            rooms.append(room)
    return tuple(rooms)


def _quantities(basis: Basis, plan: Plan) -> OnPremQuantities:
    estate, values, hosts = basis.estate, basis.values, plan.hosts
    installed = estate.vms.installed
    models = [basis.models[m] for m in hosts.model_id.tolist()]
    windows = _windows_need(estate, hosts, _home(plan), values)
    return OnPremQuantities(
        bought=_bought(models, hosts, plan.beyond),
        existing_servers=not plan.new_hosts,
        existing_storage=True,
        rack_units=sum(model.rack_units for model in models),
        licensed=_licensed(estate, hosts, values),
        windows_cores=windows.by_cluster(),
        owned_windows_cores=owned_windows_cores(estate, values),
        hyperv_cores=int(windows.alone.sum()),
        sql_cores=_sql_cores(estate, hosts),
        sql_named=cited_sql_server(estate.vms, np.flatnonzero(estate.vms.running)),
        owned_sql_cores=owned_sql_cores(estate),
        linux_subscriptions=_linux_subscriptions(estate, plan),
        gpu_cards=int((estate.vms.running & estate.vms.passthrough).sum()),
        storage_tb=terabytes(plan.storage_gib),
        storage_held=plan.storage_held,
        backup_tb=terabytes(plan.backup_gib),
        used_tb=terabytes(plan.used_gib),
        disks=plan.disks or StorageRoom(terabytes(plan.used_gib), terabytes(plan.storage_gib)),
        guests=int(installed.sum()),
    )


def _bought(models: Sequence[ServerModel], hosts: Hosts, beyond: Bools | None) -> tuple[Bought, ...]:
    """What the hosts (H,) are bought for, those apart that are beyond what is there."""
    there = np.ones(len(models), dtype=np.bool_) if beyond is None else ~beyond
    known, new = (
        bought_by_age(
            [models[n] for n in its],
            hosts.memory_gib[its],
            hosts.cores[its],
            hosts.order_months[its],
        )
        for its in (np.flatnonzero(there).tolist(), np.flatnonzero(~there).tolist())
    )
    return (*known, *(replace(group, new=True) for group in new))


def bought_by_age(
    models: Sequence[ServerModel], memory_gib: F64, cores: F64, order_months: F64 | None = None
) -> tuple[Bought, ...]:
    """What servers (N,) are bought for: those of one age together, and where it is not known those whose processors are
    of one age (`Hosts.order_months`).
    """
    ages = np.full(len(models), UNKNOWN_MONTHS) if order_months is None else order_months
    own = np.array([np.nan if model.price_usd is None else float(model.price_usd) for model in models])
    groups = []
    for age in np.unique(ages).tolist():
        its = ages == age
        by_size = its & np.isnan(own)
        groups.append(
            Bought(
                age_months=None if age >= UNKNOWN_MONTHS else int(age),
                cpu_age_months=max(int(age - UNKNOWN_MONTHS), 0),
                servers=int(by_size.sum()),
                cores=int(cores[by_size].sum()),
                memory_gib=round(float(memory_gib[by_size].sum()), 3),
                priced_servers=int(its.sum() - by_size.sum()),
                known_price_usd=float(np.nansum(own[its])),
                made=made_servers([models[n] for n in np.flatnonzero(its).tolist()], memory_gib[its]),
            )
        )
    return tuple(groups)


def _home(plan: Plan) -> Ints:
    """The host that each VM is installed on (V,), −1 for none."""
    return plan.host_of_vm if plan.home_of_vm is None else plan.home_of_vm


def _linux_subscriptions(estate: EstateArrays, plan: Plan) -> int:
    subscribed = estate.vms.installed & np.isin(estate.vms.operating_system, SUBSCRIBED)
    return int(linux_subscriptions(_home(plan)[subscribed], len(plan.hosts)).sum())


def owned_windows_cores(estate: EstateArrays, values: Values) -> tuple[tuple[int, int, int], ...]:
    """Cores that today's hosts are licensed for Windows Server with, by cluster and edition."""
    return _windows_need(estate, estate.hosts, estate.vms.host, values).by_cluster()


def owned_sql_cores(estate: EstateArrays) -> tuple[int, int]:
    """Cores that today's hosts are licensed for SQL Server with, by VM and by host."""
    return _sql_cores(estate, estate.hosts)


def _windows_need(estate: EstateArrays, hosts: Hosts, home: Ints, values: Values) -> WindowsNeed:
    vms = estate.vms
    windows = np.flatnonzero(vms.installed & (vms.operating_system == OperatingSystem.WINDOWS.value))
    counted = windows_cores(hosts.sockets, hosts.cores)
    of_vms = WindowsVms(vms.cluster[windows], home[windows], vms.vcpu[windows])
    own = np.array([is_windows_server(hypervisor, values) for hypervisor in estate.hypervisors], dtype=np.bool_)
    return windows_need(counted, hosts.cluster, of_vms, own[hosts.cluster])


def _sql_cores(estate: EstateArrays, hosts: Hosts) -> tuple[int, int]:
    """Cores that SQL Server counts by VM, and on all hosts of the clusters that have such VMs."""
    vms, sql = estate.vms, estate.vms.runs_sql_server
    of_clusters = np.isin(hosts.cluster, vms.cluster[sql])
    by_host = sql_host_cores(hosts.sockets, hosts.cores)[of_clusters]
    return int(sql_vm_cores(vms.vcpu[sql]).sum()), int(by_host.sum())


def _licensed(estate: EstateArrays, hosts: Hosts, values: Values) -> dict[str, int]:
    """Units of hypervisors' licences by price parameter."""
    counted: dict[str, int] = {}
    for cluster, hypervisor in enumerate(estate.hypervisors):
        its = hosts.cluster == cluster
        sizes = [(int(s), int(c)) for s, c in zip(hosts.sockets[its], hosts.cores[its], strict=True)]
        vms = int((estate.vms.installed & (estate.vms.cluster == cluster)).sum())
        for charge in CHARGES.get(hypervisor, ()) if sizes else ():
            counted[charge.price_key] = counted.get(charge.price_key, 0) + charge.units(sizes, vms, values)
    return counted
