"""What a snapshot is where it is taken: with memory or without, in a file of its own, on which a delta disk begins, or
inside the disk's file.
"""

from collections.abc import Iterable

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.hypervisors.table import HYPERVISORS


def always_with_memory(vm: VirtualMachine) -> bool:
    """Whether none is taken of a guest as it is without its memory: it runs, and its hypervisor leaves no choice."""
    rules = HYPERVISORS[vm.cluster.hypervisor].rules
    return vm.power_state == PowerState.RUNNING and rules.memory_always is not None


def kept_inside(hypervisor: str, *, with_memory: bool) -> bool:
    """Whether it is inside the disk's file: reads ask no further file for it, and nothing is merged when it goes."""
    return with_memory and HYPERVISORS[hypervisor].rules.memory_inside is not None


def delta_disks_gib(running_gib: float, chain: Iterable[tuple[bool, float]]) -> list[float]:
    """GiB in each delta disk of a chain, newest first: of what is written now, and of each snapshot, newest first,
    whether it is inside a file and what was written before it.
    """
    deltas, written_gib = list[float](), running_gib
    for inside, before_gib in chain:
        if not inside:
            deltas.append(written_gib)
            written_gib = 0.0
        written_gib += before_gib
    return deltas
