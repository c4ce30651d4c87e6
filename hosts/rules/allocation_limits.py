"""How much a host may allocate: what its hypervisor leaves to guests, times how often that may be allocated."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

# Microsoft Learn, Hyper-V Dynamic Memory Overview.
DYNAMIC_MEMORY = _("Dynamic Memory moves memory between VMs: their sum stays within what is installed.")
MORE_OF_MEMORY: dict[str, LazyText] = {
    Hypervisor.HYPERV: DYNAMIC_MEMORY,
    Hypervisor.HYPERV_2025: DYNAMIC_MEMORY,
    # VMware Workstation Pro 16, Configuring additional memory settings.
    Hypervisor.WORKSTATION: _(
        "That is its setting “Fit all virtual machine memory into reserved host RAM”; others let the host swap VMs."
    ),
}


def why_no_overcommit(hypervisor: str, memory_ratio: float) -> Text | None:
    """Why a cluster may not allocate so many times its memory, in words; None where it may."""
    kind = HYPERVISORS[hypervisor]
    if memory_ratio <= 1 or kind.can(Feature.OVERCOMMIT_MEMORY):
        return None
    message = _("%(kind)s gives every VM its memory in full, so it is allocated once. %(more)s")
    return say(message, kind=kind.name, more=MORE_OF_MEMORY.get(hypervisor, ""))


def overcommit_risk(hypervisor: str, memory_ratio: float, swap_gib: float) -> list[Text]:
    """What becomes of guests that use what a ratio above 1 allocates to them, by hypervisor; `swap_gib`: of a host."""
    if memory_ratio <= 1:
        return []
    rules = HYPERVISORS[hypervisor].rules
    if rules.host_swap:
        message = _(
            "Above 1, VMs that use all of it fill the host's memory and its %(gib)g GiB of swap: "
            "the host is out of memory then, and its kernel ends a VM (OOM killer)."
        )
        return [say(message, gib=swap_gib)]
    if rules.memory_range:
        message = _(
            "Above 1, every VM gives back the same share of its memory, down to %(percent)g %% of it: "
            "one that wants more than it is left swaps within itself, and slows down."
        )
        return [say(message, percent=rules.memory_range.value * 100)]
    return [say(_("Above 1, VMs that use all of it are ballooned, compressed and swapped, and slow down."))]


def memory_ratio(hypervisor: str, wanted: float) -> float:
    """The cluster's memory overcommitment where its hypervisor can take memory back from guests, else at most 1."""
    return wanted if HYPERVISORS[hypervisor].can(Feature.OVERCOMMIT_MEMORY) else min(wanted, 1.0)


def guest_room_gib(hypervisor: str, memory_gib: float) -> float:
    """GiB of guests that fit a host of `memory_gib`, with what the hypervisor keeps."""
    kind = HYPERVISORS[hypervisor]
    left = memory_gib - kind.host_memory_reserved_gib(memory_gib)
    return max(left, 0.0) / (1.0 + kind.guest_memory_share.value)
