"""What a host without enough memory takes back from its VMs, and what that does to them, for their pages."""

from typing import NamedTuple

from hosts.live.rows import GuestLive, HostLive
from virtlab.engine.load.overcommit import MemoryState
from virtlab.web.hypervisors.words import MEMORY_STATES
from virtlab.web.lazy_text import LazyText


class Pressure(NamedTuple):
    """The state of the host; GiB by the way they were taken back; how many times as long work takes (None: ever).
    `out`: a guest would be ended, and what work takes then is not known.
    """

    state: LazyText
    ballooned_gib: float
    compressed_gib: float
    swapped_gib: float
    slowdown: float | None
    out: bool


def pressure_of(row: HostLive | GuestLive | None) -> Pressure | None:
    """None where nothing is taken back and nothing would have to be."""
    if row is None:
        return None
    taken_gib, out = row.ballooned_gib + row.compressed_gib + row.swapped_gib, row.memory_state == MemoryState.OUT
    if not taken_gib and not out:
        return None
    return Pressure(
        state=MEMORY_STATES[MemoryState(row.memory_state)],
        ballooned_gib=row.ballooned_gib,
        compressed_gib=row.compressed_gib,
        swapped_gib=row.swapped_gib,
        slowdown=None if row.memory_slowdown == float("inf") else row.memory_slowdown,
        out=out,
    )
