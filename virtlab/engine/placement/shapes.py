"""VMs of equal demand grouped, the rules they must keep, what fits: the common ground of the packing modules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from virtlab.engine.arrays import F64, Bools, Ints, check_non_negative

EPSILON = 1e-9
"""Rounding that a fit forgives, as a share of a host."""


class Reason(StrEnum):
    """Why a VM has no place."""

    TOO_BIG = "too_big"
    NO_ROOM = "no_room"
    ANTI_AFFINITY = "anti_affinity"
    PINNED = "pinned"
    RESERVED = "reserved"


@dataclass(frozen=True)
class Unplaced:
    """A VM without a place; `resource` is the number of the first resource that is short, −1 where none is."""

    vm: int
    reason: Reason
    resource: int = -1


@dataclass(frozen=True)
class Rules:
    """What a placement must keep.

    anti_affinity: groups of VMs of which no two share a host. pinned: VM → the host it must stay on. spare_hosts: so
    many of the largest hosts without pinned VMs stay empty, a place for the VMs of failed hosts (N+1 is 1).
    """

    anti_affinity: Sequence[Sequence[int]] = ()
    pinned: Mapping[int, int] = field(default_factory=dict)
    spare_hosts: int = 0

    def groups_of(self, vms: int) -> list[frozenset[int]]:
        """Numbers of the anti-affinity groups that each VM is in. ValueError for a VM that does not exist."""
        groups: list[set[int]] = [set() for _ in range(vms)]
        for number, members in enumerate(self.anti_affinity):
            for vm in members:
                if not 0 <= vm < vms:
                    raise ValueError(f"Anti-affinity group {number} names VM {vm}; there are {vms}.")
                groups[vm].add(number)
        return [frozenset(group) for group in groups]


NO_RULES = Rules()


@dataclass(frozen=True)
class Groups:
    """G groups of VMs alike in size and rules: sizes (G, R) as shares of a host, counts (G,), the members' numbers."""

    sizes: F64
    counts: Ints
    members: list[Ints]
    apart: list[frozenset[int]]

    @cached_property
    def ruled(self) -> bool:
        """Whether any group has anti-affinity."""
        return any(self.apart)

    def may_join(self, numbers: Ints, held: set[int]) -> Bools:
        """Which of the groups `numbers` (n,) may go to a host that holds VMs of the anti-affinity groups `held`."""
        if not held or not self.ruled:
            return np.ones(numbers.size, dtype=np.bool_)
        return np.array([not self.apart[g] & held for g in numbers.tolist()], dtype=np.bool_)


def as_sizes(demand: npt.ArrayLike, name: str = "Demand") -> F64:
    """Demand (V, R) or capacity (H, R) as float64; R columns: vCPU, memory GiB, and storage GiB where it counts."""
    array = np.asarray(demand, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{name} must be an array of rows × resources, not of shape {array.shape}.")
    check_non_negative(name, array)
    return array


def group(sizes: F64, vms: Ints, tags: Sequence[frozenset[int]] | None = None) -> Groups:
    """Group the VMs numbered `vms`, of sizes (V, R), by equal size and equal anti-affinity."""
    keys = sizes[vms]
    if tags is not None and any(tags):
        number = {tag: index for index, tag in enumerate(dict.fromkeys(tags))}
        keys = np.column_stack([keys, [number[tags[vm]] for vm in vms]])
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    counts = np.bincount(inverse, minlength=first.size).astype(np.intp)
    order = np.argsort(inverse, kind="stable")
    members = np.split(vms[order], np.cumsum(counts)[:-1]) if first.size else []
    apart = [frozenset[int]() if tags is None else tags[vms[index]] for index in first]
    return Groups(sizes[vms[first]].reshape(-1, sizes.shape[1]), counts, members, apart)


def fits(sizes: F64, free: F64) -> Bools:
    """Whether each size (n, R) fits the free room (R,), to rounding."""
    room = free + EPSILON
    return np.asarray(np.logical_and.reduce([sizes[..., r] <= room[..., r] for r in range(sizes.shape[-1])]))
