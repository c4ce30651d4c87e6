"""The estate as instances of a cloud."""

from dataclasses import dataclass

import numpy as np

from instances.catalog.queries import w_per_vcpu_of
from instances.pricing.hourly import os_units
from instances.pricing.power import InstancePower
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.citations import cited_types
from virtlab.compare.alternatives.shape import Shape, Use, backup_gib, terabytes
from virtlab.compare.alternatives.sizing.selection import Selection
from virtlab.compare.bills.cloud import CloudQuantities
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.units import GB_PER_GIB
from virtlab.labs.choices import OperatingSystem

CHARGED_SYSTEMS = (OperatingSystem.WINDOWS, OperatingSystem.SUSE, OperatingSystem.RHEL)
"""In the order of the bill's lines."""


def on_instances(basis: Basis, key: str, selection: Selection, disk_gib: F64) -> Shape:
    """Every VM that has a type as an instance of it; `disk_gib` (V,) is the volume that each VM keeps."""
    rows = np.flatnonzero(selection.chosen)
    load = instance_load(basis, selection, rows)
    running = basis.estate.vms.running
    return Shape(
        key=key,
        machines=len(rows),
        cpu=load.cpu,
        memory=load.memory,
        power_w=load.power_w,
        cpu_share=load.cpu_share,
        quantities=quantities(basis, selection, rows, disk_gib),
        facts={"guests": float(len(rows))},
        unfit=tuple(basis.estate.vms.names[row] for row in np.flatnonzero(running & ~selection.chosen)),
    )


@dataclass(frozen=True, slots=True)
class InstanceLoad:
    """What instances hold, use and draw together."""

    cpu: Use
    memory: Use
    power_w: F64
    cpu_share: F64


def instance_load(basis: Basis, selection: Selection, rows: Ints) -> InstanceLoad:
    """CPU, memory and watts of the VMs `rows` on their types; where vCPU are compared, in vCPU of the types."""
    traces, table = basis.estate.traces, selection.table
    vcpu, memory = selection.of(table.vcpu, rows), selection.of(table.memory_gib, rows)
    own_w = selection.of(table.idle_w_per_vcpu, rows), selection.of(table.full_w_per_vcpu, rows)
    power = InstancePower.of(vcpu, memory, w_per_vcpu_of(*own_w), basis.values)
    demand = traces.cpu_vcpu[rows] * selection.vcpu_used(rows).astype(np.float32)[:, None]
    used = np.minimum(demand, vcpu[:, None].astype(np.float32))
    mean = used.mean(axis=1, dtype=np.float64)
    memory_used = float(np.minimum(traces.memory_gib[rows].mean(axis=1, dtype=np.float64), memory).sum())
    return InstanceLoad(
        cpu=Use(float(mean.sum()), float(vcpu.sum()), float(vcpu.sum())),
        memory=Use(memory_used, float(memory.sum()), float(memory.sum())),
        power_w=power.together_w(used),
        cpu_share=mean / np.maximum(vcpu, 1e-9),
    )


def quantities(basis: Basis, selection: Selection, rows: Ints, disk_gib: F64) -> CloudQuantities:
    """What the VMs `rows` rent as instances; volumes, snapshots and data out are the whole estate's.

    A VM that is off is an instance that is stopped: its volume and its administration go on."""
    estate, table = basis.estate, selection.table
    volume, backup = float(disk_gib.sum()), backup_gib(estate, basis.values)
    return CloudQuantities(
        instances=len(rows),
        stopped=int((estate.vms.installed & ~estate.vms.running).sum()),
        instances_usd_per_hour=round(float(selection.of(table.usd_per_hour, rows).sum()), 4),
        instance_prices=cited_types(table, selection.row[rows]),
        licences=licences(estate, selection, rows),
        volume_gb=round(volume * GB_PER_GIB, 3),
        snapshot_gb=round(backup * GB_PER_GIB, 3),
        data_out_gb=data_out_gb(estate, basis.values),
        storage_tb=terabytes(volume + backup),
    )


def licences(estate: EstateArrays, selection: Selection, rows: Ints) -> dict[str, float]:
    """What operating systems add, as price parameter → vCPU or instances that it is charged for."""
    system, table = estate.vms.operating_system[rows], selection.table
    vcpu, lasting_vcpu = selection.of(table.vcpu, rows), selection.of(table.lasting_vcpu, rows)
    charged: dict[str, float] = {}
    for name in CHARGED_SYSTEMS:
        its = system == name.value
        for price_key, units in os_units(name, vcpu[its], lasting_vcpu[its]).items():
            charged[price_key] = round(float(units.sum()), 3)
    return {price_key: units for price_key, units in charged.items() if units}


def data_out_gb(estate: EstateArrays, values: Values) -> float:
    """GB that the running workloads send to the Internet in a month."""
    vms = estate.vms
    own = vms.data_out_gib_per_month
    gib = np.where(np.isnan(own), values["data_out_gib_per_workload"], own)[vms.running].sum()
    return round(float(gib) * GB_PER_GIB, 3)
