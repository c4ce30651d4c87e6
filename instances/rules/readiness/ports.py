"""How many network interfaces and volumes each instance type connects."""

from dataclasses import dataclass

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.sizing_candidates import starting
from instances.rules.volumes.attachments import volumes_left
from virtlab.engine.arrays import F64, Bools, Ints


@dataclass(frozen=True, slots=True)
class Ports:
    """Network interfaces of types (n,), and volumes beside the first of them, NaN where these are not known; where the
    limit is `shared`, each further interface takes the place of a volume. `there`: whether it is a type at all.
    """

    interfaces: F64
    volumes: F64
    shared: Bools
    there: Bools

    def volumes_left(self, interfaces: F64) -> F64:
        """The volumes (n,) that are left beside so many interfaces (n,), beside one where these are not known (NaN)."""
        return volumes_left(self.volumes, interfaces, shared=self.shared)


def most_volumes_left(table: TypeTable, interfaces: F64) -> F64:
    """The most volumes that any type of a region has left beside so many interfaces (n,)."""
    volumes, shared = np.nan_to_num(table.volumes)[table.choosable], table.shared_volumes[table.choosable]
    most_shared, most_own = (float(volumes[its].max(initial=0.0)) for its in (shared, ~shared))
    return np.maximum(volumes_left(most_shared, interfaces, shared=True), most_own)


def ports_of(table: TypeTable, types: Ints) -> Ports:
    """The ports of the types at these places of a table; −1 is none, of which nothing is known."""
    none = types < 0
    interfaces, volumes = (np.where(none, np.nan, known[types]) for known in (table.interfaces, table.volumes))
    return Ports(interfaces, volumes, table.shared_volumes[types] & ~none, ~none)


def is_held(table: TypeTable, size: tuple[F64, F64], bits: Ints) -> tuple[Bools, Bools]:
    """Whether a type of a region has as much memory (n,), and whether one has as much of both, as `size`: vCPU and GiB.

    `bits` (n,): the architectures whose types start each (`sizing_candidates`); where no type does, none is too small.
    """
    vcpu, memory_gib = size
    by_memory, by_both = np.ones(len(bits), dtype=np.bool_), np.ones(len(bits), dtype=np.bool_)
    started = starting(table)
    for each in np.unique(bits).tolist():
        fits = [starts for bit, starts in started.items() if bit & each]
        mine, types = bits == each, np.flatnonzero(np.any(fits, axis=0)) if fits else np.zeros(0, dtype=np.intp)
        if not types.size:
            continue
        order = types[np.argsort(-table.memory_gib[types], kind="stable")]
        most_vcpu = np.maximum.accumulate(table.vcpu[order])
        as_large = np.searchsorted(-table.memory_gib[order], -memory_gib[mine], side="right")
        by_memory[mine] = as_large > 0
        by_both[mine] = np.concatenate([[-1.0], most_vcpu])[as_large] >= vcpu[mine]
    return by_memory, by_both
