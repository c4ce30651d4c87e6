"""In which units a trace's columns are, told by their names, and what they become: vCPU or share, GiB or share."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hosts.inventory.problems import ProblemLog
from hosts.inventory.traces.shapes import MHZ_PER_VCPU, MIB_PER, unit_of
from virtlab.engine.arrays import F64

Numbers = Mapping[str, F64]
PERCENT = ("percent", "pct")


@dataclass(frozen=True, slots=True)
class CpuUnit:
    """`unit` of the result ("vcpu", or "share" of the VM's vCPU), and the number that is 1 of it.

    of_capacity: the row's own capacity is 1 instead.
    """

    unit: str
    per_unit: float = 1.0
    of_capacity: bool = False

    def convert(self, numbers: Numbers) -> F64:
        """The CPU of each row in that unit."""
        cpu = numbers["cpu"]
        if self.of_capacity:
            capacity = numbers["cpu_capacity"]
            cpu = np.divide(cpu, capacity, out=np.zeros_like(cpu), where=capacity > 0)
        return np.clip(cpu / self.per_unit, 0.0, 1.0) if self.unit == "share" else cpu / self.per_unit


@dataclass(frozen=True, slots=True)
class MemoryUnit:
    """`unit` of the result ("gib", or "share" of the VM's memory), and the number that is 1 of it."""

    unit: str
    per_unit: float

    def convert(self, numbers: Numbers) -> F64:
        """The memory of each row in that unit, 0 where a row has none."""
        memory = np.nan_to_num(numbers["memory"]) / self.per_unit
        return np.clip(memory, 0.0, 1.0) if self.unit == "share" else memory


def cpu_unit(fields: Mapping[str, str], largest: float, tab: str, log: ProblemLog) -> CpuUnit:
    """The unit of the CPU column; what is not plain from its name is noted."""
    column = fields["cpu"]
    if unit_of(column, "vcpu", "cores"):
        return CpuUnit("vcpu")
    if unit_of(column, "mhz"):
        if "cpu_capacity" in fields:
            return CpuUnit("share", of_capacity=True)
        log.add("trace-unit", tab=tab, column=column, value=f"MHz, {MHZ_PER_VCPU:.0f} MHz = 1 vCPU")
        return CpuUnit("vcpu", MHZ_PER_VCPU)
    if unit_of(column, *PERCENT):
        return CpuUnit("share", 100.0)
    log.add("trace-unit", tab=tab, column=column, value="0 … 1" if largest <= 1.0 else "%")
    return CpuUnit("share", 1.0 if largest <= 1.0 else 100.0)


def memory_unit(fields: Mapping[str, str], tab: str, log: ProblemLog) -> MemoryUnit | None:
    """The unit of the memory column, None without one; what is not plain from its name is noted."""
    if "memory" not in fields:
        log.add("trace-no-memory", tab=tab)
        return None
    column = fields["memory"]
    if unit := unit_of(column, *MIB_PER):
        return MemoryUnit("gib", 1024.0 / MIB_PER[unit])
    if not unit_of(column, *PERCENT):
        log.add("trace-unit", tab=tab, column=column, value="%")
    return MemoryUnit("share", 100.0)


def memory_mib(capacity: F64, fields: Mapping[str, str]) -> F64:
    """Memory capacities in MiB; a column that names no unit is in MiB."""
    unit = unit_of(fields.get("memory_capacity", ""), *MIB_PER)
    return capacity * MIB_PER.get(unit, 1.0)
