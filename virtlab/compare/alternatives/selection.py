"""Which instance type each running machine gets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from instances.pricing import os_surcharge_usd_per_hour
from instances.type_table import TypeTable
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.compare.alternatives.shape import F64
from virtlab.engine.instance_types import Choice, InstanceTypes
from virtlab.labs.choices import Architecture, OperatingSystem

Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
NONE = -1
X86, ARM = 1, 2
SYSTEMS = [str(value) for value in OperatingSystem.values]
ARCH_BITS = {Architecture.X86_64.value: X86, Architecture.ARM64.value: ARM, Architecture.ANY.value: X86 | ARM}


@dataclass(frozen=True, slots=True)
class Selection:
    """For every machine (V,) the row of its type in `table`, −1 where it does not run or nothing is large enough.

    cpu_over, cpu_busy (V,): share of samples, 0 … 1, in which it needs more than the type's CPU, or than 80 % of it.
    """

    table: TypeTable
    row: Ints
    cpu_over: F64
    cpu_busy: F64

    @property
    def chosen(self) -> Bools:
        """Machines that have a type (V,)."""
        return np.asarray(self.row != NONE)

    def of(self, figures: F64, rows: Ints) -> F64:
        """A column of the table for the machines `rows`."""
        return np.asarray(figures[self.row[rows]])

    def without(self, machines: Bools) -> "Selection":
        """The same, but for the machines marked (V,), which get no type."""
        return Selection(self.table, np.where(machines, NONE, self.row), self.cpu_over, self.cpu_busy)


def types_of(table: TypeTable, values: Values) -> tuple[InstanceTypes, Ints]:
    """The types to recommend as the engine takes them, and their rows in the table: current ones that can be chosen.

    Prices are by operating system in the order of SYSTEMS. Windows Server runs on x86-64 only. A flex type lasts at its
    baseline and bursts above it, so it counts as burstable.
    """
    rows = np.flatnonzero(table.choosable & table.current_generation)
    sustained = np.where(
        table.burstable[rows] | table.flex[rows], table.vcpu[rows] * table.baseline_share[rows], np.nan
    )
    arch = X86 * table.x86[rows] + ARM * table.arm[rows]
    prices = np.column_stack([_prices(table, rows, system, values) for system in SYSTEMS])
    return InstanceTypes.of((table.vcpu[rows], table.memory_gib[rows]), prices, arch, sustained), rows


def _prices(table: TypeTable, rows: Ints, system: str, values: Values) -> F64:
    sizes = table.vcpu[rows]
    surcharge = {size: os_surcharge_usd_per_hour(system, int(size), values) for size in np.unique(sizes).tolist()}
    price = table.usd_per_hour[rows] + np.array([surcharge[size] for size in sizes.tolist()])
    return np.where(table.x86[rows], price, np.nan) if system == OperatingSystem.WINDOWS else price


def system_index(basis: Basis) -> Ints:
    """Each machine's operating system as a number in SYSTEMS (V,)."""
    number = {name: index for index, name in enumerate(SYSTEMS)}
    return np.array([number.get(name, 0) for name in basis.estate.machines.operating_system.tolist()], dtype=np.intp)


def arch_bits(basis: Basis) -> Ints:
    """The architectures that each machine's programs run on, as bits (V,)."""
    return np.array([ARCH_BITS.get(name, X86) for name in basis.estate.machines.architecture.tolist()], dtype=np.intp)


def selection(basis: Basis, table: TypeTable, rows: Ints, choice: Choice) -> Selection:
    """The first candidate of each machine; `rows` are the table's rows of the engine's types."""
    first = choice.type_index[:, 0]
    running = basis.estate.machines.running
    row = np.where(running & (first >= 0), rows[first] if rows.size else NONE, NONE)
    return Selection(table, row, choice.cpu_risk[:, 0], choice.cpu_busy[:, 0])
