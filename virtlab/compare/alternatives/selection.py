"""Which instance type each running VM gets."""

from dataclasses import dataclass

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.sizing_candidates import ARCH_BITS, SYSTEMS, X86
from virtlab.compare.alternatives.basis import Basis
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import Choice

NONE = -1


@dataclass(frozen=True, slots=True)
class Selection:
    """For every VM (V,) the row of its type in `table`, −1 where it does not run or nothing is large enough.

    cpu_over, cpu_busy (V,): share of samples, 0 … 1, in which it needs more than the type's CPU, or than 80 % of it.
    """

    table: TypeTable
    row: Ints
    cpu_over: F64
    cpu_busy: F64

    @property
    def chosen(self) -> Bools:
        """VMs that have a type (V,)."""
        return np.asarray(self.row != NONE)

    def of(self, figures: F64, rows: Ints) -> F64:
        """A column of the table for the VMs `rows`."""
        return np.asarray(figures[self.row[rows]])

    def without(self, vms: Bools) -> "Selection":
        """The same, but for the VMs marked (V,), which get no type."""
        return Selection(self.table, np.where(vms, NONE, self.row), self.cpu_over, self.cpu_busy)


def system_index(basis: Basis) -> Ints:
    """Each VM's operating system as a number in SYSTEMS (V,)."""
    number = {name: index for index, name in enumerate(SYSTEMS)}
    return np.array([number.get(name, 0) for name in basis.estate.vms.operating_system.tolist()], dtype=np.intp)


def arch_bits(basis: Basis) -> Ints:
    """The architectures that each VM's programs run on, as bits (V,)."""
    return np.array([ARCH_BITS.get(name, X86) for name in basis.estate.vms.architecture.tolist()], dtype=np.intp)


def selection(basis: Basis, table: TypeTable, rows: Ints, choice: Choice) -> Selection:
    """The first candidate of each VM; `rows` are the table's rows of the engine's types."""
    first = choice.type_index[:, 0]
    running = basis.estate.vms.running
    row = np.where(running & (first >= 0), rows[first] if rows.size else NONE, NONE)
    return Selection(table, row, choice.cpu_risk[:, 0], choice.cpu_busy[:, 0])
