"""In which units a trace's columns are, told by their names and all their values, and what they become: vCPU or share,
GiB or share. What both leave open is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hosts.inventory.problems import ProblemLog
from hosts.inventory.traces.shapes import MHZ_PER_VCPU, MIB_PER, PERCENT, PERCENT_OF_CORE, SHARE, unit_of
from hosts.inventory.traces.survey import Spread
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.units import MIB_PER_GIB

Numbers = Mapping[str, F64]
PERCENT_WORDS = ("percent", "pct")
# Rounding and clocks above the nominal one (turbo) show a little more than everything.
A_BIT_OVER_SHARE, A_BIT_OVER_PERCENT = 1.5, 110.0
NEARLY_ALL = 0.99


@dataclass(frozen=True, slots=True)
class CpuUnit:
    """`unit` of the result ("vcpu", or "share" of the VM's vCPU), and the number that is 1 of it.

    of_capacity: the row's own capacity is 1 instead.
    """

    unit: str
    per_unit: float = 1.0
    of_capacity: bool = False

    def convert(self, numbers: Numbers) -> F64:
        """The CPU of each row in that unit, which may be more than all of it."""
        cpu = numbers["cpu"]
        if self.of_capacity:
            capacity = numbers["cpu_capacity"]
            cpu = np.divide(cpu, capacity, out=np.zeros_like(cpu), where=capacity > 0)
        return cpu / self.per_unit


@dataclass(frozen=True, slots=True)
class MemoryUnit:
    """`unit` of the result ("gib", or "share" of the VM's memory), and the number that is 1 of it."""

    unit: str
    per_unit: float

    def convert(self, numbers: Numbers) -> F64:
        """The memory of each row in that unit, NaN where a row has none."""
        return numbers["memory"] / self.per_unit


def over(values: F64, unit: str) -> Bools:
    """Which values are more than all that a VM has."""
    return (values > 1.0) if unit == "share" else np.zeros(values.shape, dtype=np.bool_)


def capped(values: F64, unit: str) -> F64:
    """The values, shares at most 1."""
    return np.minimum(values, 1.0) if unit == "share" else values


def open_units(fields: Mapping[str, str], spreads: Mapping[str, Spread], answers: Mapping[str, str]) -> list[str]:
    """The fields ("cpu", "memory") whose unit neither their names nor their values nor an answer tell."""
    asked = []
    if "cpu" not in answers and not cpu_reading(fields, spreads["cpu"]):
        asked.append("cpu")
    if "memory" in fields and "memory" not in answers and not memory_reading(fields["memory"], spreads["memory"]):
        asked.append("memory")
    return asked


def cpu_reading(fields: Mapping[str, str], spread: Spread) -> str:
    """How the CPU column is read: "vcpu", "capacity", "mhz", SHARE or PERCENT; "" where that must be asked.

    Percent of one core goes beyond 100 and cannot be told from a fault; few large values among shares cannot be told
    from a VM that is mostly idle.
    """
    column = fields["cpu"]
    if unit_of(column, "vcpu", "cores"):
        return "vcpu"
    if unit_of(column, "mhz"):
        return "capacity" if "cpu_capacity" in fields else "mhz"
    return share_or_percent(spread, named=bool(unit_of(column, *PERCENT_WORDS)))


def memory_reading(column: str, spread: Spread) -> str:
    """How the memory column is read: a key of MIB_PER, SHARE or PERCENT; "" where that must be asked."""
    if unit := unit_of(column, *MIB_PER):
        return unit
    named = bool(unit_of(column, *PERCENT_WORDS))
    return PERCENT if named else share_or_percent(spread, named=False)


def share_or_percent(spread: Spread, *, named: bool) -> str:
    """SHARE or PERCENT, by all values of a column; `named`: its name says percent."""
    if spread.largest > A_BIT_OVER_PERCENT:
        return ""
    if named:
        return PERCENT
    if spread.largest <= A_BIT_OVER_SHARE:
        return SHARE
    return "" if spread.to_one >= NEARLY_ALL * spread.count else PERCENT


def cpu_unit(fields: Mapping[str, str], reading: str, tab: str, log: ProblemLog) -> CpuUnit:
    """The unit of the CPU column; what is not plain from its name is noted."""
    column = fields["cpu"]
    if reading == "capacity":
        return CpuUnit("share", of_capacity=True)
    if reading == "mhz":
        log.add("trace-unit", tab=tab, column=column, value=f"MHz, {MHZ_PER_VCPU:.0f} MHz = 1 vCPU")
        return CpuUnit("vcpu", MHZ_PER_VCPU)
    if reading == PERCENT_OF_CORE:
        log.add("trace-percent-of-core", tab=tab, column=column)
        return CpuUnit("vcpu", 100.0)
    note_share(column, reading, tab, log)
    return {SHARE: CpuUnit("share"), PERCENT: CpuUnit("share", 100.0)}.get(reading, CpuUnit("vcpu"))


def note_share(column: str, reading: str, tab: str, log: ProblemLog) -> None:
    """Notes a share or percent that the column's name does not say."""
    if reading == SHARE:
        log.add("trace-share", tab=tab, column=column)
    elif reading == PERCENT and not unit_of(column, *PERCENT_WORDS):
        log.add("trace-percent", tab=tab, column=column)


def memory_unit(fields: Mapping[str, str], reading: str, tab: str, log: ProblemLog) -> MemoryUnit | None:
    """The unit of the memory column, None without one; what is not plain from its name is noted."""
    if "memory" not in fields:
        log.add("trace-no-memory", tab=tab)
        return None
    if reading in MIB_PER:
        return MemoryUnit("gib", MIB_PER_GIB / MIB_PER[reading])
    note_share(fields["memory"], reading, tab, log)
    return MemoryUnit("share", 1.0 if reading == SHARE else 100.0)


def memory_mib(capacity: F64, fields: Mapping[str, str]) -> F64:
    """Memory capacities in MiB; a column that names no unit is in MiB."""
    unit = unit_of(fields.get("memory_capacity", ""), *MIB_PER)
    return capacity * MIB_PER.get(unit, 1.0)
