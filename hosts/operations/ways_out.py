"""Ways out of a full host: resize or stop another guest, move this one, add a host. Operations by name, so that none
has to import all others.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Cluster, VirtualMachine
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.text import Message, Text, say


def way(name: str, subject: models.Model | None, label: Text | Message, **params: Any) -> list[WayOut]:
    """A way out by the operation's name; nothing where no such operation is registered."""
    operation = OPERATIONS.get(name)
    return [WayOut(operation, subject, label, params)] if operation else []


def ways_to_room(vm: VirtualMachine) -> list[WayOut]:
    """How room could be made for a guest that does not fit its host."""
    other = _largest_other(vm)
    free = (
        [
            *way("vm.resize", other, say(_("Make %(vm)s smaller"), vm=other.name)),
            *way("vm.stop", other, say(_("Stop %(vm)s"), vm=other.name)),
        ]
        if other
        else []
    )
    return [*free, *way("vm.move", vm, _("Move it to another host first")), *way_to_host(vm.cluster)]


def way_to_host(cluster: Cluster) -> list[WayOut]:
    """Adding a host to a cluster."""
    return way("host.add", None, _("Add a host"), cluster=cluster.pk)


def _largest_other(vm: VirtualMachine) -> VirtualMachine | None:
    others = VirtualMachine.objects.filter(host=vm.host_id, power_state=PowerState.RUNNING, is_template=False)
    return others.exclude(pk=vm.pk).order_by("-memory_mib", "name").first() if vm.host_id else None
