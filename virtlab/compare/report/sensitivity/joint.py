"""Assumptions that turn the verdict together where none does alone."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from virtlab.compare.report.sensitivity.levers import TERMS, Lever
from virtlab.compare.report.sensitivity.swings import along
from virtlab.compare.report.sensitivity.trials import Trial, Values

MOST = 3
"""So many are tried together."""


@dataclass(frozen=True, slots=True)
class Strong:
    """A lever at the value tried that brings left − right nearest to turning, by so many USD."""

    lever: Lever
    value: float
    usd: float
    trial: Trial


@dataclass(frozen=True, slots=True)
class Joint:
    """Levers at values (`values`) with left − right in net USD there, computed exactly; `turned`: the other side costs
    less than without them.
    """

    levers: tuple[Lever, ...]
    values: Values
    usd: float
    turned: bool


def joint_turn(tried: Sequence[Trial], now_usd: float) -> Joint | None:
    """The fewest of the three that each move left − right furthest towards the other sign, at once, numbers at the ends
    of their ranges, that turn it; else all of them, which do not. What somebody set is not among them, and of how
    hours are bought the strongest alone. None where sides are not alike there, or nothing else moves it.
    """
    strongest = _strongest(tried, now_usd)
    if len(strongest) < 2:
        return None
    joint = _joint(strongest, now_usd)
    if joint is None or not joint.turned:
        return joint
    fewer = (_joint(two, now_usd) for two in itertools.combinations(strongest, 2))
    return next((two for two in fewer if two and two.turned), joint)


def _strongest(tried: Sequence[Trial], now_usd: float) -> Sequence[Strong]:
    towards = sorted(_towards(tried, now_usd), key=lambda strong: -strong.usd)
    term = next((strong for strong in towards if strong.lever.key in TERMS), None)
    return [strong for strong in towards if strong.lever.key not in TERMS or strong is term][:MOST]


def _towards(tried: Sequence[Trial], now_usd: float) -> Iterator[Strong]:
    sign = 1 if now_usd < 0 else -1
    for trial in tried:
        for lever in (free for free in trial.group if not free.known):
            moved = [(sign * (usd - now_usd), value) for value, usd in along(trial, lever)]
            usd, value = max(moved, default=(0.0, lever.now))
            if usd >= 1:
                yield Strong(lever, value, usd, trial)


def _joint(strong: Sequence[Strong], now_usd: float) -> Joint | None:
    levers, values = tuple(each.lever for each in strong), tuple(each.value for each in strong)
    trial = Trial(strong[0].trial.pair, levers, {})
    trial.try_at(values)
    if not trial.found:
        return None
    usd = trial.nets[values]
    return Joint(levers, values, usd, turned=(usd < 0) != (now_usd < 0))
