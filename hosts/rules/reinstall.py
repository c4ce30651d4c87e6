"""Why a cluster's guests cannot go on under another hypervisor."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, Host, Snapshot, VirtualMachine
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from hosts.rules.capacity import rooms
from virtlab.engine.hypervisors.disk_formats import converts
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names


def why_not_under(cluster: Cluster, hypervisor: str) -> list[Text]:
    """Each reason in words; none where all guests can go on."""
    kind = HYPERVISORS[hypervisor]
    guests = VirtualMachine.objects.filter(cluster=cluster)
    suspended = guests.filter(power_state=PowerState.SUSPENDED, is_template=False).order_by("name")
    too_large = [vm for vm in guests.order_by("name") if _too_large_for(kind, vm)]
    return [
        *_suspended([vm.name for vm in suspended]),
        *_kept_memory(cluster),
        *(_in_the_way(cluster, kind) if converts(cluster.hypervisor, hypervisor) else []),
        *_lacking(cluster, kind),
        *_too_large([vm.name for vm in too_large], kind),
        *(_crowded(cluster) if hypervisor == Hypervisor.NONE else []),
        *_short(cluster, hypervisor),
    ]


def _too_large_for(kind: Kind, vm: VirtualMachine) -> bool:
    return bool(kind.too_large(vm.vcpu, vm.memory_mib / MIB_PER_GIB, vm.disk_gib))


def _suspended(guests: list[str]) -> list[Text]:
    message = _("The kept memory of %(names)s cannot be read by another hypervisor: resume and stop them.")
    return [say(message, names=names(guests))] if guests else []


def _kept_memory(cluster: Cluster) -> list[Text]:
    with_memory = Snapshot.objects.filter(vm__cluster=cluster, with_memory=True).values_list("vm__name", flat=True)
    message = _("Memory kept in snapshots of %(names)s cannot be read by another hypervisor: delete these snapshots.")
    return [say(message, names=names(sorted({*with_memory})))] if with_memory else []


def _in_the_way(cluster: Cluster, kind: Kind) -> list[Text]:
    """Snapshots and linked clones, whose disks cannot be converted one by one."""
    reasons = []
    snapshots = Snapshot.objects.filter(vm__cluster=cluster).values_list("vm__name", flat=True)
    if (with_snapshots := sorted({*snapshots})) and kind.can(Feature.SNAPSHOT):
        message = _("Every disk is converted, and snapshots are in the way: delete those of %(names)s.")
        reasons.append(say(message, names=names(with_snapshots)))
    clones = VirtualMachine.objects.filter(cluster=cluster, base__isnull=False).values_list("name", flat=True)
    if (linked := sorted({*clones})) and kind.can(Feature.LINKED_CLONE):
        message = _("Every disk is converted, and linked clones share theirs: %(names)s.")
        reasons.append(say(message, names=names(linked)))
    return reasons


def _lacking(cluster: Cluster, kind: Kind) -> list[Text]:
    lacking = []
    snapshots = Snapshot.objects.filter(vm__cluster=cluster).values_list("vm__name", flat=True)
    if (with_snapshots := sorted({*snapshots})) and not kind.can(Feature.SNAPSHOT):
        message = _("%(kind)s has no snapshots: delete those of %(names)s.")
        lacking.append(say(message, kind=kind.name, names=names(with_snapshots)))
    clones = VirtualMachine.objects.filter(cluster=cluster, base__isnull=False).values_list("name", flat=True)
    if (linked := sorted({*clones})) and not kind.can(Feature.LINKED_CLONE):
        lacking.append(say(_("%(kind)s has no linked clones: %(names)s."), kind=kind.name, names=names(linked)))
    return lacking


def _too_large(guests: list[str], kind: Kind) -> list[Text]:
    message = _("%(names)s: larger than %(kind)s supports.")
    return [say(message, names=names(guests), kind=kind.name)] if guests else []


def _crowded(cluster: Cluster) -> list[Text]:
    placed = VirtualMachine.objects.filter(cluster=cluster, is_template=False, host__isnull=False)
    counts = Counter(placed.values_list("host__name", flat=True))
    message = _("Host %(host)s has %(count)s VMs; without virtualization it carries one.")
    by_name = sorted((str(name), count) for name, count in counts.items())
    return [say(message, host=name, count=count) for name, count in by_name if count > 1]


def _short(cluster: Cluster, hypervisor: str) -> list[Text]:
    """Hosts whose running guests would not fit what the other hypervisor leaves."""
    short, message = [], _("Host %(host)s has allocated %(gib).1f GiB; %(left).1f GiB would be left for VMs.")
    ratio = memory_ratio(hypervisor, cluster.memory_overcommit)
    for room in rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")):
        left = guest_room_gib(hypervisor, room.host.memory_mib / MIB_PER_GIB) * ratio
        if room.memory.allocated > left:
            short.append(say(message, host=room.host.name, gib=room.memory.allocated, left=left))
    return short
