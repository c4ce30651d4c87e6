"""Allocated, used and free, always together, and whether something more may be admitted."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Resource(StrEnum):
    """What a host has too little of."""

    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Room:
    """One resource of a host, cluster or pool. capacity: what is physically there for guests; allocated: what guests
    were given; used: what is really used; ratio: how many times the capacity may be allocated; held: reserved for
    failures (N + 1).
    """

    capacity: float
    allocated: float
    used: float
    ratio: float = 1.0
    held: float = 0.0

    @property
    def allocatable(self) -> float:
        """How much may be allocated in all: (capacity − held) × ratio."""
        return max(self.capacity - self.held, 0.0) * self.ratio

    @property
    def free(self) -> float:
        """How much may still be allocated."""
        return max(self.allocatable - self.allocated, 0.0)

    @property
    def overcommit(self) -> float:
        """Allocated ÷ capacity: above 1 not all guests can have what was allocated at once."""
        return self.allocated / self.capacity if self.capacity else 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: `needs` of the resource are wanted, `free` may be allocated; beyond_capacity: it would never fit, even
    alone.
    """

    resource: Resource
    needs: float
    free: float
    capacity: float
    beyond_capacity: bool


def refusals(
    needs: dict[Resource, float], rooms: dict[Resource, Room], soft: Collection[Resource] = ()
) -> tuple[Refusal, ...]:
    """Every resource of which too little is free; empty where all is admitted. A guest never gets more than there
    physically is, but of what is `soft`: of that what the ratio lets be allocated is all that counts.
    """
    refusals = []
    for resource, wanted in needs.items():
        room = rooms[resource]
        beyond = wanted > room.capacity and resource not in soft
        if beyond or wanted > room.free * (1 + 1e-12):
            refusals.append(Refusal(resource, wanted, room.free, room.capacity, beyond))
    return tuple(refusals)
