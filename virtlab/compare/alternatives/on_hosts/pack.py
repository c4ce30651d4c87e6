"""VMs packed onto equal hosts, or onto the hosts there are, with the proof of how few could do."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.placement.equal_hosts import Options
from virtlab.engine.placement.equal_hosts import pack as engine_pack
from virtlab.engine.placement.existing_hosts import place_on

QUICK = Options(bound_steps=8)
"""Few rounds of the LP bound: a request waits for it, and the bound by volume alone is mostly as good."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The host of each VM (n,), −1 where none is large enough; how many hosts are used, and how few could do."""

    host: Ints
    hosts: int
    bound: int


def in_grains(amount: F64, grain: F64 | float) -> F64:
    """Rounded up to whole grains, as it is packed."""
    rounded: F64 = np.ceil(amount / grain - 1e-9) * grain
    return rounded


def pack(demand: F64, capacity: F64, grain: F64) -> Packed:
    """Pack demand (n, R) onto hosts of capacity (R,), with demand rounded up to `grain` (R,) or (n, R)."""
    rounded = in_grains(demand, grain)
    return _packed(rounded.tobytes(), rounded.shape[1], tuple(capacity.tolist()))


@lru_cache(maxsize=48)
def _packed(demand: bytes, resources: int, capacity: tuple[float, ...]) -> Packed:
    """The last ones are kept: where a price makes a cluster buy another build, all others are packed already."""
    packed = engine_pack(np.frombuffer(demand).reshape(-1, resources), np.array(capacity), QUICK)
    return Packed(packed.host_of_vm, packed.hosts_used, packed.bound)


@dataclass(frozen=True, slots=True)
class PackedOn:
    """The hosts of (H,) that are `kept`, by their numbers, those that carry VMs first; how many `more` like the first
    there are beside them, after these; the place of each VM among all of them (n,), −1 where none is large enough.

    `loaded`: the number of each that carries VMs, the first's for one more; `bound`: no fewer could.
    """

    kept: Ints
    more: int
    host: Ints
    loaded: Ints
    bound: int


def pack_on(demand: F64, rooms: F64, grain: F64, free: int) -> PackedOn:
    """Pack demand (n, R) onto the fewest of hosts with these rooms (H, R), the largest first, so many of them kept free
    beside: the largest, which hold what any other holds. What finds no place is on more hosts like the first. One is
    kept where nothing has to be carried.
    """
    if (rooms == rooms[0]).all():
        return _alike(pack(demand, rooms[0], grain), len(rooms), free)
    rounded = in_grains(demand, grain)
    return _packed_on(rounded.tobytes(), rooms.tobytes(), rooms.shape[1], free)


def _alike(packed: Packed, count: int, free: int) -> PackedOn:
    needed = max(packed.hosts, 1) + free
    kept = np.arange(min(needed, count))
    return PackedOn(kept, needed - kept.size, packed.host, np.zeros(packed.hosts, dtype=np.intp), packed.bound)


@lru_cache(maxsize=16)
def _packed_on(demand: bytes, rooms_of: bytes, resources: int, free: int) -> PackedOn:
    rounded, rooms = (np.frombuffer(of).reshape(-1, resources) for of in (demand, rooms_of))
    host, bound = np.full(len(rounded), -1, dtype=np.intp), 0
    if free < len(rooms):
        placed = place_on(rounded, rooms[free:], QUICK)
        host, bound = np.where(placed.host_of_vm >= 0, placed.host_of_vm + free, -1), placed.bound
    left, (used, place) = np.flatnonzero(host < 0), np.unique(host[host >= 0], return_inverse=True)
    like_first = tuple(rooms[0].tolist())
    beside = _packed(rounded[left].tobytes(), resources, like_first)
    if beside.hosts:
        bound = _packed(demand, resources, like_first).bound
    loaded = np.concatenate([used, np.zeros(beside.hosts, dtype=np.intp)])
    if not loaded.size and free < len(rooms):
        used = np.array([free], dtype=np.intp)
    kept = np.concatenate([used, np.arange(min(free, len(rooms)))])
    host[host >= 0] = place
    host[left] = np.where(beside.host >= 0, beside.host + kept.size, -1)
    return PackedOn(kept, max(loaded.size, 1) + free - kept.size, host, loaded, bound)
