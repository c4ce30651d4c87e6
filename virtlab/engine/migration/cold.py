"""What surrounds a move: cold moves, the copy of disks, and the limits of vMotion. docs/model-operations.md, "Cold
moves" and "Limits".

Used by the moves of VMs between hosts and datastores (not yet by a page).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from virtlab.engine.sourced import Kind, Sourced, figure

VMOTION = "VMware vSphere, Limits on simultaneous migrations; vMotion networking requirements"


@dataclass(frozen=True, slots=True)
class MoveLimits:
    """How many moves run at once, and what they need of the network."""

    per_host_1gbe: int = figure(Sourced(4, "moves", VMOTION, "2018", Kind.LIST, low=1, high=64), whole=True)
    per_host_10gbe: int = figure(Sourced(8, "moves", VMOTION, "2018", Kind.LIST, low=1, high=64), whole=True)
    per_datastore: int = figure(Sourced(128, "moves", VMOTION, "2018", Kind.LIST, low=1, high=1024), whole=True)
    with_disks_per_host: int = figure(Sourced(2, "moves", VMOTION, "2018", Kind.LIST, low=1, high=64), whole=True)
    bandwidth_mbps: float = figure(Sourced(250, "Mb/s for each move", VMOTION, "2018", Kind.LIST, low=1, high=100_000))
    round_trip_ms: float = figure(Sourced(150, "ms", VMOTION, "2018", Kind.LIST, low=1, high=1000))

    def per_host(self, link_gbps: float) -> int:
        """Moves at once on a host whose link has `link_gbps`: the larger number from 10 Gb/s on."""
        return self.per_host_10gbe if link_gbps >= 10 else self.per_host_1gbe


class LinkFault(StrEnum):
    """Why a link does not do for live migration."""

    TOO_SLOW = "bandwidth_below_minimum"
    TOO_FAR = "round_trip_above_maximum"


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A fault with what the link has and what is wanted, in `unit`."""

    code: LinkFault
    has: float
    wanted: float
    unit: str


DEFAULT_LIMITS = MoveLimits()


def link_problems(
    link_gbps: float, moves: int = 1, round_trip_ms: float = 0.0, limits: MoveLimits = DEFAULT_LIMITS
) -> tuple[LinkProblem, ...]:
    """What is wrong with the link for `moves` live migrations at once; empty if it suffices."""
    problems = []
    each_mbps = link_gbps * 1000.0 / max(moves, 1)
    if each_mbps < limits.bandwidth_mbps:
        problems.append(LinkProblem(LinkFault.TOO_SLOW, each_mbps, limits.bandwidth_mbps, "Mb/s"))
    if round_trip_ms > limits.round_trip_ms:
        problems.append(LinkProblem(LinkFault.TOO_FAR, round_trip_ms, limits.round_trip_ms, "ms"))
    return tuple(problems)


def bytes_per_s_from_gbps(link_gbps: float) -> float:
    """Bytes per second of a link in Gb/s (decimal, as network links are sold)."""
    return link_gbps * 1e9 / 8.0


def copy_s(size_bytes: float, *rates_bytes_per_s: float) -> float:
    """Seconds to copy through a chain of network and disks: the slowest decides. ValueError where a rate is not
    positive or none is given.
    """
    if not rates_bytes_per_s or not min(rates_bytes_per_s) > 0:
        raise ValueError(f"Each rate must be above zero, not {rates_bytes_per_s} B/s.")
    if not 0 <= size_bytes < math.inf:
        raise ValueError(f"The size must not be negative or endless, as {size_bytes} bytes is.")
    return size_bytes / min(rates_bytes_per_s)


@dataclass(frozen=True, slots=True)
class ColdMove:
    """A move with the guest off: its three parts in seconds. The guest is down for all of it."""

    shutdown_s: float
    copy_s: float
    boot_s: float

    @property
    def total_s(self) -> float:
        """The whole move."""
        return self.shutdown_s + self.copy_s + self.boot_s

    @property
    def downtime_ms(self) -> float:
        """How long the guest is down: the whole move."""
        return self.total_s * 1000.0


def plan_cold(disk_bytes: float, rates_bytes_per_s: tuple[float, ...], shutdown_s: float, boot_s: float) -> ColdMove:
    """Shut down, copy the disks (0 bytes on shared storage) at the slowest of network and disks, boot."""
    moving_s = copy_s(disk_bytes, *rates_bytes_per_s) if disk_bytes else 0.0
    return ColdMove(shutdown_s, moving_s, boot_s)


def mirror_s(disk_bytes: float, write_bytes_per_s: float, *rates_bytes_per_s: float) -> float:
    """Seconds to copy the disks of a running guest in one pass, its writes going to both sides meanwhile.

    The writes take their part of the slowest rate, so the copy gets the rest (Mashtizadeh et al., The Design and
    Evolution of Live Storage Migration in VMware ESX, USENIX ATC 2011). ValueError where the guest writes as fast as
    that.
    """
    slowest = min(rates_bytes_per_s, default=0.0)
    if not 0 <= write_bytes_per_s < slowest:
        raise ValueError(f"A guest that writes {write_bytes_per_s} B/s cannot be mirrored at {slowest} B/s.")
    return copy_s(disk_bytes, slowest - write_bytes_per_s)
