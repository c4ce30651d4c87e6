"""How much a host may allocate: what its hypervisor leaves to guests, times how often that may be allocated."""

from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.table import HYPERVISORS


def memory_ratio(hypervisor: str, wanted: float) -> float:
    """The cluster's memory overcommitment where its hypervisor can take memory back from guests, else at most 1."""
    return wanted if HYPERVISORS[hypervisor].can(Feature.OVERCOMMIT_MEMORY) else min(wanted, 1.0)


def guest_room_gib(hypervisor: str, memory_gib: float) -> float:
    """GiB of guests that fit a host of `memory_gib`, with what the hypervisor keeps."""
    kind = HYPERVISORS[hypervisor]
    left = memory_gib - kind.host_memory_reserved_gib(memory_gib)
    return max(left, 0.0) / (1.0 + kind.guest_memory_share.value)
