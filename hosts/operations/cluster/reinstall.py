"""Why a cluster's guests cannot go on under another hypervisor."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, Host, Snapshot, VirtualMachine
from hosts.operations.guest.delete import some_of
from hosts.rules.allocation_limits import guest_room_gib, memory_ratio
from hosts.rules.capacity import rooms
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say


def why_not_under(cluster: Cluster, hypervisor: str) -> list[Text]:
    """Each reason in words; none where all guests can go on."""
    kind = HYPERVISORS[hypervisor]
    guests = VirtualMachine.objects.filter(cluster=cluster)
    return [
        *_suspended(
            [vm.name for vm in guests.filter(power_state=PowerState.SUSPENDED, is_template=False).order_by("name")]
        ),
        *_lacking(cluster, kind),
        *_too_large(
            [vm for vm in guests.order_by("name") if kind.too_large(vm.vcpu, vm.memory_mib / MIB_PER_GIB)], kind
        ),
        *(_crowded(cluster) if hypervisor == Hypervisor.NONE else []),
        *_short(cluster, hypervisor),
    ]


def _suspended(names: list[str]) -> list[Text]:
    if not names:
        return []
    return [say(_("The kept memory of %(names)s cannot be read by another hypervisor: resume and stop them."),
                names=some_of(names))]  # fmt: skip


def _lacking(cluster: Cluster, kind: Kind) -> list[Text]:
    found = []
    with_snapshots = _names(Snapshot.objects.filter(vm__cluster=cluster).values_list("vm__name", flat=True))
    if with_snapshots and not kind.can(Feature.SNAPSHOT):
        found.append(say(_("%(kind)s has no snapshots: delete those of %(names)s."), kind=kind.name,
                         names=some_of(with_snapshots)))  # fmt: skip
    clones = VirtualMachine.objects.filter(cluster=cluster, base__isnull=False)
    linked = _names(clones.values_list("name", flat=True))
    if linked and not kind.can(Feature.LINKED_CLONE):
        found.append(say(_("%(kind)s has no linked clones: %(names)s."), kind=kind.name, names=some_of(linked)))
    return found


def _names(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _too_large(guests: list[VirtualMachine], kind: Kind) -> list[Text]:
    if not guests:
        return []
    names = some_of([vm.name for vm in guests])
    return [say(_("%(names)s: larger than %(kind)s supports."), names=names, kind=kind.name)]


def _crowded(cluster: Cluster) -> list[Text]:
    placed = VirtualMachine.objects.filter(cluster=cluster, is_template=False, host__isnull=False)
    counts = Counter(placed.values_list("host__name", flat=True))
    return [
        say(
            _("Host %(host)s has %(count)s guests; without virtualization it carries one."), host=str(name), count=count
        )
        for name, count in sorted(counts.items(), key=lambda item: str(item[0]))
        if count > 1
    ]


def _short(cluster: Cluster, hypervisor: str) -> list[Text]:
    """Hosts whose running guests would not fit what the other hypervisor leaves."""
    found = []
    ratio = memory_ratio(hypervisor, cluster.memory_overcommit)
    for room in rooms(Host.objects.filter(cluster=cluster).select_related("cluster").order_by("name")):
        left = guest_room_gib(hypervisor, room.host.memory_mib / MIB_PER_GIB) * ratio
        if room.memory.reserved > left:
            found.append(say(_("Host %(host)s has promised %(gib).1f GiB; %(left).1f GiB would be left for guests."),
                             host=room.host.name, gib=room.memory.reserved, left=left))  # fmt: skip
    return found
