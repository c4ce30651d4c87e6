"""The range of the difference: assumptions that nobody set drawn at random within their ranges, many times.

Each is drawn on its own (none depends on another) from a triangle over its likely range with its peak at the present
value: F⁻¹(u) = low + √(u × width × (now − low)) below the peak, high − √((1 − u) × width × (high − now)) above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from virtlab.compare.report.sensitivity.levers import IN_MONTHS, Lever
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.compare.report.sensitivity.response import Response
from virtlab.compare.report.sensitivity.swings import along
from virtlab.compare.report.sensitivity.trials import Trial
from virtlab.compare.report.verdict import least_of
from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.web.lazy_text import LazyText

DRAWS, SEED = 10_000, 12
"""The seed is fixed: the same question has the same answer."""
TENTH, MIDDLE, NINTH = 10, 50, 90
QUARTILES = (25, 75)
BINS = 48
MIDPOINTS = (np.arange(200) + 0.5) / 200
"""Shares of draws below, evenly: what an assumption alone does on the mean needs no chance."""


@dataclass(frozen=True, slots=True)
class Band:
    """Left − right in net USD over the months ahead: in 1 of 10 draws less than low, in 1 of 10 more than high.

    `left_cheaper_share`, `right_cheaper_share`: draws (0 … 1) in which a side costs less, with today's hosts whole and
    without the part of them that serves what is left out; the rest turns on that part. `month_usd`: low, median and
    high of a month of the same; a half of the draws lies within `middle_usd`. `counts` draws (48,) lie between the
    `edges` (49,) in USD.
    """

    low_usd: float
    median_usd: float
    high_usd: float
    left_cheaper_share: float
    right_cheaper_share: float
    draws: int
    seed: int
    month_usd: tuple[float, float, float]
    middle_usd: tuple[float, float]
    edges: tuple[float, ...]
    counts: tuple[int, ...]

    def holds(self, difference_usd: float) -> bool:
        """Whether a difference, left − right, lies within it."""
        return self.low_usd <= difference_usd <= self.high_usd

    def in_middle(self, difference_usd: float) -> bool:
        """Whether a difference, left − right, lies within the middle half of the draws."""
        return self.middle_usd[0] <= difference_usd <= self.middle_usd[1]

    @property
    def ahead(self) -> int:
        """The side (0 left, 1 right) that costs less in the median draw."""
        return 0 if self.median_usd < 0 else 1

    @property
    def ahead_share(self) -> float:
        """Draws (0 … 1) in which that side costs less."""
        return (self.left_cheaper_share, self.right_cheaper_share)[self.ahead]

    @property
    def is_of_both(self) -> bool:
        """Whether either side costs less within it."""
        return self.low_usd < 0 < self.high_usd

    @property
    def undecided_share(self) -> float:
        """Draws (0 … 1) in which no side is ahead both ways."""
        return max(0.0, 1 - self.left_cheaper_share - self.right_cheaper_share)


def band(response: Response, levers: Sequence[Lever], pair: Pair) -> Band:
    """The band of what two sides answer; a month is the mean of the months ahead."""
    months, drawn = pair.values["horizon_months"], draw(levers, DRAWS, SEED)
    left_usd, right_usd = (np.broadcast_to(usd, DRAWS) for usd in response.sides_usd(drawn))
    usd, least_usd = left_usd - right_usd, least_of(pair.left, left_usd) - right_usd
    low, median, high = np.percentile(usd, (TENTH, MIDDLE, NINTH)).tolist()
    first, third = np.percentile(usd, QUARTILES).tolist()
    counts, edges = np.histogram(usd, BINS)
    return Band(
        low_usd=low,
        median_usd=median,
        high_usd=high,
        left_cheaper_share=float((usd < 0).mean()),
        right_cheaper_share=float((least_usd >= 0).mean()),
        draws=DRAWS,
        seed=SEED,
        month_usd=(low / months, median / months, high / months),
        middle_usd=(first, third),
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
    )


@dataclass(frozen=True, slots=True)
class Pull:
    """What an assumption alone, drawn within its range, adds to left − right on the mean, in USD."""

    name: LazyText
    usd: float


def pulls(tried: Sequence[Trial], now_usd: float) -> list[Pull]:
    """Of assumptions that chance moves, straight between the values tried; most first."""
    alone = [
        Pull(lever.label, float(np.interp(_triangle(lever, MIDPOINTS), *np.transpose(usd)).mean()) - now_usd)
        for trial in tried
        for lever in trial.group
        if lever.by_chance and (usd := along(trial, lever))
    ]
    return sorted(alone, key=lambda pull: -abs(pull.usd))


def draw(levers: Sequence[Lever], draws: int, seed: int) -> dict[str, F64]:
    """Values (D,) of each lever by key; lifetimes and ages in whole months, by which payments fall due."""
    chance = np.random.default_rng(seed)
    drawn = {lever.key: _triangle(lever, chance.random(draws)) for lever in levers}
    months = {key: np.round(drawn[key] * MONTHS_PER_YEAR) / MONTHS_PER_YEAR for key in IN_MONTHS if key in drawn}
    return drawn | months


def _triangle(lever: Lever, share: F64) -> F64:
    width = lever.high - lever.low
    if not width:
        return np.full(share.size, lever.now)
    below = lever.low + np.sqrt(share * width * (lever.now - lever.low))
    above = lever.high - np.sqrt((1 - share) * width * (lever.high - lever.now))
    return np.where(share * width < lever.now - lever.low, below, above)
