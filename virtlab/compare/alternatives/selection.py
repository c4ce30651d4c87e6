"""Which instance type each running machine gets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from instances.type_table import TypeTable
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.shape import F64
from virtlab.labs.choices import Architecture, OperatingSystem

Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True, slots=True)
class Selection:
    """For every machine (V,) the row of its type in `table`, −1 where it does not run or nothing is large enough.

    `risk` (V,) says in a code what may go wrong with the choice, empty where nothing does.
    """

    table: TypeTable
    row: Ints
    risk: npt.NDArray[np.str_]

    @property
    def chosen(self) -> Bools:
        """Machines that have a type (V,)."""
        return np.asarray(self.row != NONE)

    def of(self, figures: F64, rows: Ints) -> F64:
        """A column of the table for the machines `rows`."""
        return np.asarray(figures[self.row[rows]])


def allowed(table: TypeTable, architecture: str, operating_system: str) -> Bools:
    """Types on which a workload's programs run (N,): Windows needs x86-64, and recommended are current types only."""
    base = table.choosable & table.current_generation
    if operating_system == OperatingSystem.WINDOWS or architecture == Architecture.X86_64:
        return base & table.x86
    return base & table.arm if architecture == Architecture.ARM64 else base


def same_size(basis: Basis, table: TypeTable) -> Selection:
    """For every running machine the cheapest lasting type with at least its vCPU and memory."""
    machines = basis.estate.machines
    row = np.full(len(machines), NONE, dtype=np.intp)
    full = ~table.burstable & ~table.flex
    price = np.where(np.isfinite(table.usd_per_hour), table.usd_per_hour, np.inf)
    kinds = np.char.add(np.char.add(machines.architecture, " "), machines.operating_system)
    for kind in np.unique(kinds[machines.running]):
        fits = allowed(table, *kind.split(" ")) & full
        members = np.flatnonzero(machines.running & (kinds == kind))
        sizes, back = np.unique(
            np.column_stack([machines.vcpu[members], machines.memory_gib[members]]), axis=0, return_inverse=True
        )
        cheapest = np.array([_cheapest(table, fits, price, size) for size in sizes], dtype=np.intp)
        row[members] = cheapest[back.ravel()]
    return Selection(table, row, np.zeros(len(machines), dtype="U16"))


def _cheapest(table: TypeTable, fits: Bools, price: F64, size: F64) -> int:
    open_to = fits & (table.vcpu >= size[0]) & (table.memory_gib >= size[1])
    return int(np.where(open_to, price, np.inf).argmin()) if open_to.any() else NONE
