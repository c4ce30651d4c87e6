"""Pre-copy: the rounds in which a running guest's memory is sent while the guest goes on writing to it.

Model (Clark et al., Live Migration of Virtual Machines, NSDI 2005; QEMU's migration/ram.c; SimGrid's live-migration
plugin): round i sends V[i] bytes at bandwidth B in T[i] = V[i] ÷ B + latency; meanwhile the guest dirties V[i+1] =
min(W, D × T[i]), D its dirty rate and W its writable working set. It ends when what remains fits B × the downtime
limit. Auto-converge (QEMU since 2.5, commit 070afca, 2015-09-30): each second round that dirtied more than half of
what it sent slows the guest's processors by 20 %, then by 10 % more each time, at most 99 %; the dirty rate falls
with them.

Used by the moves of VMs between hosts and datastores (not yet by a page).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from virtlab.engine.sourced import Kind, Sourced, figure

QEMU = "QEMU, migration/options.c"
QEMU_DATE = "2024-04"


@dataclass(frozen=True, slots=True)
class MigrationSettings:
    """What governs a live migration. Times in seconds, shares from 0 to 1."""

    downtime_limit_s: float = figure(
        Sourced(0.3, "s", f"{QEMU}: downtime-limit", QEMU_DATE, Kind.LIST, low=0.001, high=2000)
    )
    fixed_downtime_s: float = figure(
        Sourced(
            0.05,
            "s",
            "Device state and switch-over: downtimes as low as 60 ms in all, Clark et al., NSDI 2005",
            "2005-05",
            Kind.ESTIMATE,
            low=0,
            high=10,
        )
    )
    round_latency_s: float = figure(
        Sourced(
            0.0001, "s", "One exchange in a data centre's network, as in the SimGrid runs", "2026-11", low=0, high=0.15
        )
    )
    working_set_share: float = figure(
        Sourced(
            0.9, "of memory in use", "SimGrid, VmLiveMigration.cpp: working set", "2019", Kind.LIST, low=0.001, high=1
        )
    )
    max_rounds: int = figure(
        Sourced(
            1000, "rounds", "A bound on the copying; Xen stops after 29", "2005-05", Kind.ASSUMPTION, low=1, high=10_000
        ),
        whole=True,
    )
    max_live_s: float = figure(
        Sourced(
            86_400, "s", "A bound on the copying; QEMU has none", "2026-11", Kind.ASSUMPTION, low=1, high=31_536_000
        )
    )
    stalled_rounds: int = figure(
        Sourced(
            3, "rounds", "Rounds without progress until it is given up", "2026-11", Kind.ASSUMPTION, low=1, high=100
        ),
        whole=True,
    )
    throttle_initial: float = figure(
        Sourced(0.2, "of the guest's CPU", f"{QEMU}: cpu-throttle-initial", QEMU_DATE, Kind.LIST, low=0.01, high=0.99)
    )
    throttle_increment: float = figure(
        Sourced(0.1, "of the guest's CPU", f"{QEMU}: cpu-throttle-increment", QEMU_DATE, Kind.LIST, low=0.01, high=0.99)
    )
    throttle_max: float = figure(
        Sourced(0.99, "of the guest's CPU", f"{QEMU}: max-cpu-throttle", QEMU_DATE, Kind.LIST, low=0.01, high=0.99)
    )
    throttle_trigger: float = figure(
        Sourced(0.5, "dirtied ÷ sent", f"{QEMU}: throttle-trigger-threshold", QEMU_DATE, Kind.LIST, low=0.01, high=1)
    )


@dataclass(frozen=True, slots=True)
class Guest:
    """A running guest as the copying sees it: memory in use, the rate at which it dirties memory, and how much it
    writes to at all.
    """

    memory_bytes: float
    dirty_bytes_per_s: float
    working_set_bytes: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.memory_bytes < float("inf"):
            raise ValueError(f"The memory in use must be above zero, not {self.memory_bytes} bytes.")
        if not 0 <= self.dirty_bytes_per_s < float("inf"):
            raise ValueError(f"The dirty rate must not be negative, as {self.dirty_bytes_per_s} B/s is.")

    def working_set(self, settings: MigrationSettings) -> float:
        """Bytes the guest writes to: its own figure, else the usual share of its memory; never more than the memory
        in use.
        """
        usual = settings.working_set_share * self.memory_bytes
        return min(usual if self.working_set_bytes is None else self.working_set_bytes, self.memory_bytes)


class Phase(StrEnum):
    """Where the guest is during a round: running on the source, stopped, or running on the target and fetching its
    pages.
    """

    LIVE = "live"
    STOPPED = "stopped"
    FETCHED = "fetched"


@dataclass(frozen=True, slots=True)
class Round:
    """One pass: `sent_bytes` in `duration_s`, after which `remaining_bytes` are dirty again; the guest is slowed by
    `throttle` (0 … 1).
    """

    number: int
    sent_bytes: float
    duration_s: float
    remaining_bytes: float
    throttle: float = 0.0
    phase: Phase = Phase.LIVE


class Stop(StrEnum):
    """Why the live rounds ended."""

    FITS = "fits"
    ROUND_LIMIT = "round_limit"
    TIME_LIMIT = "time_limit"
    STALLED = "stalled"


@dataclass(slots=True)
class Throttle:
    """QEMU's auto-converge: how much the guest is slowed, and how many unproductive rounds were seen since the last
    step.
    """

    settings: MigrationSettings
    enabled: bool
    share: float = 0.0
    high_rounds: int = 0

    def after(self, sent_bytes: float, dirtied_bytes: float) -> None:
        """Slows the guest one step further after each second round that dirtied too much of what it sent."""
        if not self.enabled or dirtied_bytes <= self.settings.throttle_trigger * sent_bytes:
            return
        self.high_rounds += 1
        if self.high_rounds >= 2:
            self.high_rounds = 0
            step = self.settings.throttle_increment if self.share else self.settings.throttle_initial
            self.share = min(self.share + step, self.settings.throttle_max)

    @property
    def can_rise(self) -> bool:
        """Whether the guest can still be slowed further."""
        return self.enabled and self.share < self.settings.throttle_max


def live_rounds(
    guest: Guest, bandwidth_bytes_per_s: float, settings: MigrationSettings, throttle: Throttle
) -> Iterator[Round]:
    """The rounds while the guest runs, without end: the caller decides when to stop. ValueError where the bandwidth
    is not positive.
    """
    if not bandwidth_bytes_per_s > 0:
        raise ValueError(f"The bandwidth must be above zero, not {bandwidth_bytes_per_s} B/s.")
    working_set = guest.working_set(settings)
    to_send, number = guest.memory_bytes, 0
    while True:
        number += 1
        duration_s = to_send / bandwidth_bytes_per_s + settings.round_latency_s
        share = throttle.share
        dirtied = min(working_set, guest.dirty_bytes_per_s * (1.0 - share) * duration_s)
        yield Round(number, to_send, duration_s, dirtied, share)
        throttle.after(to_send, dirtied)
        to_send = dirtied


def copy_live(
    guest: Guest, bandwidth_bytes_per_s: float, settings: MigrationSettings, *, auto_converge: bool = False
) -> tuple[tuple[Round, ...], Stop]:
    """The live rounds up to their end, and why they ended. ValueError where the bandwidth is not positive."""
    rounds: list[Round] = []
    throttle = Throttle(settings, auto_converge)
    elapsed_s, stalled = 0.0, 0
    for this in live_rounds(guest, bandwidth_bytes_per_s, settings, throttle):
        rounds.append(this)
        elapsed_s += this.duration_s
        if fits(this, settings):
            break
        shrinks = this.remaining_bytes < this.sent_bytes * (1.0 - 1e-9)
        stalled = 0 if shrinks or throttle.can_rise else stalled + 1
        if stop := _limit(this, elapsed_s, stalled, settings):
            return tuple(rounds), stop
    return tuple(rounds), Stop.FITS


def fits(this: Round, settings: MigrationSettings) -> bool:
    """Whether what remains after the round can be sent within the downtime limit at the speed the round itself
    reached.
    """
    return this.remaining_bytes * this.duration_s <= this.sent_bytes * settings.downtime_limit_s


def _limit(this: Round, elapsed_s: float, stalled: int, settings: MigrationSettings) -> Stop | None:
    if stalled >= settings.stalled_rounds:
        return Stop.STALLED
    if this.number >= settings.max_rounds:
        return Stop.ROUND_LIMIT
    return Stop.TIME_LIMIT if elapsed_s >= settings.max_live_s else None
