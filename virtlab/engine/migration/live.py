"""Moving a guest: will a live migration converge, how long does it take and how long is the guest down; post-copy;
cold moves.

Formulas and sources: docs/model-operations.md, "Live migration". The rounds themselves are in precopy.py.

Used by the moves of VMs between hosts and datastores (not yet by a page).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from virtlab.engine.migration.precopy import Guest, MigrationSettings, Phase, Round, Stop, copy_live

DEFAULT = MigrationSettings()


class Convergence(StrEnum):
    """What is known before the start."""

    SLOWER_THAN_LINK = "dirty_rate_below_bandwidth"
    SMALL_WORKING_SET = "working_set_fits_the_downtime"
    NEVER = "dirty_rate_at_or_above_bandwidth"


class Outcome(StrEnum):
    """How the migration ends."""

    CONVERGED = "converged"
    THROTTLED = "converged_throttled"
    FORCED = "forced_stop"
    POSTCOPY = "postcopy"
    GIVEN_UP = "given_up"


class OnLimit(StrEnum):
    """What to do when the rounds do not end: keep the source, stop the guest and copy the rest, or switch to
    post-copy.
    """

    GIVE_UP = "give_up"
    FORCE = "force"
    POSTCOPY = "postcopy"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The verdict before start: `code` and the `numbers` that its sentence needs (bytes, bytes per second, shares)."""

    code: Convergence
    numbers: Mapping[str, float]

    @property
    def converges(self) -> bool:
        """Whether plain pre-copy ends by itself."""
        return self.code is not Convergence.NEVER


@dataclass(frozen=True, slots=True)
class PrecopyPlan:
    """A planned live migration.

    rounds: the live ones, then the one with the guest stopped or fetching (neither where it is given up). total_s is
    all of it; downtime_ms is the last copy plus the fixed part; degraded_s is the time the guest ran slowed
    (throttled, or fetching its pages in post-copy); at_risk_s is the time in which losing either host loses the guest
    (post-copy only). sent_bytes counts every byte, also those of a failed attempt.
    """

    rounds: tuple[Round, ...]
    outcome: Outcome
    forecast: Forecast
    total_s: float
    downtime_ms: float
    sent_bytes: float
    stop: Stop
    throttle_peak: float = 0.0
    degraded_s: float = 0.0
    at_risk_s: float = 0.0

    @property
    def moved(self) -> bool:
        """Whether the guest ends on the target."""
        return self.outcome is not Outcome.GIVEN_UP

    @property
    def within_limit(self) -> bool:
        """Whether the downtime stays within the limit that was set."""
        return self.outcome in {Outcome.CONVERGED, Outcome.THROTTLED, Outcome.POSTCOPY}


def foresee(guest: Guest, bandwidth_bytes_per_s: float, settings: MigrationSettings = DEFAULT) -> Forecast:
    """The verdict before the start, without copying: D < B, or W ≤ B × limit, else never. ValueError where the
    bandwidth is not positive.
    """
    if not bandwidth_bytes_per_s > 0:
        raise ValueError(f"The bandwidth must be above zero, not {bandwidth_bytes_per_s} B/s.")
    ratio = guest.dirty_bytes_per_s / bandwidth_bytes_per_s
    numbers = {
        "dirty_bytes_per_s": guest.dirty_bytes_per_s,
        "bandwidth_bytes_per_s": bandwidth_bytes_per_s,
        "dirty_ratio": ratio,
        "limit_bytes": bandwidth_bytes_per_s * settings.downtime_limit_s,
        "settles_at_bytes": _settles_at(guest, ratio, settings),
        "throttle_needed": throttle_needed(ratio, settings),
    }
    if numbers["settles_at_bytes"] > numbers["limit_bytes"]:
        return Forecast(Convergence.NEVER, numbers)
    return Forecast(Convergence.SLOWER_THAN_LINK if ratio < 1 else Convergence.SMALL_WORKING_SET, numbers)


def _settles_at(guest: Guest, ratio: float, settings: MigrationSettings) -> float:
    """Bytes left after endlessly many rounds: the fixed point of V = min(W, D × (V ÷ B + latency))."""
    working_set = guest.working_set(settings)
    if ratio >= 1:
        return working_set
    return min(working_set, guest.dirty_bytes_per_s * settings.round_latency_s / (1.0 - ratio))


def throttle_needed(dirty_ratio: float, settings: MigrationSettings = DEFAULT) -> float:
    """The first step of auto-converge at which the dirty rate falls below the bandwidth: 0 where it is, 1 where no
    step suffices.
    """
    if dirty_ratio < 1:
        return 0.0
    steps = math.ceil((settings.throttle_max - settings.throttle_initial) / settings.throttle_increment) + 1
    shares = (
        min(settings.throttle_initial + step * settings.throttle_increment, settings.throttle_max)
        for step in range(steps)
    )
    return next((share for share in shares if dirty_ratio * (1.0 - share) < 1.0), 1.0)


