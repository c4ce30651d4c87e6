"""Whether other amounts of vCPU, memory and disk, or another name, need a stop, and why, in words."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.hypervisors.hypervisor import Change, Hypervisor
from virtlab.engine.hypervisors.live_change import Obstacle, RunningGuest, Sizes, StopReason
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.text import Text, say
from virtlab.web.hypervisors.words import CHANGES
from virtlab.web.lazy_text import LazyText

NOT_ENABLED = _(
    "Needs a stop: hot add is not enabled for this VM: %(change)s. “Hot add” enables it while the VM is off; "
    "the next change is then live."
)
WHY: dict[Obstacle, LazyText] = {
    Obstacle.UNABLE: _("Needs a stop: %(kind)s cannot do this on a running guest: %(change)s."),
    Obstacle.NOT_ENABLED: NOT_ENABLED,
    Obstacle.MEMORY_TIMES: _(
        "Needs a stop: %(kind)s adds memory live up to %(limit)g GiB here, %(times)g times the amount at power-on. "
        "Started with more, the VM may grow further."
    ),
    Obstacle.LINUX_MEMORY: _(
        "Needs a stop: a Linux guest that was started with less than %(limit)g GiB grows live to %(limit)g GiB only. "
        "Started with more, it may grow further."
    ),
    Obstacle.VCPU_WALL: _(
        "Needs a stop: a VM of at most %(limit)g vCPU does not grow beyond them while it runs. "
        "Started with more, it may."
    ),
    Obstacle.IN_USE: _(
        "Needs a stop: the guest uses %(limit).1f GiB now, and gives back only what it does not use while it runs."
    ),
}
CEILING: dict[Change, LazyText] = {
    Change.ADD_CPU: _(
        "Needs a stop: the VM was started with a maximum of %(limit)g vCPU. The next start sets a new one."
    ),
    Change.ADD_MEMORY: _(
        "Needs a stop: the VM was started with a maximum of %(limit)g GiB of memory. The next start sets a new one."
    ),
}
GUEST_OS: dict[Change, LazyText] = {
    Change.ADD_CPU: _("Needs a stop: under %(kind)s only Linux takes more vCPU while it runs."),
    Change.REMOVE_MEMORY: _("Needs a stop: under %(kind)s only Windows gives memory back while it runs."),
    Change.REMOVE_CPU: _("Needs a stop: Windows gives no vCPU back while it runs."),
}


def running_guest(vm: VirtualMachine, *, windows: bool, used_gib: float, ceiling: float) -> RunningGuest:
    """A VM as the engine judges its live changes."""
    started_mib = vm.memory_at_start_mib or vm.memory_mib
    return RunningGuest(
        now=Sizes(vm.vcpu, vm.memory_mib / MIB_PER_GIB, vm.disk_gib),
        at_start=Sizes(vm.vcpu_at_start or vm.vcpu, started_mib / MIB_PER_GIB, vm.disk_gib),
        windows=windows,
        hot_add_cpu=vm.hot_add_cpu,
        hot_add_memory=vm.hot_add_memory,
        used_gib=used_gib,
        ceiling_times=ceiling,
    )


def why_stopped(reason: StopReason, kind: Hypervisor) -> Text:
    """Why a change needs a stop, and what would make it live next time."""
    by_change = {Obstacle.CEILING: CEILING, Obstacle.GUEST_OS: GUEST_OS}.get(reason.obstacle)
    message = by_change[reason.change] if by_change else WHY[reason.obstacle]
    times = kind.rules.memory_times.value if kind.rules.memory_times else 1.0
    return say(message, kind=kind.name, change=CHANGES[reason.change], limit=reason.limit, times=times)


def why_not_inside(vm: VirtualMachine) -> Text | None:
    """Why nobody gives a guest's system another host name, in words; None where somebody can.

    It is written by the system itself, or into the disk of one that is off: what a suspended one knows of its disk is
    in its kept memory.
    """
    if vm.power_state != PowerState.SUSPENDED:
        return None
    return say(_("%(vm)s is suspended: its system takes no other host name before it runs again."), vm=vm.name)


def why_named_so(vm: VirtualMachine) -> Text | None:
    """Why a guest keeps its name as it is, in words; None where its hypervisor gives it another."""
    kind = HYPERVISORS[vm.cluster.hypervisor]
    words = {"kind": kind.name, "vm": vm.name}
    if vm.power_state == PowerState.RUNNING and kind.rules.name_while_running:
        return say(_("%(kind)s renames no running VM: stop %(vm)s first."), **words)
    if vm.power_state == PowerState.SUSPENDED and kind.rules.name_while_suspended:
        return say(_("%(kind)s renames no suspended VM: its kept memory is that of %(vm)s."), **words)
    return None
