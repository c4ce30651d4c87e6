"""On which host a new guest goes, by the cluster's policy, with the reason for each host."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor, PlacementPolicy
from hosts.models import Cluster, Host, VirtualMachine
from hosts.rules.capacity import HostRoom, Need, rooms, who_of_group
from virtlab.engine.placement.policies import Policy, Stock, place_one_by_one
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.text import Message, Text, say

POLICIES = {
    PlacementPolicy.FIRST_FIT.value: Policy.FIRST_FIT,
    PlacementPolicy.BEST_FIT.value: Policy.BEST_FIT,
    PlacementPolicy.SPREAD.value: Policy.SPREAD,
}
WHY_CHOSEN: dict[str, Message] = {
    PlacementPolicy.FIRST_FIT.value: _("%(host)s: the first with room (%(left).1f GiB left then)"),
    PlacementPolicy.BEST_FIT.value: _("%(host)s: least memory left (%(left).1f GiB then)"),
    PlacementPolicy.SPREAD.value: _("%(host)s: most room (%(left).1f GiB left then)"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host that was considered; why_not is None where it has room. `reason` says what came of it."""

    host: Host
    why_not: Text | None
    left_gib: float
    chosen: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be placed: its size, the apart group that it belongs to, and the one host that it must be on."""

    need: Need
    group: str = ""
    only: Host | None = None
    without: VirtualMachine | None = None


def candidates(cluster: Cluster, wish: Wish) -> list[Candidate]:
    """Every host of the cluster by name with the reason, the chosen one among them where any has room."""
    hosts = Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")
    found = rooms(hosts, wish.without)
    why = [_why_not(room, wish) for room in found]
    chosen = _chosen(found, why, wish, cluster.policy)
    return [
        _candidate(room, no, n == chosen, wish, cluster.policy)
        for n, (room, no) in enumerate(zip(found, why, strict=True))
    ]


def chosen(found: Sequence[Candidate]) -> Candidate | None:
    """The one that was chosen."""
    return next((one for one in found if one.chosen), None)


def place(cluster: Cluster, wish: Wish) -> Host:
    """The host chosen now; StepFailed where none has room, with the reason of the first."""
    found = candidates(cluster, wish)
    best = chosen(found)
    if best is None:
        raise StepFailed(why_nowhere(cluster, found))
    return best.host


def why_nowhere(cluster: Cluster, found: Sequence[Candidate]) -> Text:
    """Why no host has room, in words."""
    if not found:
        return say(_("Cluster %(cluster)s has no host."), cluster=cluster.name)
    best = max(found, key=lambda one: one.left_gib)
    return say(_("No host of %(cluster)s has room. %(why)s"), cluster=cluster.name, why=best.reason)


def _why_not(room: HostRoom, wish: Wish) -> Text | None:
    if wish.only is not None and room.host != wish.only:
        return say(_("Not host %(host)s, where it is pinned."), host=wish.only.name)
    but = wish.without.pk if wish.without else None
    return who_of_group(room.host, wish.group, but) or room.why_not(wish.need)


def _chosen(found: Sequence[HostRoom], why: Sequence[Text | None], wish: Wish, policy: str) -> int | None:
    """The choice of the engine's policy, with memory and vCPU as shares of the largest host."""
    open_rooms = [n for n, no in enumerate(why) if no is None]
    if not open_rooms:
        return None
    free = np.array([[found[n].memory.free, found[n].cpu.free] for n in open_rooms], dtype=np.float64)
    largest = np.maximum(free.max(axis=0), 1e-9)
    size = np.array([[wish.need.memory_mib / MIB_PER_GIB, wish.need.vcpu]], dtype=np.float64) / largest
    stock = Stock(free / largest, [set() for _ in open_rooms])
    placed = place_one_by_one(size, np.array([0], dtype=np.intp), stock, POLICIES[policy], [frozenset()])
    return open_rooms[placed[0]] if placed else None


def _candidate(room: HostRoom, why_not: Text | None, is_chosen: bool, wish: Wish, policy: str) -> Candidate:
    left = room.memory.free - wish.need.memory_mib / MIB_PER_GIB
    if why_not is not None:
        reason = why_not
    elif is_chosen:
        pinned = _("%(host)s: pinned to it (%(left).1f GiB left then)")
        reason = say(pinned if wish.only else WHY_CHOSEN[policy], host=room.host.name, left=left)
    else:
        reason = say(_("%(host)s: has room (%(left).1f GiB left then)"), host=room.host.name, left=left)
    return Candidate(room.host, why_not, left, is_chosen, reason)


def fitting(cluster: Cluster, wish: Wish, count: int) -> list[int]:
    """Primary keys of the hosts on which so many equal guests find room one after the other; fewer where not all do."""
    hosts = Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")
    found = [room for room in rooms(hosts) if _why_not(room, wish) is None]
    if not found:
        return []
    free = np.array([[room.memory.free, room.cpu.free] for room in found], dtype=np.float64)
    largest = np.maximum(free.max(axis=0), 1e-9)
    size = np.array([[wish.need.memory_mib / MIB_PER_GIB, wish.need.vcpu]], dtype=np.float64) / largest
    apart = bool(wish.group) or cluster.hypervisor == Hypervisor.NONE
    tags = [frozenset({0}) if apart else frozenset()] * count
    stock = Stock(free / largest, [set() for _ in found])
    numbers = np.arange(count, dtype=np.intp)
    placed = place_one_by_one(np.repeat(size, count, axis=0), numbers, stock, POLICIES[cluster.policy], tags)
    return [found[host].host.pk for host in placed.values()]
