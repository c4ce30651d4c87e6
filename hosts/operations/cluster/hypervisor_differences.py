"""What differs between two hypervisors, in words."""

from collections.abc import Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.hypervisor import Hypervisor, HypervisorClass
from virtlab.engine.sourced import Sourced
from virtlab.jobs.operations.plan import Change
from virtlab.jobs.text import Text, say
from virtlab.web.hypervisors.words import CHANGES, FEATURES, FIGURES
from virtlab.web.lazy_text import LazyText

K = TypeVar("K")


def figure_changes(now: Hypervisor, then: Hypervisor) -> list[Change]:
    """What each keeps for itself."""
    figures = [_change(label, getattr(now, field), getattr(then, field)) for field, label in FIGURES.items()]
    return [Change(_("Hypervisor"), now.name, then.name), *figures]


def lost_and_gained(now: Hypervisor, then: Hypervisor) -> list[Text]:
    """Features and live changes that one has and the other has not."""
    lost = [say(_("Lost: %(what)s."), what=what) for what in _lacking(now, then)]
    return lost + [say(_("Gained: %(what)s."), what=what) for what in _lacking(then, now)]


def shared_storage(now: Hypervisor, then: Hypervisor) -> list[Text]:
    """That a desktop's disks are its own."""
    if then.kind != HypervisorClass.TYPE_2 or now.kind == HypervisorClass.TYPE_2:
        return []
    message = _(
        "%(kind)s keeps disks on the host that it runs on: in reality the cluster's shared storage goes, and each VM's "
        "disk is copied to its host. Here the datastores stay."
    )
    return [say(message, kind=then.name)]


def _change(label: LazyText, before: Sourced, after: Sourced) -> Change:
    if before.unit == "GiB":
        return Change(label, before.value, after.value, "GiB")
    return Change(label, round(before.value * 100, 1), round(after.value * 100, 1), "%")


def _lacking(source: Hypervisor, target: Hypervisor) -> list[LazyText]:
    """What `source` has and changes live, and `target` not."""
    features = _words(FEATURES, source.features - target.features)
    return features + _words(CHANGES, source.live_changes - target.live_changes)


def _words(words: Mapping[K, LazyText], keys: frozenset[K]) -> list[LazyText]:
    return [word for key, word in words.items() if key in keys]
