"""What a user may do about guests that stand in the way of another hypervisor: for one of them, or all at once."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, VirtualMachine
from hosts.operations.cluster.reinstall import Obstacle, why_not_under
from hosts.operations.ways_out import add_host
from hosts.rules.disk_work import own_disks
from virtlab.jobs.operations.plan import Refusal, WayOut

Vms = Sequence[VirtualMachine]


def _about_kept_memory(vms: Vms) -> list[WayOut]:
    return [
        WayOut("vm.resume", None, _("Resume what is suspended"), subjects=vms),
        WayOut("vm.discard_suspended", None, _("Discard kept memory"), subjects=vms),
    ]


def _about_snapshots(vms: Vms) -> list[WayOut]:
    return [WayOut("snapshot.delete_all", None, _("Delete their snapshots"), subjects=vms)]


def _about_linked_clones(vms: Vms) -> list[WayOut]:
    return [WayOut("vm.delete", None, _("Delete the linked clones"), subjects=vms)]


def _about_size(vms: Vms) -> list[WayOut]:
    return [WayOut("vm.resize", None, _("Make them smaller"), subjects=vms)]


def _about_crowding(vms: Vms) -> list[WayOut]:
    cluster = vms[0].cluster
    move = WayOut("vm.move", None, _("Move VMs away"), subjects=vms[1:] or vms)
    return [*([] if own_disks(cluster.hypervisor) else [move]), add_host(cluster)]


WAYS: dict[Obstacle, Callable[[Vms], list[WayOut]]] = {
    Obstacle.KEPT_MEMORY: _about_kept_memory,
    Obstacle.SNAPSHOTS: _about_snapshots,
    Obstacle.LINKED_CLONES: _about_linked_clones,
    Obstacle.SIZE: _about_size,
    Obstacle.CROWDED_HOST: _about_crowding,
}


def guests_in_the_way(cluster: Cluster, hypervisor: str) -> list[Refusal]:
    """Each reason why its guests cannot go on under another hypervisor, with the ways out; none where all can."""
    reasons = why_not_under(cluster, hypervisor)
    return [Refusal(text, "hypervisor", WAYS[obstacle](vms) if vms else ()) for text, obstacle, vms in reasons]
