"""Ways out of a full host: resize or stop another guest, move this one, add a host."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Cluster, VirtualMachine
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import say


def stop(vm: VirtualMachine) -> list[WayOut]:
    """Stopping a guest; nothing for one that does not run."""
    return [WayOut("vm.stop", vm, _("Stop it"))] if vm.power_state == PowerState.RUNNING else []


def stuck_off(vm: VirtualMachine) -> list[WayOut]:
    """What is left to do with a guest that does not start where it is."""
    return [
        WayOut("vm.start", vm, _("Try to start it again")),
        WayOut("vm.move", vm, _("Choose a host")),
        WayOut("vm.resize", vm, _("Make it smaller")),
    ]


def make_room(vm: VirtualMachine) -> list[WayOut]:
    """How room could be made for a guest that does not fit its host."""
    ways = [WayOut("vm.move", vm, _("Move it to another host first")), add_host(vm.cluster)]
    other = _largest_other(vm)
    if other is None:
        return ways
    smaller = WayOut("vm.resize", other, say(_("Make %(vm)s smaller"), vm=other.name))
    return [smaller, WayOut("vm.stop", other, say(_("Stop %(vm)s"), vm=other.name)), *ways]


def add_host(cluster: Cluster) -> WayOut:
    """Adding a host to a cluster."""
    return WayOut("host.add", None, _("Add a host"), {"cluster": cluster.pk})


def _largest_other(vm: VirtualMachine) -> VirtualMachine | None:
    others = VirtualMachine.objects.filter(host=vm.host_id, power_state=PowerState.RUNNING, is_template=False)
    return others.exclude(pk=vm.pk).order_by("-memory_mib", "name").first() if vm.host_id else None
