"""No virtualization: one server for every workload."""

import numpy as np

from hosts.models import ServerModel
from hosts.pricing.licences import SUBSCRIBED, sql_host_cores, windows_cores
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.citations import cited_sql_server
from virtlab.compare.alternatives.on_hosts.offered import builds
from virtlab.compare.alternatives.on_hosts.plan import bought_by_age, curve_of
from virtlab.compare.alternatives.shape import (
    Fleet,
    Shape,
    Use,
    backup_gib,
    card_w,
    demand_memory_gib,
    provisioned_gib,
    terabytes,
    used_gib,
)
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.onprem.room import ClusterRoom, StorageRoom
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64
from virtlab.engine.power.watts import HostPower
from virtlab.labs.choices import OperatingSystem


def physical(basis: Basis) -> Shape:
    """For every running workload the smallest new server with as many cores as it has vCPU and with its memory."""
    estate, values = basis.estate, basis.values
    vms, running = estate.vms, estate.vms.running
    offered = sorted(builds(basis.models.values(), values), key=lambda build: (build.cores, build.memory_gib))
    rows = np.flatnonzero(running)
    vcpu, memory = vms.vcpu[rows], vms.memory_gib[rows]
    fits = np.array([(build.cores >= vcpu) & (build.memory_gib >= memory) for build in offered])
    choice = np.where(fits.any(axis=0), fits.argmax(axis=0), len(offered) - 1)
    bought = [offered[n] for n in choice.tolist()]
    chosen = [basis.models[build.model_id] for build in bought]
    cores = np.array([model.cores for model in chosen], dtype=np.float64)
    capacity = cores * np.array([values["smt_gain"] if m.threads_per_core > 1 else 1.0 for m in chosen])
    utilisation = estate.traces.cpu_vcpu[rows] / capacity[:, None]
    np.minimum(utilisation, 1.0, out=utilisation)
    mean_share = utilisation.mean(axis=1)
    installed_gib = np.array([build.memory_gib for build in bought])
    curves = {pk: curve_of(basis.models[pk]) for pk in {build.model_id for build in bought}}
    extra_w = values["extra_memory_w_per_gib"]
    power = HostPower.of([curves[model.pk] for model in chosen], installed_gib, extra_w)
    power_w = power.power_w(utilisation)
    power_w += card_w(basis)[rows][:, None]
    return Shape(
        key="physical",
        machines=len(rows),
        cpu=Use(float((mean_share * capacity).sum()), float(vcpu.sum()), float(capacity.sum())),
        memory=Use(float(demand_memory_gib(estate)[rows].sum()), float(memory.sum()), float(installed_gib.sum())),
        power_w=power_w.sum(axis=0),
        cpu_share=mean_share,
        quantities=_quantities(estate, chosen, installed_gib, values),
        fleet=Fleet(tuple(vms.names[row] for row in rows), utilisation, power.idle_w.copy(), power_w.mean(axis=1)),
        facts={"guests": float(len(rows)), "cores": float(cores.sum()), "allocated_vcpu": float(vcpu.sum())},
        not_carried=tuple(rows[~fits.any(axis=0)].tolist()),
    )


def _quantities(estate: EstateArrays, chosen: list[ServerModel], memory_gib: F64, values: Values) -> OnPremQuantities:
    vms, running = estate.vms, estate.vms.running
    system = vms.operating_system[running]
    sockets = np.array([model.sockets for model in chosen], dtype=np.float64)
    cores = np.array([model.cores for model in chosen], dtype=np.float64)
    windows = system == OperatingSystem.WINDOWS.value
    counted = int(windows_cores(sockets, cores)[windows].sum()) if chosen else 0
    sql = int(sql_host_cores(sockets, cores)[vms.runs_sql_server[running]].sum()) if chosen else 0
    storage_tb, used_tb = (terabytes(float(gib(estate).sum())) for gib in (provisioned_gib, used_gib))
    return OnPremQuantities(
        bought=bought_by_age(chosen, memory_gib, cores),
        rack_units=sum(model.rack_units for model in chosen),
        windows_cores=((counted, counted, counted),) if counted else (),
        sql_cores=(sql, sql),
        sql_named=cited_sql_server(vms, np.flatnonzero(running)),
        on_hardware=True,
        linux_subscriptions=int(np.isin(system, SUBSCRIBED).sum()),
        gpu_cards=int(vms.passthrough[running].sum()),
        storage_tb=storage_tb,
        storage_held=True,
        backup_tb=terabytes(float(backup_gib(estate, values).sum())),
        used_tb=used_tb,
        guests=int(vms.installed.sum()),
        rooms=(ClusterRoom(0, hosts=float(len(chosen)), packed=float(len(chosen))),),
        disks=StorageRoom(used_tb, storage_tb),
    )
