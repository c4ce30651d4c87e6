"""For every machine the type that its demand needs."""

import numpy as np

from instances.type_table import TypeTable
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.demand import sized_memory_gib, sized_vcpu
from virtlab.compare.alternatives.selection import NONE, Selection, allowed


def rightsized(basis: Basis, table: TypeTable) -> Selection:
    """Interim: the cheapest lasting type with room for the sized demand."""
    machines = basis.estate.machines
    row = np.full(len(machines), NONE, dtype=np.intp)
    rows = np.flatnonzero(machines.running)
    vcpu, memory = sized_vcpu(basis, rows), sized_memory_gib(basis, rows)
    price = np.where(np.isfinite(table.usd_per_hour), table.usd_per_hour, np.inf)
    for n, machine in enumerate(rows):
        fits = (
            allowed(table, str(machines.architecture[machine]), str(machines.operating_system[machine]))
            & ~table.burstable
            & ~table.flex
        )
        fits &= (table.vcpu >= vcpu[n]) & (table.memory_gib >= memory[n])
        row[machine] = int(np.where(fits, price, np.inf).argmin()) if fits.any() else NONE
    return Selection(table, row, np.zeros(len(machines), dtype="U16"))
