"""VMs packed onto hosts there are, alike or not, with spare ones that can take over what any of them carries.

Several ways are tried: on all hosts, and with the largest by each resource left free. The one that buys least stays,
of those the one with the fewest hosts, then the cheapest purchase.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from virtlab.compare.alternatives.on_hosts.pack import QUICK, Packed, in_grains, pack, pack_rounded
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.placement.existing_hosts import place_on

SLACK = 1e-6
"""As the engine compares: sums of what VMs take may be off by so much of what a host has."""


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """What hosts of one's own have room for (H, R), the price of another like each (H,), and their age in months (H,)
    as `Hosts.order_months` has it.
    """

    rooms: F64
    price_usd: F64
    age_months: F64


@dataclass(frozen=True, slots=True)
class PackedOn:
    """The own hosts of (H,) that are `staying`, by their numbers, those that carry VMs first; beside them, after these,
    `more`: for each the number of the own host that it is like; the place of each VM among all of them (n,), −1 where
    none is large enough.

    `loaded`: of each that carries VMs the own host that it is or is like; `spare`: how many carry none; `bound`: no
    fewer, of the own hosts and so many beside, could carry the VMs.
    """

    staying: Ints
    more: Ints
    host: Ints
    loaded: Ints
    spare: int
    bound: int


def pack_on(demand: F64, own: OwnHosts, grain: F64, free: int) -> PackedOn:
    """Pack demand (n, R) onto few of the own hosts, so that what each carries would fit on each of `free` spare ones,
    in every resource; where no one size holds all, there are so many of each size that is needed. What is missing is
    bought like one of the own hosts. Of own hosts that hold what one is to carry the newest stays. One stays where
    nothing has to be carried.
    """
    if (own.rooms == own.rooms[0]).all():
        return _alike(pack(demand, own.rooms[0], grain), len(own.rooms), free)
    columns = np.column_stack([own.rooms, own.price_usd, own.age_months])
    return _uneven(in_grains(demand, grain).tobytes(), columns.tobytes(), own.rooms.shape[1], free)


def _alike(packed: Packed, count: int, free: int) -> PackedOn:
    needed = max(packed.hosts, 1) + free
    staying, more = np.arange(min(needed, count)), np.zeros(max(needed - count, 0), dtype=np.intp)
    return PackedOn(staying, more, packed.host, np.zeros(packed.hosts, dtype=np.intp), free, packed.bound)


@lru_cache(maxsize=16)
def _uneven(demand_of: bytes, own_of: bytes, resources: int, free: int) -> PackedOn:
    columns = np.frombuffer(own_of).reshape(-1, resources + 2)
    own = OwnHosts(columns[:, :resources].copy(), columns[:, resources], columns[:, resources + 1])
    demand = np.frombuffer(demand_of).reshape(-1, resources)
    held = _held(demand, own.rooms)
    if not held.any():
        nothing, needed = np.full(len(demand), -1, dtype=np.intp), 1 + free
        more = np.zeros(max(needed - len(columns), 0), dtype=np.intp)
        return PackedOn(np.arange(min(needed, len(columns))), more, nothing, more[:0], free, 0)
    ways = [_packed_with(demand[held], own, *way, free) for way in _ways(demand[held], own.rooms, free)]
    best = min(ways, key=lambda way: (way.more.size, way.staying.size, float(own.price_usd[way.more].sum())))
    host = np.full(len(demand), -1, dtype=np.intp)
    host[held] = best.host
    return replace(best, host=host, bound=_bound(demand[held], own.rooms, best.more.size))


def _ways(demand: F64, rooms: F64, free: int) -> Iterator[tuple[Ints, F64]]:
    """The hosts that stay free at first, and what each host may carry (H, R): the largest by one resource, and no more
    than each of these could take over, unless a VM is larger; the largest by any; none.
    """
    tops = list(dict.fromkeys(tuple(sorted(np.argsort(-by, kind="stable")[:free].tolist())) for by in rooms.T))
    for top in tops if 0 < free < len(rooms) else ():
        within = np.minimum(rooms, rooms[list(top)].min(axis=0))
        yield np.array(top), within if _held(demand, within).all() else rooms
    if len(tops) > 1:
        yield np.unique(tops), rooms
    yield np.zeros(0, dtype=np.intp), rooms


def _packed_with(demand: F64, own: OwnHosts, aside: Ints, rooms: F64, free: int) -> PackedOn:
    """VMs (n, R), each of which some host holds by `rooms`, on the hosts but those aside; spare ones are chosen of what
    is then unused. Its bound is still open.
    """
    others = np.setdiff1d(np.arange(len(rooms)), aside)
    placed = place_on(demand, rooms[others], QUICK).host_of_vm
    used, place = np.unique(placed[placed >= 0], return_inverse=True)
    used, left = others[used], np.flatnonzero(placed < 0)
    on_bought, bought = _bought(demand[left], rooms, own.price_usd)
    host = np.empty(len(demand), dtype=np.intp)
    host[placed >= 0] = place
    host[left] = on_bought + used.size
    loads = np.zeros((used.size + bought.size, demand.shape[1]))
    np.add.at(loads, host, demand)
    unused = np.ones(len(rooms), dtype=np.bool_)
    unused[used] = False
    spare, more = _spare(_holds(own.rooms, loads), own, unused, free)
    unused[spare] = False
    used = _newest(loads, own, used, unused)
    host[host >= used.size] += spare.size
    return PackedOn(
        staying=np.concatenate([used, spare]),
        more=np.concatenate([bought, more]),
        host=host,
        loaded=np.concatenate([used, bought]),
        spare=spare.size + more.size,
        bound=0,
    )


def _held(demand: F64, rooms: F64) -> Bools:
    """Which VMs (n,) some host holds."""
    kinds = np.unique(rooms, axis=0)
    by_resource = [kinds[:, r] * (1 + SLACK) >= demand[:, r, None] for r in range(demand.shape[1])]
    return np.asarray(np.logical_and.reduce(by_resource).any(axis=1))


def _holds(rooms: F64, loads: F64) -> Bools:
    """Whether a host holds a load in every resource (H, L)."""
    return np.asarray((rooms[:, None] * (1 + SLACK) >= loads).all(axis=2))


def _bought(demand: F64, rooms: F64, price_usd: F64) -> tuple[Ints, Ints]:
    """VMs, each of which some host holds, on hosts that are bought, each like an own one: the place of each VM (n,),
    and what each host is like: what holds most of the VMs, of these what they fill fewest of, then the cheapest.
    """
    host, like = np.full(len(demand), -1, dtype=np.intp), np.zeros(0, dtype=np.intp)
    kinds = np.unique(rooms, axis=0, return_index=True)[1]
    while (left := np.flatnonzero(host < 0)).size:
        holds = _holds(rooms[kinds], demand[left])
        count = holds.sum(axis=1)
        sums = holds.astype(np.float64) @ demand[left]
        fills = np.ceil((sums / rooms[kinds]).max(axis=1))
        kind = int(np.lexsort((price_usd[kinds], fills, -count))[0])
        packed = pack_rounded(demand[left], rooms[kinds[kind]])
        host[left] = np.where(packed.host >= 0, packed.host + like.size, -1)
        like = np.concatenate([like, np.full(packed.hosts, kinds[kind])])
    return host, like


def _spare(holds: Bools, own: OwnHosts, unused: Bools, free: int) -> tuple[Ints, Ints]:
    """Spare hosts by what each own one `holds` (H, L), so that `free` of them hold each load: own ones that are unused,
    the newest first, and what others are like that are bought, the cheapest. Each holds most of what still lacks one.
    """
    lacking, unused = np.full(holds.shape[1], free), unused.copy()
    spare: list[int] = []
    more: list[int] = []
    while (lacks := lacking > 0).any():
        count = holds[:, lacks].sum(axis=1)
        most = count == count.max()
        if (most & unused).any():
            would_do = np.flatnonzero(most & unused)
            pick = int(would_do[own.age_months[would_do].argmin()])
            spare.append(pick)
            unused[pick] = False
        else:
            pick = int(np.where(most, own.price_usd, np.inf).argmin())
            more.append(pick)
        lacking[holds[pick]] -= 1
    return np.array(spare, dtype=np.intp), np.array(more, dtype=np.intp)


def _newest(loads: F64, own: OwnHosts, used: Ints, unused: Bools) -> Ints:
    """The hosts that carry the loads: in place of each the newest of those unused that hold as much as it carries."""
    staying, unused = used.copy(), unused.copy()
    for n, host in enumerate(used.tolist()):
        would_do = unused & (own.age_months < own.age_months[host])
        would_do[would_do] = (own.rooms[would_do] * (1 + SLACK) >= loads[n]).all(axis=1)
        if would_do.any():
            staying[n] = np.where(would_do, own.age_months, np.inf).argmin()
            unused[host], unused[staying[n]] = True, False
    return staying


def _bound(demand: F64, rooms: F64, more: int) -> int:
    """How few hosts could carry the VMs, of the own ones and so many more, each of these as large as any in every
    resource: by each resource the largest first, or of such large ones as many as the VMs need by their sizes.
    """
    largest = rooms.max(axis=0)
    those = -np.sort(-np.concatenate([rooms, np.tile(largest, (more, 1))]), axis=0)
    enough = np.cumsum(those, axis=0) * (1 + SLACK) >= demand.sum(axis=0)
    return max(int(enough.argmax(axis=0).max()) + 1, pack_rounded(demand, largest).bound)
