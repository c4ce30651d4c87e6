"""Traces as read from a file: which columns they have, in which units, and the inventory that they imply."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from hosts.inventory.files.tables import Table, normal
from hosts.inventory.files.words import trace_heads
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import ColumnMatch, Inventory, VmRow
from virtlab.engine.arrays import F32, F64, I64

FORMAT = "traces"
STEP_S = 300
MHZ_PER_VCPU = 2_500.0  # assumed where a file gives MHz in use without the VM's capacity
SHARE, PERCENT, PERCENT_OF_CORE = "share", "percent", "percent_core"
"""How a column that names no unit is read, beside the keys of MIB_PER for memory."""
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
    *("memorygib", "memorygb", "memgib", "memgb", "memoryusagegib", "memoryusagegb", "memoryusedgib", "memoryusedgb"),
    *("memorymib", "memorymb", "memmib", "memmb", "memoryusagemb", "memoryusagemib", "memoryusedmb", "memoryusedmib"),
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
LOOKED_AT = 200
NUMBER = re.compile(r"[-+]?[\d.,\s']+(e[-+]?\d+)?%?", re.IGNORECASE)


@dataclass(slots=True)
class TraceSet:
    """Demand of V VMs over T samples of `step_s` from `start_s` (seconds since 1970).

    cpu (V, T) in `cpu_unit` ("vcpu", or "share" of the VM's vCPU); memory likewise ("gib" or "share"), NaN throughout
    for a VM without, or None. vcpu and memory_mib (V,) are the VMs' sizes where the file has them, else 0. Of each VM
    there are samples from `first` to `last`, and between them `coverage` (0 … 1) of those to be expected (V,);
    `present` (V,) are the steps with any sample, not kept with the rest.
    """

    names: list[str]
    start_s: int
    step_s: int
    cpu: F32
    cpu_unit: str
    memory: F32 | None
    memory_unit: str
    vcpu: I64
    memory_mib: F64
    first: I64
    last: I64
    coverage: F64
    columns: list[ColumnMatch]
    rows_read: int
    present: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def match_columns(header: Iterable[str]) -> dict[str, str]:
    """Which column of the header each field is; fields that no column fits are missing."""
    heads: dict[str, str] = {}
    for head in header:
        heads.setdefault(spelled(head), head)
    columns: dict[str, str] = {}
    for name, spellings in FIELDS.items():
        column = next((heads[spelling] for spelling in spellings if spelling in heads), None)
        if column is not None and column not in columns.values():
            columns[name] = column
    return columns


def spelled(header: str) -> str:
    """A header as `normal` gives it, in English where it is in another language that is known; its unit stays."""
    head = normal(header.replace("%", "percent"))
    unit = next((unit for unit in ("percent", "mhz", *MIB_PER) if head.endswith(unit)), "")
    bare = head.removesuffix(unit)
    return f"{trace_heads()[bare]}{unit}" if bare in trace_heads() else trace_heads().get(head, head)


def is_trace(table: Table) -> bool:
    """Whether a table has what a trace needs: a VM, a time and a CPU column; or, where the file is of one VM and its
    name is the VM's, time and CPU with nothing but numbers beside the time.
    """
    fields = match_columns(table.header)
    return all(name in fields for name in NEEDED) or ({"time", "cpu"} <= fields.keys() and only_numbers(table, fields))


def only_numbers(table: Table, fields: dict[str, str]) -> bool:
    """Whether the first rows hold numbers alone but for the time."""
    at = table.header.index(fields["time"])
    rows = first_rows(table)
    others = (str(cell).strip() for row in rows for place, cell in enumerate(row) if place != at)
    return bool(rows) and all(not cell or NUMBER.fullmatch(cell) for cell in others)


def first_rows(table: Table) -> list[list[str]]:
    """The first rows of a table as texts; they stay to be read."""
    rows = list(itertools.islice(table.rows, LOOKED_AT))
    table.rows = itertools.chain(rows, table.rows)
    return [[str(cell) for cell in cells] for _number, cells in rows]


def header_lines(table: Table) -> int:
    """Lines above the first row of values; they stay to be read."""
    first = next(table.rows, None)
    if first is None:
        return 1
    table.rows = itertools.chain([first], table.rows)
    return first[0] - 1


def unit_of(column: str, *units: str) -> str:
    """The unit that a column's name ends with or holds, "" where none of `units`."""
    head = normal(column.replace("%", "percent"))
    return next((unit for unit in units if unit in head), "")


def display_name(name: str) -> str:
    """The name of a VM that a trace knows by a number alone (“1” → “vm-1”)."""
    return f"vm-{name}" if name.isdigit() else name


def trace_inventory(traces: TraceSet, log: ProblemLog) -> Inventory:
    """The VMs that a trace describes; empty where it does not say their vCPU and memory. It says nothing of disks."""
    inventory = Inventory(format=FORMAT, columns=traces.columns, rows_read=traces.rows_read)
    for row, name in enumerate(traces.names):
        vcpu, memory_mib = int(traces.vcpu[row]), round(float(traces.memory_mib[row]))
        if vcpu >= 1 and memory_mib >= 1:
            vm = VmRow(name=display_name(name), vcpu=vcpu, memory_mib=memory_mib, usage_from="file", disk_known=False)
            inventory.vms.append(vm)
            log.add("disk-assumed", tab=traces.columns[0].tab, value_gib=0)
    return inventory
