"""The estate as instances of a cloud."""

from dataclasses import dataclass, replace

import numpy as np
from django.utils import timezone

from instances.catalog.processors import extra_memory_of
from instances.catalog.queries import w_per_vcpu_of
from instances.catalog.type_table import TypeTable
from instances.pricing.hourly import OWN_WINDOWS, OWN_WINDOWS_KEY, needs_own_hardware, os_units
from instances.pricing.power import InstancePower
from instances.rules.guest_needs import needs_upgrade
from instances.rules.sizing_candidates import I386, XEN
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.citations import (
    cited_hosts,
    cited_listed,
    cited_own_windows,
    cited_sql_server,
    cited_types,
)
from virtlab.compare.alternatives.manufacture import made_instances
from virtlab.compare.alternatives.on_hosts.plan import owned_sql_cores, owned_windows_cores
from virtlab.compare.alternatives.shape import Shape, Use, card_w, rows_of, snapshot_gib, terabytes, used_gib
from virtlab.compare.alternatives.sizing.dedicated_hosts import host_rows
from virtlab.compare.alternatives.sizing.demand import volume_count
from virtlab.compare.alternatives.sizing.selection import Selection, own_windows, starting_bits
from virtlab.compare.bills.cloud.licences import SQL_LEAST_VCPU
from virtlab.compare.bills.cloud.quantities import CloudQuantities, Listed, Rented
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.engine.arrays import F32, F64, Bools, Ints
from virtlab.engine.sizing.instance_types import NoType
from virtlab.labs.choices import OperatingSystem

CHARGED_SYSTEMS = (OperatingSystem.WINDOWS, OperatingSystem.SUSE, OperatingSystem.RHEL)
"""In the order of the bill's lines."""


def on_instances(basis: Basis, key: str, selection: Selection, disk_gib: F64) -> Shape:
    """Every VM that has a type as an instance of it; `disk_gib` (V,) is the volume that each VM keeps."""
    rows = np.flatnonzero(selection.chosen)
    load = instance_load(basis, selection, rows)
    not_carried = basis.estate.vms.running & ~selection.chosen | off_without_type(basis.estate, selection)
    return Shape(
        key=key,
        machines=len(rows),
        cpu=load.cpu,
        memory=load.memory,
        power_w=load.power_w,
        cpu_share=load.cpu_share,
        quantities=replace(quantities(basis, selection, disk_gib, not_carried), sized_by_use=key != "same_size"),
        facts={"guests": float(len(rows))},
        not_carried=rows_of(not_carried),
    )


@dataclass(frozen=True, slots=True)
class InstanceLoad:
    """What instances hold, use and draw together."""

    cpu: Use
    memory: Use
    power_w: F64
    cpu_share: F64


def instance_load(basis: Basis, selection: Selection, rows: Ints) -> InstanceLoad:
    """CPU, memory and watts of the VMs `rows` on their types; where vCPU are compared, in vCPU of the types.

    CPU is what is in demand, above a type's vCPU too: 140 % says that it is short. Watts are of what it can do.
    """
    traces, table = basis.estate.traces, selection.table
    vcpu, memory = selection.of(table.vcpu, rows), selection.of(table.memory_gib, rows)
    power, used = power_of_instances(basis, selection, rows)
    mean = traces.cpu_mean_vcpu[rows] * selection.vcpu_used(rows)
    memory_used = float(np.minimum(traces.memory_mean_gib[rows], memory).sum())
    return InstanceLoad(
        cpu=Use(float(mean.sum()), float(vcpu.sum()), float(vcpu.sum())),
        memory=Use(memory_used, float(memory.sum()), float(memory.sum())),
        power_w=power.together_w(used),
        cpu_share=mean / np.maximum(vcpu, 1e-9),
    )


def power_of_instances(basis: Basis, selection: Selection, rows: Ints) -> tuple[InstancePower, F32]:
    """The power of the VMs `rows` on their types, GPU cards included, and the vCPU of these that their work takes
    (n, T).
    """
    table = selection.table
    vcpu = selection.of(table.vcpu, rows)
    own_w = selection.of(table.idle_w_per_vcpu, rows), selection.of(table.full_w_per_vcpu, rows)
    extra_gib = selection.of(extra_memory_of(table), rows)
    used = basis.estate.traces.cpu_vcpu[rows]
    used *= selection.vcpu_used(rows).astype(np.float32)[:, None]
    np.minimum(used, vcpu[:, None].astype(np.float32), out=used)
    power = InstancePower.of(vcpu, extra_gib, w_per_vcpu_of(*own_w), basis.values)
    return power._replace(idle_w=power.idle_w + card_w(basis)[rows]), used


