"""Reasons why the on-prem side refuses, in words, each with ways out where there are any."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.live.space import why_no_space
from hosts.models import Cluster, Datastore, VirtualMachine
from hosts.operations.ways_out import add_host
from hosts.rules.placement import HostCandidate, chosen, why_nowhere
from virtlab.engine.hypervisors.hypervisor import Change as LiveChange
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.web.formats import names


def no_space(lab: Lab, datastore: Datastore | None, wanted_gib: float, field: str = "") -> list[Refusal]:
    """The datastore has no room for so much more."""
    why = why_no_space(datastore, wanted_gib, lab.lab_time())
    return [Refusal(why, field, [WayOut("datastore.grow", datastore, _("Grow the datastore"))])] if why else []


def no_host(cluster: Cluster, candidates: Sequence[HostCandidate], field: str) -> list[Refusal]:
    """No host of the cluster has room."""
    return [] if chosen(candidates) else [Refusal(why_nowhere(cluster, candidates), field, [add_host(cluster)])]


def too_large(kind: Kind, vcpu: int, memory_mib: int) -> list[Refusal]:
    """The hypervisor does not support the size for one guest."""
    limits = {
        LiveChange.ADD_CPU: ("vcpu", kind.most_vcpu),
        LiveChange.ADD_MEMORY: ("memory_mib", kind.most_memory_gib),
    }
    refusals = []
    for change in kind.too_large(vcpu, memory_mib / MIB_PER_GIB):
        field, limit = limits[change]
        assert limit is not None
        text = say(
            _("%(kind)s (%(release)s) supports at most %(most)s %(unit)s for one guest."),
            kind=kind.name,
            release=kind.limits_of,
            most=f"{limit.value:g}",
            unit=limit.unit,
        )
        refusals.append(Refusal(text, field))
    return refusals


def why_needed(vm: VirtualMachine) -> Text | None:
    """Which linked clones need a guest or template as it is, in words; None where none does."""
    clones = list(vm.linked_clones.order_by("name").values_list("name", flat=True))
    if not clones:
        return None
    return say(_("%(vm)s is in use: its linked clones need it: %(names)s."), vm=vm.name, names=names(clones))
