"""Whether a guest's disk is copied whole as the guest is: off, suspended or running; and what such a copy is."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.hypervisors.hypervisor import Feature, Hypervisor
from virtlab.jobs.text import Text, say

RUNNING = _("%(kind)s makes no full copy of a VM while it runs: %(vm)s runs.")
NO_HYPERVISOR = _("Without a hypervisor a server's disk is copied only while it is off: %(vm)s runs.")
SUSPENDED = _("%(kind)s makes no full copy of a suspended VM: %(vm)s is suspended.")
COPY_CRASH_CONSISTENT = _(
    "%(vm)s runs: its disk is read as it was at the beginning, through a temporary snapshot. The copy is "
    "crash-consistent, as after a power cut: what was in memory is not in it."
)
DISK_ALONE = _(
    "%(vm)s is suspended: its disk alone is copied, without its kept memory. The copy is crash-consistent, as after a "
    "power cut."
)


def why_not_copied(source: VirtualMachine, kind: Hypervisor) -> Text | None:
    """Why a guest is not copied whole as it is, in words; None where it is."""
    rules, words = kind.rules, {"kind": kind.name, "vm": source.name}
    if source.power_state == PowerState.RUNNING and not kind.can(Feature.SNAPSHOT):
        return say(NO_HYPERVISOR, vm=source.name)
    if source.power_state == PowerState.RUNNING and rules.not_copied_running:
        return say(RUNNING, **words)
    if source.power_state == PowerState.SUSPENDED and rules.not_copied_suspended:
        return say(SUSPENDED, **words)
    return None


def copied_suspended(kind: Hypervisor) -> bool:
    """Whether a guest is suspended at all, and copied whole while it is."""
    return kind.can(Feature.SUSPEND) and not kind.rules.not_copied_suspended


def copied_live(source: VirtualMachine, kind: Hypervisor) -> bool:
    """Whether a guest is copied while it runs, through a temporary snapshot."""
    return source.power_state == PowerState.RUNNING and kind.rules.copied_through_snapshot is not None


def copied_as(source: VirtualMachine, kind: Hypervisor) -> list[Text]:
    """What a full copy of a guest is that is not off."""
    if copied_live(source, kind):
        return [say(COPY_CRASH_CONSISTENT, vm=source.name)]
    if source.power_state == PowerState.SUSPENDED:
        return [say(DISK_ALONE, vm=source.name)]
    return []
