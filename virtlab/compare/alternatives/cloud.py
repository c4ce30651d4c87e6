"""The estate as instances of a cloud."""

from dataclasses import dataclass

import numpy as np

from instances.pricing.hourly import RHEL_ABOVE, RHEL_TIERS, SUSE_SMALL_VCPU
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.citations import cited_types
from virtlab.compare.alternatives.selection import Selection
from virtlab.compare.alternatives.shape import Shape, Use, terabytes, used_gib
from virtlab.compare.bills.cloud import CloudQuantities
from virtlab.compare.inputs.estate import Estate
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.units import GB_PER_GIB
from virtlab.labs.choices import OperatingSystem


def on_instances(basis: Basis, key: str, selection: Selection, disk_gib: F64) -> Shape:
    """Every machine that has a type as an instance of it; `disk_gib` (V,) is the volume that each machine keeps."""
    rows = np.flatnonzero(selection.chosen)
    load = instance_load(basis, selection, rows)
    running = basis.estate.machines.running
    return Shape(
        key=key,
        machines=len(rows),
        cpu=load.cpu,
        memory=load.memory,
        power_w=load.power_w,
        cpu_share=load.cpu_share,
        quantities=quantities(basis, selection, rows, disk_gib),
        facts={"guests": float(len(rows))},
        unfit=tuple(basis.estate.machines.names[row] for row in np.flatnonzero(running & ~selection.chosen)),
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What instances hold, use and draw together."""

    cpu: Use
    memory: Use
    power_w: F64
    cpu_share: F64


def instance_load(basis: Basis, selection: Selection, rows: Ints) -> Load:
    """CPU, memory and watts of the machines `rows` on their types.

    Watts are idle + (full − idle) × use for each vCPU, and a fixed figure for each GiB (Cloud Carbon Footprint).
    """
    traces, table = basis.estate.traces, selection.table
    vcpu, memory = selection.of(table.vcpu, rows), selection.of(table.memory_gib, rows)
    idle_w, full_w = (
        selection.of(watts_known(watts), rows) for watts in (table.idle_w_per_vcpu, table.full_w_per_vcpu)
    )
    used = np.minimum(traces.cpu_vcpu[rows], vcpu[:, None].astype(np.float32))
    fixed_w = float((vcpu * idle_w).sum() + memory.sum() * basis.values["memory_w_per_gib_cloud"])
    mean = used.mean(axis=1, dtype=np.float64)
    memory_used = float(np.minimum(traces.memory_gib[rows].mean(axis=1, dtype=np.float64), memory).sum())
    return Load(
        cpu=Use(float(mean.sum()), float(vcpu.sum()), float(vcpu.sum())),
        memory=Use(memory_used, float(memory.sum()), float(memory.sum())),
        power_w=fixed_w + np.asarray((full_w - idle_w).astype(np.float32) @ used, dtype=np.float64),
        cpu_share=mean / np.maximum(vcpu, 1e-9),
    )


def watts_known(watts: F64) -> F64:
    """Watts per vCPU with the middle figure for processors whose own is not known."""
    return np.where(np.isfinite(watts), watts, np.nanmedian(watts))


def quantities(basis: Basis, selection: Selection, rows: Ints, disk_gib: F64) -> CloudQuantities:
    """What the machines `rows` rent as instances; volumes, snapshots and data out are the whole estate's."""
    estate, table = basis.estate, selection.table
    volume, backup = float(disk_gib.sum()), float(used_gib(estate).sum()) * basis.values["backup_share_pct"] / 100
    return CloudQuantities(
        instances=len(rows),
        instances_usd_per_hour=round(float(selection.of(table.usd_per_hour, rows).sum()), 4),
        instance_prices=cited_types(table, selection.row[rows]),
        licences=licences(estate, selection, rows),
        volume_gb=round(volume * GB_PER_GIB, 3),
        snapshot_gb=round(backup * GB_PER_GIB, 3),
        data_out_gb=data_out_gb(estate, basis.values),
        storage_tb=terabytes(volume + backup),
    )


def licences(estate: Estate, selection: Selection, rows: Ints) -> dict[str, float]:
    """What operating systems add, as price parameter → vCPU (Windows, Red Hat) or instances (SUSE).

    Windows counts the vCPU that last: on burstable types those of the baseline.
    """
    system, vcpu = estate.machines.operating_system[rows], selection.of(selection.table.vcpu, rows)
    rhel, suse = (vcpu[system == name.value] for name in (OperatingSystem.RHEL, OperatingSystem.SUSE))
    windows = selection.of(selection.table.lasting_vcpu, rows)[system == OperatingSystem.WINDOWS.value]
    found: dict[str, float] = {
        "windows_usd_per_vcpu_hour": round(float(windows.sum()), 3),
        "suse_usd_per_hour_to_4": int((suse <= SUSE_SMALL_VCPU).sum()),
        "suse_usd_per_hour_above": int((suse > SUSE_SMALL_VCPU).sum()),
    }
    least = 0
    for most, key in (*RHEL_TIERS, (10**9, RHEL_ABOVE)):
        found[key] = int(rhel[(rhel > least) & (rhel <= most)].sum())
        least = most
    return {key: amount for key, amount in found.items() if amount}


def data_out_gb(estate: Estate, values: Values) -> float:
    """GB that the running workloads send to the Internet in a month."""
    machines = estate.machines
    own = machines.data_out_gib_per_month
    gib = np.where(own > 0, own, values["data_out_gib_per_workload"])[machines.running].sum()
    return round(float(gib) * GB_PER_GIB, 3)
