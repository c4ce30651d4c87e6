"""CPU credits of burstable instances over any stretch of a trace that repeats for ever.

A balance moves between two bounds: what is earned above the upper one is lost, what is spent below the lower one is
charged (unlimited mode) or not given (standard mode). The effect of a stretch on any balance b is

    after = min(max(b + added, least), most)        beyond = below + max(below_from - b, 0)

and two stretches one after the other are again one of this kind, so that a trace repeated a thousand times costs
little more than once. Demand is even within a sample and a stretch begins and ends anywhere: two halves come to the
same as the whole.

Rules: Amazon EC2 User Guide, "Key concepts for burstable performance instances", "Unlimited mode concepts" and
"Standard mode concepts", 2023-06. EC2 charges what exceeds a day's earnings at the end of each hour; here it is
charged as it comes up.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from virtlab.engine.arrays import F64, Bools, Floats, check_non_negative, positive
from virtlab.engine.load.cpu_credits import CREDITS_PER_VCPU_HOUR, HOURS_KEPT, Burst, earned_per_hour
from virtlab.engine.units import SECONDS_PER_HOUR

CREDITS_PER_VCPU_S = CREDITS_PER_VCPU_HOUR / SECONDS_PER_HOUR


class Stretch(NamedTuple):
    """The effect of a stretch on n balances, arrays (n,), or of each of its T samples (n, T); see the module."""

    added: F64
    least: F64
    most: F64
    below_from: F64
    below: F64

    @classmethod
    def even(cls, added: F64, least: F64, most: F64) -> "Stretch":
        """One in which so many credits are earned, or spent (negative), at an even rate between two bounds."""
        far = least - added
        return cls(
            added,
            np.clip(least + added, least, most),
            np.clip(most + added, least, most),
            np.clip(far, least, most),
            np.maximum(far - most, 0.0),
        )

    def then(self, later: "Stretch") -> "Stretch":
        """Both, one after the other."""
        return Stretch(
            self.added + later.added,
            np.clip(self.least + later.added, later.least, later.most),
            np.clip(self.most + later.added, later.least, later.most),
            self.below_from + np.clip(later.below_from, self.least, self.most) - self.least,
            self.below + later.below + np.maximum(later.below_from - self.most, 0.0),
        )

    def joined(self) -> "Stretch":
        """All samples (n, T) one after the other, T at least 1: one stretch (n,)."""
        joined = self
        while joined.added.shape[-1] > 1:
            pairs = joined.added.shape[-1] // 2
            last = Stretch(*(part[..., 2 * pairs :] for part in joined))
            first, second = (Stretch(*(part[..., start : 2 * pairs : 2] for part in joined)) for start in (0, 1))
            joined = Stretch(*map(_end_to_end, first.then(second), last))
        return Stretch(*(part[..., 0] for part in joined))

    def repeated(self, laps: F64, nothing: "Stretch") -> "Stretch":
        """So many of it (n,) one after the other; `nothing` where that is none."""
        left, power, whole = laps.astype(np.int64), self, nothing
        while left.any():
            whole = whole.then(power).where(left % 2 == 1, whole)
            left, power = left // 2, power.then(power)
        return whole

    def where(self, chosen: Bools, other: "Stretch") -> "Stretch":
        """This one where it is chosen (n,), else the other."""
        return Stretch(*(np.where(chosen, mine, theirs) for mine, theirs in zip(self, other, strict=True)))

    def after(self, balance: F64) -> F64:
        """The balances at its end."""
        after: F64 = np.clip(balance + self.added, self.least, self.most)
        return after

    def beyond(self, balance: F64) -> F64:
        """Credits that it takes below the lower bound."""
        beyond: F64 = self.below + np.maximum(self.below_from - balance, 0.0)
        return beyond


def _end_to_end(first: F64, last: F64) -> F64:
    return np.concatenate([first, last], axis=-1)


@dataclass(frozen=True, slots=True)
class Balances:
    """Credits of n instances (n,): earned ones, negative where surplus credits are owed; launch credits beside them;
    and surplus credits charged in the stretch.
    """

    earned: F64
    launch: F64
    charged: F64


@dataclass(frozen=True, slots=True)
class Repeated:
    """Demands (n, T) in vCPU that repeat for ever, each sample of which holds for `step_s`."""

    demand_vcpu: Floats
    step_s: float


def carry_on(trace: Repeated, burst: Burst, unlimited: Bools, since: Balances, when_s: tuple[F64, F64]) -> Balances:
    """Balances (n,) at the end of a stretch that begins so many seconds after the trace's start (or before it) and
    lasts so long, `when_s`, each (n,).

    Launch credits are spent first, on all demand, and are no part of the limit. ValueError where a number is wrong.
    """
    check_non_negative("The demand", np.asarray(trace.demand_vcpu))
    if not trace.step_s > 0:
        raise ValueError(f"A sample must last longer than {trace.step_s} s.")
    size = positive("The number of vCPU", burst.vcpu, len(trace.demand_vcpu))
    hourly = earned_per_hour(size, burst.baseline_share)
    most = hourly * HOURS_KEPT
    demand = Repeated(np.minimum(trace.demand_vcpu, size[:, None]), trace.step_s)
    begins_s, lasts_s = when_s
    on_launch_s, launch = _on_launch_credits(demand, since.launch, begins_s, lasts_s)
    # While launch credits pay for everything, what is earned is kept.
    earned = np.where(
        on_launch_s > 0, np.minimum(since.earned + hourly * on_launch_s / SECONDS_PER_HOUR, most), since.earned
    )
    rate = (hourly[:, None] / CREDITS_PER_VCPU_HOUR - demand.demand_vcpu) * CREDITS_PER_VCPU_S
    bounds = np.where(unlimited, -most, 0.0), most
    rest = _stretch(rate, demand.step_s, (begins_s + on_launch_s, lasts_s - on_launch_s), bounds)
    return Balances(rest.after(earned), launch, np.where(unlimited, rest.beyond(earned), 0.0))


def _stretch(rate: F64, step_s: float, when_s: tuple[F64, F64], bounds: tuple[F64, F64]) -> Stretch:
    """Credits a second (n, T), repeated for ever, over a stretch: the rest of its first lap, whole laps, the last."""
    starts_s = np.arange(rate.shape[1] + 1) * step_s
    lap_s, (begins_s, lasts_s), (least, most) = starts_s[-1], when_s, bounds
    (first, last), (from_s, to_s) = np.divmod(np.stack([begins_s, begins_s + lasts_s]), lap_s)
    within = first == last
    nothing = Stretch.even(np.zeros_like(most), least, most)

    def part(start_s: F64, end_s: F64) -> Stretch:
        width_s = np.minimum(end_s[:, None], starts_s[1:]) - np.maximum(start_s[:, None], starts_s[:-1])
        return Stretch.even(rate * np.maximum(width_s, 0.0), least[:, None], most[:, None]).joined()

    whole = nothing
    if (last - first > 1).any():
        lap = part(np.zeros_like(most), np.full_like(most, lap_s))
        whole = lap.repeated(np.maximum(last - first - 1, 0.0), nothing)
    head = part(from_s, np.where(within, to_s, lap_s))
    if within.all():
        return head
    return head.then(whole).then(part(np.zeros_like(most), np.where(within, 0.0, to_s)))


def _on_launch_credits(demand: Repeated, launch: F64, begins_s: F64, lasts_s: F64) -> tuple[F64, F64]:
    """For how long launch credits pay for all that is demanded (n,), and what is left of them (n,)."""
    starts_s = np.arange(demand.demand_vcpu.shape[1] + 1) * demand.step_s
    pays_s, left = np.zeros_like(launch), np.zeros_like(launch)
    for row in np.flatnonzero(launch > 0):
        taken = np.concatenate([[0.0], np.cumsum(demand.demand_vcpu[row], dtype=np.float64)])
        taken *= demand.step_s * CREDITS_PER_VCPU_S
        laps, rest_s = np.divmod([begins_s[row], begins_s[row] + lasts_s[row]], starts_s[-1])
        before, after = laps * taken[-1] + np.interp(rest_s, starts_s, taken)
        left[row] = max(launch[row] - (after - before), 0.0)
        if left[row] > 0 or not taken[-1]:
            pays_s[row] = lasts_s[row]
            continue
        lap, rest = divmod(before + launch[row], taken[-1])
        pays_s[row] = np.clip(lap * starts_s[-1] + np.interp(rest, taken, starts_s) - begins_s[row], 0.0, lasts_s[row])
    return pays_s, left
