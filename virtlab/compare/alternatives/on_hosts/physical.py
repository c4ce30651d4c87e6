"""No virtualization: one server for every workload."""

import numpy as np

from hosts.choices import FormFactor
from hosts.models import ServerModel
from hosts.pricing.licences import SUBSCRIBED, windows_cores
from virtlab.compare.alternatives.basis import Basis, Models, Values
from virtlab.compare.alternatives.on_hosts.plan import bought_by_age, curve_of
from virtlab.compare.alternatives.shape import Fleet, Shape, Use, backup_gib, demand_memory_gib, terabytes
from virtlab.compare.bills.onprem_quantities import OnPremQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64
from virtlab.engine.power.watts import HostPower
from virtlab.labs.choices import OperatingSystem

# A server takes a few times the memory with which its power was measured; what is added draws power as well.
MOST_MEMORY_FACTOR = 8.0


def by_size(models: Models) -> list[ServerModel]:
    """Rack servers, smallest first: by cores, then by idle watts."""
    rack = [model for model in models.values() if model.form_factor != FormFactor.TOWER] or list(models.values())
    return sorted(rack, key=lambda model: (model.cores, float(model.watts[0]), model.pk))


def physical(basis: Basis) -> Shape:
    """For every running workload the smallest server with as many cores as it has vCPU and room for its memory."""
    estate, values = basis.estate, basis.values
    vms, running = estate.vms, estate.vms.running
    candidates = by_size(basis.models)
    rows = np.flatnonzero(running)
    vcpu, memory = vms.vcpu[rows], vms.memory_gib[rows]
    fits = np.array([(m.cores >= vcpu) & (m.memory_gib * MOST_MEMORY_FACTOR >= memory) for m in candidates])
    choice = np.where(fits.any(axis=0), fits.argmax(axis=0), len(candidates) - 1)
    chosen = [candidates[n] for n in choice.tolist()]
    cores = np.array([model.cores for model in chosen], dtype=np.float64)
    capacity = cores * np.array([values["smt_gain"] if m.threads_per_core > 1 else 1.0 for m in chosen])
    utilisation = np.minimum(estate.traces.cpu_vcpu[rows] / capacity[:, None], 1.0)
    built_in = np.array([model.memory_gib for model in chosen])
    installed_gib = np.maximum(memory, built_in)
    power = HostPower.of([curve_of(model) for model in chosen], installed_gib)
    power_w = power.power_w(utilisation)
    return Shape(
        key="physical",
        machines=len(rows),
        cpu=Use(float((utilisation.mean(axis=1) * capacity).sum()), float(vcpu.sum()), float(capacity.sum())),
        memory=Use(float(demand_memory_gib(estate)[rows].sum()), float(memory.sum()), float(installed_gib.sum())),
        power_w=power_w.sum(axis=0),
        cpu_share=utilisation.mean(axis=1, dtype=np.float64),
        quantities=_quantities(estate, chosen, installed_gib, values),
        fleet=Fleet(tuple(vms.names[row] for row in rows), utilisation, power.idle_w.copy(), power_w.mean(axis=1)),
        facts={"guests": float(len(rows)), "cores": float(cores.sum()), "allocated_vcpu": float(vcpu.sum())},
        unfit=tuple(vms.names[row] for row in rows[~fits.any(axis=0)]),
    )


def _quantities(estate: EstateArrays, chosen: list[ServerModel], memory_gib: F64, values: Values) -> OnPremQuantities:
    vms, running = estate.vms, estate.vms.running
    system = vms.operating_system[running]
    sockets = np.array([model.sockets for model in chosen], dtype=np.float64)
    cores = np.array([model.cores for model in chosen], dtype=np.float64)
    windows = system == OperatingSystem.WINDOWS.value
    counted = int(windows_cores(sockets, cores)[windows].sum()) if chosen else 0
    return OnPremQuantities(
        bought=bought_by_age(chosen, memory_gib, cores),
        rack_units=sum(model.rack_units for model in chosen),
        windows_cores=((counted, counted),) if counted else (),
        linux_subscriptions=int(np.isin(system, SUBSCRIBED).sum()),
        storage_tb=terabytes(float(vms.disk_gib.sum())),
        backup_tb=terabytes(backup_gib(estate, values)),
        guests=int(running.sum()),
    )