def plan_precopy(
    guest: Guest,
    bandwidth_bytes_per_s: float,
    settings: MigrationSettings = DEFAULT,
    *,
    auto_converge: bool = False,
    on_limit: OnLimit = OnLimit.GIVE_UP,
) -> PrecopyPlan:
    """A live migration by pre-copy, and what follows where it does not converge. ValueError where the bandwidth is
    not positive.
    """
    forecast = foresee(guest, bandwidth_bytes_per_s, settings)
    rounds, stop = copy_live(guest, bandwidth_bytes_per_s, settings, auto_converge=auto_converge)
    copied = _Copied(rounds, stop, forecast)
    if stop is Stop.FITS or on_limit is OnLimit.FORCE:
        return copied.stopped_and_sent(bandwidth_bytes_per_s, settings)
    if on_limit is OnLimit.POSTCOPY:
        return copied.switched(bandwidth_bytes_per_s, settings)
    return copied.given_up()


def plan_postcopy(
    guest: Guest, bandwidth_bytes_per_s: float, settings: MigrationSettings = DEFAULT, passes_before: int = 1
) -> PrecopyPlan:
    """Post-copy (Hines, Deshpande & Gopalan, 2009; QEMU): `passes_before` live passes, then the guest runs on the
    target and fetches the rest.

    Each byte that is left is sent once, so the time is bounded whatever the guest writes; while they come, the guest
    depends on both hosts.
    """
    if passes_before < 0:
        raise ValueError(f"The passes before the switch cannot be {passes_before}.")
    forecast = foresee(guest, bandwidth_bytes_per_s, settings)
    rounds: tuple[Round, ...] = ()
    if passes_before:
        bounded = replace(settings, max_rounds=passes_before)
        rounds, _ = copy_live(guest, bandwidth_bytes_per_s, bounded)
    copied = _Copied(rounds, Stop.ROUND_LIMIT, forecast, guest.memory_bytes)
    return copied.switched(bandwidth_bytes_per_s, settings)


@dataclass(frozen=True, slots=True)
class _Copied:
    """What the live rounds did; from here the migration ends in one of three ways."""

    rounds: tuple[Round, ...]
    stop: Stop
    forecast: Forecast
    untouched_bytes: float = 0.0
    live_s: float = field(init=False)
    sent_bytes: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "live_s", math.fsum(this.duration_s for this in self.rounds))
        object.__setattr__(self, "sent_bytes", math.fsum(this.sent_bytes for this in self.rounds))

    @property
    def remaining_bytes(self) -> float:
        return self.rounds[-1].remaining_bytes if self.rounds else self.untouched_bytes

    @property
    def peak(self) -> float:
        return max((this.throttle for this in self.rounds), default=0.0)

    @property
    def throttled_s(self) -> float:
        return math.fsum(this.duration_s for this in self.rounds if this.throttle)

    def stopped_and_sent(self, bandwidth_bytes_per_s: float, settings: MigrationSettings) -> PrecopyPlan:
        """The guest is stopped, the rest is sent, the guest goes on at the target."""
        rest = self.remaining_bytes
        copy_s = rest / bandwidth_bytes_per_s + settings.round_latency_s
        last = Round(len(self.rounds) + 1, rest, copy_s, 0.0, phase=Phase.STOPPED)
        downtime_s = copy_s + settings.fixed_downtime_s
        outcome = Outcome.THROTTLED if self.peak else Outcome.CONVERGED
        return PrecopyPlan(
            rounds=(*self.rounds, last),
            outcome=outcome if self.stop is Stop.FITS else Outcome.FORCED,
            forecast=self.forecast,
            total_s=self.live_s + downtime_s,
            downtime_ms=downtime_s * 1000.0,
            sent_bytes=self.sent_bytes + rest,
            stop=self.stop,
            throttle_peak=self.peak,
            degraded_s=self.throttled_s,
        )

    def switched(self, bandwidth_bytes_per_s: float, settings: MigrationSettings) -> PrecopyPlan:
        """The guest goes on at the target at once and fetches the rest over the link."""
        rest = self.remaining_bytes
        downtime_s = settings.fixed_downtime_s + settings.round_latency_s
        fetch_s = rest / bandwidth_bytes_per_s
        last = Round(len(self.rounds) + 1, rest, fetch_s, 0.0, phase=Phase.FETCHED)
        return PrecopyPlan(
            rounds=(*self.rounds, last),
            outcome=Outcome.POSTCOPY,
            forecast=self.forecast,
            total_s=self.live_s + downtime_s + fetch_s,
            downtime_ms=downtime_s * 1000.0,
            sent_bytes=self.sent_bytes + rest,
            stop=self.stop,
            throttle_peak=self.peak,
            degraded_s=self.throttled_s + fetch_s,
            at_risk_s=fetch_s,
        )

    def given_up(self) -> PrecopyPlan:
        """The guest stays on the source; the time and the bytes are lost."""
        return PrecopyPlan(
            rounds=self.rounds,
            outcome=Outcome.GIVEN_UP,
            forecast=self.forecast,
            total_s=self.live_s,
            downtime_ms=0.0,
            sent_bytes=self.sent_bytes,
            stop=self.stop,
            throttle_peak=self.peak,
            degraded_s=self.throttled_s,
        )
