"""On which host a new guest goes, by the cluster's policy, with the reason for each host."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.choices import PlacementPolicy
from hosts.models import Cluster, Host, VirtualMachine
from hosts.rules.anti_affinity import GroupMember, group_members, who_of_group
from hosts.rules.capacity import HostRoom, Need, rooms
from hosts.rules.host_power import bare_metal
from virtlab.engine.arrays import F64
from virtlab.engine.placement.policies import FreeRoom, Policy, place_one_by_one
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

POLICIES = {
    PlacementPolicy.FIRST_FIT.value: Policy.FIRST_FIT,
    PlacementPolicy.BEST_FIT.value: Policy.BEST_FIT,
    PlacementPolicy.SPREAD.value: Policy.SPREAD,
}
WHY_CHOSEN: dict[str, LazyText] = {
    PlacementPolicy.FIRST_FIT.value: _("%(host)s: the first with room (%(left).1f GiB left then)"),
    PlacementPolicy.BEST_FIT.value: _("%(host)s: least memory left (%(left).1f GiB then)"),
    PlacementPolicy.SPREAD.value: _("%(host)s: most room (%(left).1f GiB left then)"),
}


@dataclass(frozen=True, slots=True)
class HostCandidate:
    """A host that was considered; why_not is None where it has room. `reason` says what came of it."""

    host: Host
    why_not: Text | None
    left_gib: float
    chosen: bool
    reason: Text
    # Whether it is out of the question because the guest has to be on another one.
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What is to be placed: its size, its anti-affinity group, and the one host that it must be on."""

    need: Need
    group: str = ""
    only: Host | None = None
    without: VirtualMachine | None = None


def candidates(cluster: Cluster, request: PlacementRequest) -> list[HostCandidate]:
    """Every host of the cluster by name with the reason, the chosen one among them where any has room."""
    host_rooms = rooms_in(cluster, request.without)
    members = group_members(cluster.lab_id, [request.group])
    why = [_why_not(room, request, members) for room in host_rooms]
    number = _number_of_best(host_rooms, why, request, cluster.policy)
    return [
        _candidate(room, no, n == number, request, cluster.policy)
        for n, (room, no) in enumerate(zip(host_rooms, why, strict=True))
    ]


def rooms_in(cluster: Cluster, without: VirtualMachine | None = None) -> list[HostRoom]:
    """The room of each host of a cluster, by name (three queries)."""
    return rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name"), without)


def best_of(hosts: Sequence[HostCandidate]) -> HostCandidate | None:
    """The one that was chosen; None where none has room."""
    return next((host for host in hosts if host.chosen), None)


def why_nowhere(cluster: Cluster, hosts: Sequence[HostCandidate]) -> Text:
    """Why no host has room, in words."""
    if not hosts:
        return say(_("Cluster %(cluster)s has no host."), cluster=cluster.name)
    best = max(hosts, key=lambda host: (not host.elsewhere, host.left_gib))
    return say(_("No host of %(cluster)s has room. %(why)s"), cluster=cluster.name, why=best.reason)


def _why_not(room: HostRoom, request: PlacementRequest, members: Sequence[GroupMember]) -> Text | None:
    if request.only is not None and room.host != request.only:
        message = _("%(host)s: left out, since the VM is pinned to %(pinned)s.")
        return say(message, host=room.host.name, pinned=request.only.name)
    excluding = request.without.pk if request.without else None
    return who_of_group(room.host, request.group, members, excluding) or room.why_not(request.need)


def _number_of_best(
    host_rooms: Sequence[HostRoom], why: Sequence[Text | None], request: PlacementRequest, policy: str
) -> int | None:
    """The choice of the engine's policy among the hosts with room."""
    open_rooms = [n for n, no in enumerate(why) if no is None]
    if not open_rooms:
        return None
    free_room, size = _sized([host_rooms[n] for n in open_rooms], request.need)
    placed = place_one_by_one(size, np.array([0], dtype=np.intp), free_room, POLICIES[policy], [frozenset()])
    return open_rooms[placed[0]] if placed else None


def _sized(host_rooms: Sequence[HostRoom], need: Need) -> tuple[FreeRoom, F64]:
    """What is free on each host, and a guest as one row: memory and vCPU, as shares of the most that any has free."""
    free = np.array([[room.memory.free, room.cpu.free] for room in host_rooms], dtype=np.float64)
    largest = np.maximum(free.max(axis=0), 1e-9)
    size = np.array([[need.memory_mib / MIB_PER_GIB, need.vcpu]], dtype=np.float64) / largest
    return FreeRoom(free / largest, [set() for _ in host_rooms]), size


def _candidate(
    room: HostRoom, why_not: Text | None, is_chosen: bool, request: PlacementRequest, policy: str
) -> HostCandidate:
    left = room.memory.free - request.need.memory_mib / MIB_PER_GIB
    if why_not is not None:
        reason = why_not
    elif is_chosen:
        pinned = _("%(host)s: pinned to it (%(left).1f GiB left then)")
        reason = say(pinned if request.only else WHY_CHOSEN[policy], host=room.host.name, left=left)
    else:
        reason = say(_("%(host)s: has room (%(left).1f GiB left then)"), host=room.host.name, left=left)
    elsewhere = request.only is not None and room.host != request.only
    return HostCandidate(room.host, why_not, left, is_chosen, reason, elsewhere)


def fitting(
    cluster: Cluster, request: PlacementRequest, count: int, every: Sequence[HostRoom] | None = None
) -> list[int]:
    """Primary keys of the hosts on which so many equal guests find room one after the other; fewer where not all do.
    The room of each host of the cluster is read where it is not given.
    """
    members = group_members(cluster.lab_id, [request.group])
    every = rooms_in(cluster) if every is None else every
    host_rooms = [room for room in every if _why_not(room, request, members) is None]
    if not host_rooms:
        return []
    free_room, size = _sized(host_rooms, request.need)
    apart = bool(request.group) or bare_metal(cluster.hypervisor)
    tags = [frozenset({0}) if apart else frozenset()] * count
    numbers = np.arange(count, dtype=np.intp)
    placed = place_one_by_one(np.repeat(size, count, axis=0), numbers, free_room, POLICIES[cluster.policy], tags)
    return [host_rooms[host].host.pk for host in placed.values()]
