"""Traces as read from a file: which columns they have, in which units, and the inventory that they imply."""

from collections.abc import Iterable
from dataclasses import dataclass

from hosts.inventory.files.tables import normal
from hosts.inventory.rows import ColumnMatch, Inventory, VmRow
from virtlab.engine.arrays import F32, F64, I64

FORMAT = "traces"
STEP_S = 300
MHZ_PER_VCPU = 2_500.0  # assumed where a file gives MHz in use without the machine's capacity
MIB_PER = {"kib": 1 / 1024, "kb": 1 / 1024, "mib": 1.0, "mb": 1.0, "gib": 1024.0, "gb": 1024.0}

VM = ("vm", "vmname", "name", "vmid", "machine", "machinename", "server", "servername", "workload", "instance", "host")
TIME = ("timestamp", "time", "t", "ts", "datetime", "date", "timestampms", "timestamps")
CPU = (
    *("cpuvcpu", "vcpuused", "cpucoresused", "cpucores_used"),
    *("cpumhz", "cpuusagemhz", "cpuusedmhz", "cpuusageinmhz", "cpuusagemhzaverage"),
    *(
        "cpupercent",
        "cpuusagepercent",
        "cpuutilizationpercentage",
        "cpuusageaverage",
        "cpuusage",
        "cpuutilization",
        "cpu",
    ),
)
MEMORY = (
    *("memorygib", "memorygb", "memgib", "memgb", "memoryusagegib", "memoryusedgib", "memoryusedgb"),
    *("memorymib", "memorymb", "memmib", "memmb", "memoryusagemb", "memoryusedmb", "memoryusedmib"),
    *("memorykib", "memorykb", "memkb", "memoryusagekb", "memoryusagekib"),
    *("memorypercent", "mempercent", "memoryusagepercent", "memoryutilizationpercentage", "memoryusage", "memusage"),
    *("memoryutilization", "memusageaverage", "memory", "mem"),
)
CORES = ("cores", "vcpu", "vcpus", "cpucores", "cpus")
CPU_CAPACITY = ("capmhz", "cpucapmhz", "cpucapacityprovisionedmhz", "cpucapacitymhz")
MEMORY_CAPACITY = (
    *("memcapmb", "memcapmib", "memorycapacitymb", "memorycapacitymib", "memorycapacityprovisionedmb"),
    *("memorycapacityprovisionedkb", "memcapkb", "memorycapacitykb", "memorycapacitygib", "memorycapacitygb"),
)
FIELDS = {
    "vm": VM,
    "time": TIME,
    "cpu": CPU,
    "memory": MEMORY,
    "cores": CORES,
    "cpu_capacity": CPU_CAPACITY,
    "memory_capacity": MEMORY_CAPACITY,
}
NEEDED = ("vm", "time", "cpu")


@dataclass(slots=True)
class TraceSet:
    """Demand of V machines over T samples of five minutes from `start_s` (seconds since 1970).

    cpu (V, T) in `cpu_unit` ("vcpu", or "share" of the machine's vCPU); memory likewise ("gib" or "share"), or None.
    vcpu and memory_mib (V,) are the machines' sizes where the file has them, else 0. present (V,) counts samples.
    """

    names: list[str]
    start_s: int
    cpu: F32
    cpu_unit: str
    memory: F32 | None
    memory_unit: str
    vcpu: I64
    memory_mib: F64
    present: I64
    columns: list[ColumnMatch]
    rows_read: int


def match_columns(header: Iterable[str]) -> dict[str, str]:
    """Which column of the header each field is; fields that no column fits are missing."""
    heads: dict[str, str] = {}
    for head in header:
        heads.setdefault(normal(head.replace("%", "percent")), head)
    columns: dict[str, str] = {}
    for name, spellings in FIELDS.items():
        column = next((heads[spelling] for spelling in spellings if spelling in heads), None)
        if column is not None and column not in columns.values():
            columns[name] = column
    return columns


def is_trace(header: Iterable[str]) -> bool:
    """Whether a header has what a trace needs: a machine, a time and a CPU column."""
    return all(name in match_columns(header) for name in NEEDED)


def unit_of(column: str, *units: str) -> str:
    """The unit that a column's name ends with or holds, "" where none of `units`."""
    head = normal(column.replace("%", "percent"))
    return next((unit for unit in units if unit in head), "")


def display_name(name: str) -> str:
    """The name of a machine that a trace knows by a number alone (“1” → “vm-1”)."""
    return f"vm-{name}" if name.isdigit() else name


def trace_inventory(traces: TraceSet) -> Inventory:
    """The machines that a trace describes; empty where it does not say their vCPU and memory."""
    inventory = Inventory(format=FORMAT, columns=traces.columns, rows_read=traces.rows_read)
    for row, name in enumerate(traces.names):
        vcpu, memory_mib = int(traces.vcpu[row]), round(float(traces.memory_mib[row]))
        if vcpu >= 1 and memory_mib >= 1:
            inventory.vms.append(VmRow(name=display_name(name), vcpu=vcpu, memory_mib=memory_mib, usage_from="file"))
    return inventory
