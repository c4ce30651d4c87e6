"""How much more than it has a host may promise."""

from virtlab.engine.hypervisor import Feature
from virtlab.engine.hypervisors import HYPERVISORS


def memory_ratio(hypervisor: str, wanted: float) -> float:
    """The cluster's memory overcommitment where its hypervisor can take memory back from guests, else at most 1."""
    return wanted if HYPERVISORS[hypervisor].can(Feature.OVERCOMMIT_MEMORY) else min(wanted, 1.0)
