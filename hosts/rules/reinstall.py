"""Why a cluster's guests cannot go on under another hypervisor."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Cluster, Host, Snapshot, VirtualMachine
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from hosts.rules.capacity import rooms
from hosts.rules.host_power import bare_metal
from virtlab.engine.hypervisors.disk_formats import converts
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText


class Obstacle(Enum):
    """What of guests is in the way."""

    KEPT_MEMORY = auto()
    SNAPSHOTS = auto()
    LINKED_CLONES = auto()
    SIZE = auto()
    CROWDED_HOST = auto()


class Reason(NamedTuple):
    """Why not, in words, what is in the way, and of which guests; those alone with which something can be done."""

    text: Text
    obstacle: Obstacle
    vms: Sequence[VirtualMachine]


def why_not_under(cluster: Cluster, hypervisor: str) -> list[Reason]:
    """Each reason; none where all guests can go on."""
    kind = HYPERVISORS[hypervisor]
    guests = VirtualMachine.objects.filter(cluster=cluster).select_related("cluster").order_by("name")
    return [
        *_suspended(guests.filter(power_state=PowerState.SUSPENDED, is_template=False)),
        *_kept_memory(guests),
        *(_in_the_way(guests, kind) if converts(cluster.hypervisor, hypervisor) else []),
        *_lacking(guests, kind),
        *_too_large([vm for vm in guests if _too_large_for(kind, vm)], kind),
        *(_crowded(guests) if bare_metal(hypervisor) else []),
        *_short(cluster, hypervisor),
    ]


def _too_large_for(kind: Kind, vm: VirtualMachine) -> bool:
    return bool(kind.too_large(vm.vcpu, vm.memory_mib / MIB_PER_GIB, vm.disk_gib))


def _suspended(guests: QuerySet[VirtualMachine]) -> list[Reason]:
    message = _("The kept memory of %(names)s cannot be read by another hypervisor: resume them, or discard it.")
    return _of(message, Obstacle.KEPT_MEMORY, list(guests))


def _kept_memory(guests: QuerySet[VirtualMachine]) -> list[Reason]:
    message = _("Memory kept in snapshots of %(names)s cannot be read by another hypervisor: delete these snapshots.")
    return _of(message, Obstacle.SNAPSHOTS, _with(guests, Snapshot.objects.filter(with_memory=True)))


def _in_the_way(guests: QuerySet[VirtualMachine], kind: Kind) -> list[Reason]:
    """Snapshots and linked clones, whose disks cannot be converted one by one."""
    reasons = []
    if kind.can(Feature.SNAPSHOT):
        message = _("Every disk is converted, and snapshots are in the way: delete those of %(names)s.")
        reasons += _of(message, Obstacle.SNAPSHOTS, _with(guests, Snapshot.objects.all()))
    if kind.can(Feature.LINKED_CLONE):
        message = _("Every disk is converted, and linked clones share theirs: %(names)s.")
        reasons += _of(message, Obstacle.LINKED_CLONES, _linked(guests))
    return reasons


def _lacking(guests: QuerySet[VirtualMachine], kind: Kind) -> list[Reason]:
    reasons = []
    if not kind.can(Feature.SNAPSHOT):
        message = _("%(kind)s has no snapshots: delete those of %(names)s.")
        reasons += _of(message, Obstacle.SNAPSHOTS, _with(guests, Snapshot.objects.all()), kind=kind.name)
    if not kind.can(Feature.LINKED_CLONE):
        message = _("%(kind)s has no linked clones: %(names)s.")
        reasons += _of(message, Obstacle.LINKED_CLONES, _linked(guests), kind=kind.name)
    return reasons


def _with(guests: QuerySet[VirtualMachine], snapshots: QuerySet[Snapshot]) -> list[VirtualMachine]:
    """Those of which there are such snapshots."""
    return list(guests.filter(pk__in=snapshots.values("vm")))


def _linked(guests: QuerySet[VirtualMachine]) -> list[VirtualMachine]:
    return list(guests.filter(base__isnull=False))


def _of(message: LazyText, obstacle: Obstacle, vms: Sequence[VirtualMachine], **words: str) -> list[Reason]:
    """The reason, in words that name the guests; none where there are none."""
    text = say(message, names=names([vm.name for vm in vms]), **words)
    return [Reason(text, obstacle, vms)] if vms else []


def _too_large(guests: list[VirtualMachine], kind: Kind) -> list[Reason]:
    """Disks never become smaller."""
    reasons = _of(_("%(names)s: larger than %(kind)s supports."), Obstacle.SIZE, guests, kind=kind.name)
    by_memory = [vm for vm in guests if kind.too_large(vm.vcpu, vm.memory_mib / MIB_PER_GIB, 0.0)]
    return [reason._replace(vms=by_memory) for reason in reasons]


def _crowded(guests: QuerySet[VirtualMachine]) -> list[Reason]:
    message = _("Host %(host)s has %(count)s VMs; without virtualization it carries one.")
    reasons = []
    for host, vms in _by_host(guests.filter(is_template=False)):
        if len(vms) > 1:
            text = say(message, host=host.name, count=len(vms))
            reasons.append(Reason(text, Obstacle.CROWDED_HOST, vms))
    return reasons


def _by_host(guests: QuerySet[VirtualMachine]) -> list[tuple[Host, list[VirtualMachine]]]:
    """Hosts by name, with their guests."""
    by_host: dict[Host, list[VirtualMachine]] = {}
    for vm in guests.filter(host__isnull=False).select_related("host", "cluster"):
        assert vm.host is not None
        by_host.setdefault(vm.host, []).append(vm)
    return sorted(by_host.items(), key=lambda item: item[0].name)


def _short(cluster: Cluster, hypervisor: str) -> list[Reason]:
    """Hosts whose running guests would not fit what the other hypervisor leaves."""
    reasons, message = [], _("Host %(host)s has allocated %(gib).1f GiB; %(left).1f GiB would be left for VMs.")
    ratio = memory_ratio(hypervisor, cluster.memory_overcommit)
    for room in rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")):
        left = guest_room_gib(hypervisor, room.host.memory_mib / MIB_PER_GIB) * ratio
        if room.memory.allocated > left:
            running = room.host.virtual_machines.filter(power_state=PowerState.RUNNING, is_template=False)
            text = say(message, host=room.host.name, gib=room.memory.allocated, left=left)
            vms = list(running.select_related("cluster").order_by("name"))
            reasons.append(Reason(text, Obstacle.CROWDED_HOST, vms))
    return reasons