def quantities(basis: Basis, selection: Selection, disk_gib: F64, not_carried: Bools) -> CloudQuantities:
    """What the VMs that have a type rent as instances; volumes, snapshots and data out are those of all VMs but the
    ones that are `not_carried` (V,), which the cloud does not carry. What has no volume has no snapshots of one.

    A VM that is off is an instance that is stopped: its volume and its administration go on."""
    estate, table, rows = basis.estate, selection.table, np.flatnonzero(selection.chosen)
    hardware, windows_types = by_hardware(basis, selection, rows), selection.row[rows[own_windows(basis)[rows]]]
    hosts = host_rows(table, windows_types)
    kept, stopped = ~not_carried, estate.vms.installed & ~estate.vms.running & ~not_carried
    volume = float(disk_gib[kept].sum())
    kept_gib = (gib[kept & (disk_gib > 0)] for gib in (snapshot_gib(estate, basis.values), used_gib(estate)))
    snapshots, in_use = (float(gib.sum()) for gib in kept_gib)
    return CloudQuantities(
        instances=rented(table, selection.row[rows]),
        stopped=int(stopped.sum()),
        upgrades=upgrades(estate, np.flatnonzero((selection.chosen | stopped) & ~starts_as_it_is(basis))),
        licences=licences(basis, selection, rows),
        own_hardware=hardware[0],
        shared=hardware[1],
        dedicated_hosts=rented(table, hosts),
        filled=cited_hosts(table, windows_types, hosts),
        own_windows=cited_own_windows(estate, own_windows(basis), rows) if basis.values[OWN_WINDOWS_KEY] else (),
        own_windows_vcpu=round(float(table.lasting_vcpu[windows_types].sum()), 3),
        host_cores=tuple((table.vcpu[hosts] / table.threads_per_core[hosts]).round().astype(int).tolist()),
        owned_windows_cores=owned_windows_cores(estate, basis.values) if hosts.size else (),
        sql_vcpu=sql_vcpu(estate, selection, rows),
        sql_named=cited_sql_server(estate.vms, rows),
        owned_sql_cores=owned_sql_cores(estate),
        gpu_cards=int(estate.vms.passthrough[rows].sum()),
        volumes=int(volume_count(estate.vms)[(disk_gib > 0) & kept].sum()),
        volume_gib=round(volume, 3),
        used_gib=round(in_use, 3),
        snapshot_gib=round(snapshots, 3),
        data_out_gib=data_out_gib(estate, not_carried, basis.values),
        storage_tb=terabytes(volume),
        backup_tb=terabytes(snapshots),
        made=made_instances(table, selection.row[rows]),
    )


def off_without_type(estate: EstateArrays, selection: Selection) -> Bools:
    """The VMs that are off and that no type would hold or start if they ran (V,): they are not carried either."""
    return np.asarray(estate.vms.installed & ~estate.vms.running & (selection.reason != NoType.OK))


def starts_as_it_is(basis: Basis) -> Bools:
    """VMs (V,) whose type is chosen because it starts their old system as it is, on Xen or with 32 bits: no upgrade is
    counted for them. All others are priced on types for after theirs.
    """
    return np.isin(starting_bits(basis), (XEN, I386))


def upgrades(estate: EstateArrays, rows: Ints) -> int:
    """How many of the VMs `rows` have a system that needs a newer version in the cloud, by its name."""
    today = timezone.localdate()
    return int(estate.vms.by_system(lambda name: int(needs_upgrade(name, today)))[rows].sum())


def rented(table: TypeTable, rows: Ints) -> Rented:
    """Machines of these types (rows of the table, one a machine), with those whose committed rate is listed."""
    rates = np.full(len(table), np.nan) if table.listed_usd_per_hour is None else table.listed_usd_per_hour
    listed = rows[np.isfinite(rates[rows])]
    both = [round(float(prices[listed].sum()), 4) for prices in (table.usd_per_hour, rates)]
    return Rented(
        machines=len(rows),
        usd_per_hour=round(float(table.usd_per_hour[rows].sum()), 4),
        prices=cited_types(table, rows),
        listed=Listed(len(listed), len(rows), both[0], both[1], cited=cited_listed(table, listed, len(rows))),
    )


def by_hardware(basis: Basis, selection: Selection, rows: Ints) -> tuple[dict[str, Rented], Rented]:
    """The instances of the VMs `rows` on hardware of their own, by the systems that need it, and the others."""
    client = basis.estate.vms.operating_system == OperatingSystem.WINDOWS_CLIENT.value
    of_system = {OWN_WINDOWS: own_windows(basis)[rows], OperatingSystem.WINDOWS_CLIENT.value: client[rows]}
    needed = {name: its for name, its in of_system.items() if its.any() and needs_own_hardware(name, basis.values)}
    shared = ~np.any([np.zeros(len(rows), dtype=np.bool_), *needed.values()], axis=0)
    table, types = selection.table, selection.row[rows]
    return {name: rented(table, types[its]) for name, its in needed.items()}, rented(table, types[shared])


def sql_vcpu(estate: EstateArrays, selection: Selection, rows: Ints) -> float:
    """VCPU that SQL Server is licensed for on the VMs `rows` that run it."""
    its = rows[estate.vms.runs_sql_server[rows]]
    return float(np.maximum(selection.of(selection.table.vcpu, its), SQL_LEAST_VCPU).sum())


def licences(basis: Basis, selection: Selection, rows: Ints) -> dict[str, float]:
    """What operating systems add, as price parameter → vCPU or instances that it is charged for; nothing under licences
    that are brought.
    """
    brought, table = own_windows(basis)[rows], selection.table
    system = np.where(brought, OWN_WINDOWS, basis.estate.vms.operating_system[rows])
    vcpu, lasting_vcpu = selection.of(table.vcpu, rows), selection.of(table.lasting_vcpu, rows)
    charged: dict[str, float] = {}
    for name in CHARGED_SYSTEMS:
        its = system == name.value
        for price_key, units in os_units(name, vcpu[its], lasting_vcpu[its]).items():
            charged[price_key] = round(float(units.sum()), 3)
    return {price_key: units for price_key, units in charged.items() if units}


def data_out_gib(estate: EstateArrays, not_carried: Bools, values: Values) -> float:
    """GiB that the running workloads send to the Internet in a month, but for those that are `not_carried` (V,)."""
    vms = estate.vms
    own = vms.data_out_gib_per_month
    gib = np.where(np.isnan(own), values["data_out_gib_per_workload"], own)[vms.running & ~not_carried].sum()
    return round(float(gib), 3)
