"""What can be done with a guest after a job that failed and left it in the state that it had reached."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.models import VirtualMachine
from hosts.operations.ways_out import back_on, mend
from hosts.rules.host_power import own_server
from virtlab.jobs.operations.plan import WayOut


def ways_from(vm: VirtualMachine) -> list[WayOut]:
    """Its host comes first where that failed: it is repaired, or the guest goes elsewhere. One that is off is started;
    one whose system is broken is mended.
    """
    broken = mend(vm) if vm.health != GuestHealth.WELL else []
    if vm.power_state == PowerState.RUNNING:
        return broken
    move = WayOut("vm.move", vm, _("Choose a host"))
    if vm.host is not None and vm.host.state == HostState.FAILED:
        return [*back_on(vm.host), move, *broken]
    if vm.power_state == PowerState.SUSPENDED:
        return [WayOut("vm.resume", vm, _("Resume it")), *broken]
    start = WayOut("vm.start", vm, _("Try to start it again"))
    smaller = [] if own_server(vm) else [WayOut("vm.resize", vm, _("Make it smaller"))]
    return [start, move, *smaller, *broken]
