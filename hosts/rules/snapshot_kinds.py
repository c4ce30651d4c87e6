"""What a snapshot is where it is taken: with memory or without, in a file of its own, on which a delta disk begins, or
inside the disk's file.
"""

from collections.abc import Iterable
from typing import NamedTuple

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.hypervisors.table import HYPERVISORS

# A delta disk begins with its first grain and tables: something must be free.
LEAST_GIB = 0.0625


class Written(NamedTuple):
    """GiB in each delta disk of a chain, newest first, and what was written to the file below the oldest."""

    deltas_gib: list[float]
    below_gib: float


def always_with_memory(vm: VirtualMachine) -> bool:
    """Whether none is taken of a guest as it is without its memory: it runs, and its hypervisor leaves no choice."""
    rules = HYPERVISORS[vm.cluster.hypervisor].rules
    return vm.power_state == PowerState.RUNNING and rules.memory_always is not None


def kept_inside(hypervisor: str, *, with_memory: bool) -> bool:
    """Whether it is inside the disk's file: reads ask no further file for it, and nothing is merged when it goes."""
    return with_memory and HYPERVISORS[hypervisor].rules.memory_inside is not None


def delta_disks(running_gib: float, chain: Iterable[tuple[bool, float]]) -> Written:
    """The delta disks of a chain, of what is written now, and of each snapshot, newest first, whether it is inside a
    file and what was written before it (all in GiB).
    """
    deltas, written_gib = list[float](), running_gib
    for inside, before_gib in chain:
        if not inside:
            deltas.append(written_gib)
            written_gib = 0.0
        written_gib += before_gib
    return Written(deltas, written_gib)
