"""How hypervisors other than ESXi take memory back from their guests.

KVM (Red Hat): its guests are processes of Linux, which moves what they leave idle to swap first, then what they use,
and ends a guest where swap is full.
Xen (XenServer's Dynamic Memory Control): every guest is ballooned within a range, and never below its minimum; nothing
is compressed, and the hypervisor has no swap.
"""

from collections.abc import Sequence

from virtlab.engine.load.overcommit import (
    GuestMemory,
    MemoryPressure,
    MemoryRules,
    MemoryState,
    min_free_mib,
    settled,
    stall_of,
)

RULES = MemoryRules()


def host_swap_pressure(
    memory_mib: float,
    reserve_mib: float,
    guests: Sequence[GuestMemory],
    swap_mib: float,
    rules: MemoryRules = RULES,
) -> MemoryPressure:
    """The same where the host's kernel swaps and nothing else is done: it takes idle memory first, so that guests wait
    only for what is missing beyond it, all of which they want. What memory and `swap_mib` together do not hold is out
    of memory: the kernel would end a guest (OOM killer), and no figure here says what comes after.
    """
    used = sum(guest.used_mib for guest in guests)
    room = memory_mib - reserve_mib
    needed = max(used + min_free_mib(memory_mib) - room, 0.0)
    swapped, idle = min(needed, used, swap_mib), used - sum(guest.active_mib for guest in guests)
    missed = max(swapped - idle, 0.0)
    state = settled(max(room - used, 0.0), memory_mib, swapped, missed + needed - swapped, 0.0)
    if used > room + swap_mib:
        state = MemoryState.OUT
    return MemoryPressure(state, needed, 0.0, 0.0, swapped, stall_of(0.0, missed, 1.0, len(guests), rules))


def dynamic_range_pressure(
    memory_mib: float,
    reserve_mib: float,
    guests: Sequence[GuestMemory],
    minimum_share: float,
    rules: MemoryRules = RULES,
) -> MemoryPressure:
    """The same under Xen, where memory is a guest's from its start on, touched or not: where all guests together have
    more than the host, each gives back the same share, down to `minimum_share` of what it was configured with.

    A guest that wants more than it is left swaps within itself, which the hypervisor neither does nor sees.
    """
    configured, room = sum(guest.configured_mib for guest in guests), memory_mib - reserve_mib
    needed = max(configured - room, 0.0)
    ballooned = min(needed, configured * (1.0 - minimum_share))
    left = 1.0 - ballooned / configured if configured else 1.0
    missed = sum(max(guest.active_mib - left * guest.configured_mib, 0.0) for guest in guests)
    state = settled(memory_mib, memory_mib, ballooned, missed, needed - ballooned)
    return MemoryPressure(state, needed, ballooned, 0.0, 0.0, stall_of(0.0, missed, 1.0, len(guests), rules))
