"""What differs between two hypervisors, in words."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Change as Live
from virtlab.engine.hypervisors.hypervisor import Feature, Hypervisor
from virtlab.engine.sourced import Sourced
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


def overheads(now: Hypervisor, then: Hypervisor) -> list[Change]:
    """What each keeps for itself."""
    return [
        Change(_("Hypervisor"), now.name, then.name),
        _percent(_("Extra CPU for the same work"), now.cpu_overhead, then.cpu_overhead),
        _percent(_("Cores for the host's own work"), now.host_cpu_share, then.host_cpu_share),
        _percent(_("Disk accesses left to guests"), now.io_share, then.io_share),
        Change(_("Memory for the host"), now.host_memory_gib.value, then.host_memory_gib.value, "GiB"),
        _percent(_("and of its memory"), now.host_memory_share, then.host_memory_share),
    ]


def _percent(label: Message, now: Sourced, then: Sourced) -> Change:
    return Change(label, round(now.value * 100, 1), round(then.value * 100, 1), "%")


def lost_and_gained(now: Hypervisor, then: Hypervisor) -> list[Text]:
    """Features and live changes that one has and the other has not."""
    lost = [*_named(now.features - then.features, FEATURES), *_named(now.live_changes - then.live_changes, LIVE)]
    gained = [*_named(then.features - now.features, FEATURES), *_named(then.live_changes - now.live_changes, LIVE)]
    texts = [say(_("Lost: %(what)s."), what=what) for what in lost]
    return texts + [say(_("Gained: %(what)s."), what=what) for what in gained]


def _named(
    features: frozenset[Live] | frozenset[Feature], words: dict[Live, Message] | dict[Feature, Message]
) -> list[Message]:
    return [word for key, word in words.items() if key in features]
