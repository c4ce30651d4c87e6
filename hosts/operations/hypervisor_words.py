"""What differs between two hypervisors, in words."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Change as Live
from virtlab.engine.hypervisors.hypervisor import Feature, Hypervisor
from virtlab.jobs.operations.plan import Change
from virtlab.jobs.text import Message, Text, say

LIVE: dict[Live, Message] = {
    Live.ADD_CPU: _("adding vCPU"),
    Live.REMOVE_CPU: _("taking vCPU away"),
    Live.ADD_MEMORY: _("adding memory"),
    Live.REMOVE_MEMORY: _("taking memory away"),
    Live.ADD_DISK: _("adding a disk"),
    Live.GROW_DISK: _("growing a disk"),
}
FEATURES: dict[Feature, Message] = {
    Feature.LIVE_MIGRATION: _("live migration"),
    Feature.SNAPSHOT: _("snapshots"),
    Feature.MEMORY_SNAPSHOT: _("snapshots with memory"),
    Feature.LINKED_CLONE: _("linked clones"),
    Feature.SUSPEND: _("suspending"),
    Feature.HIGH_AVAILABILITY: _("high availability"),
    Feature.OVERCOMMIT_MEMORY: _("memory overcommitment"),
}


def differences(now: Hypervisor, then: Hypervisor) -> tuple[list[Change], list[Text]]:
    """Overheads before and after; features and live changes that are lost and gained."""
    changes = [
        Change(_("Hypervisor"), now.name, then.name),
        Change(
            _("Extra CPU for the same work"), _percent(now.cpu_overhead.value), _percent(then.cpu_overhead.value), "%"
        ),
        Change(
            _("Cores for the host's own work"),
            _percent(now.host_cpu_share.value),
            _percent(then.host_cpu_share.value),
            "%",
        ),
        Change(_("Disk accesses left to guests"), _percent(now.io_share.value), _percent(then.io_share.value), "%"),
        Change(_("Memory for the host"), now.host_memory_gib.value, then.host_memory_gib.value, "GiB"),
        Change(
            _("and of its memory"), _percent(now.host_memory_share.value), _percent(then.host_memory_share.value), "%"
        ),
    ]
    lost = [*_named(now.features - then.features, FEATURES), *_named(now.live_changes - then.live_changes, LIVE)]
    gained = [*_named(then.features - now.features, FEATURES), *_named(then.live_changes - now.live_changes, LIVE)]
    notes = [say(_("Lost: %(what)s."), what=what) for what in lost]
    return changes, notes + [say(_("Gained: %(what)s."), what=what) for what in gained]


def _percent(share: float) -> float:
    return round(share * 100, 1)


def _named(
    found: frozenset[Live] | frozenset[Feature], words: dict[Live, Message] | dict[Feature, Message]
) -> list[Message]:
    return [word for key, word in words.items() if key in found]
