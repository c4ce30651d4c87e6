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


def is_held(table: TypeTable, size: tuple[F64, F64]) -> tuple[Bools, Bools]:
    """Whether a type of a region has as much memory (n,), and whether one has as much of both, as `size`: vCPU and GiB.

    Any type that can be chosen: which of them starts a system is another question.
    """
    vcpu, memory_gib = size
    types = np.flatnonzero(np.any(list(starting(table).values()), axis=0))
    order = types[np.argsort(-table.memory_gib[types], kind="stable")]
    most_vcpu = np.concatenate([[-1.0], np.maximum.accumulate(table.vcpu[order])])
    as_large = np.searchsorted(-table.memory_gib[order], -memory_gib, side="right")
    return np.asarray(as_large > 0), np.asarray(most_vcpu[as_large] >= vcpu)
