"""Durations that vary in reality: lognormal around their median (none is negative, long ones are rarer than short).

One figure describes the spread: by how much the 95th percentile lies above the median.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from virtlab.engine.arrays import F64

NORMAL = NormalDist()
P95 = NORMAL.inv_cdf(0.95)
# Draws stay within these shares, so that one of a hundred steps does not last for ever.
LEAST, MOST = 0.005, 0.995
NEARLY_S = 1e-3
CASES = 400
"""Equally likely draws that stand for one duration where distributions are put together."""


def quantile_s(median_s: float, p95_ratio: float, share: float) -> float:
    """The duration within which `share` (0 … 1) of all cases end. ValueError for a ratio below 1."""
    return median_s * exp(_sigma(p95_ratio) * NORMAL.inv_cdf(min(max(share, LEAST), MOST)))


def p95_of_sum_s(varying_s: Sequence[float], fixed_s: float, p95_ratio: float) -> float:
    """The 95th percentile of steps one after the other: medians of those that vary, and what the others last together.

    The sum of lognormals is taken as one of the same mean and variance (Fenton, The Sum of Log-Normal Probability
    Distributions in Scatter Transmission Systems, 1960).
    """
    variance = _sigma(p95_ratio) ** 2
    mean = sum(varying_s) * exp(variance / 2)
    if mean <= 0:
        return fixed_s
    spread = sum((exp(variance) - 1) * (median * exp(variance / 2)) ** 2 for median in varying_s)
    of_sum = log(1 + spread / mean**2)
    return fixed_s + exp(log(mean) - of_sum / 2 + P95 * sqrt(of_sum))


class Ending(NamedTuple):
    """When something ends: what does not vary of it, and the medians of its parts that do, one after the other."""

    fixed_s: float
    varying_s: tuple[float, ...] = ()


def quantile_of_sum_s(ending: Ending, p95_ratio: float, share: float) -> float:
    """Within which `share` (0 … 1) of all cases of it end."""
    cases = _cases_s(ending.varying_s, p95_ratio)
    return ending.fixed_s + float(cases[min(int(share * len(cases)), len(cases) - 1)])


def quantile_of_last_s(endings: Sequence[Ending], p95_ratio: float, share: float) -> float:
    """Within which, in `share` (0 … 1) of all cases, all of several have ended that go on side by side.

    They vary each by itself, so that the share of cases in which all have ended is the product of theirs. ValueError
    where there are none.
    """
    alike = Counter(endings)
    low = max(quantile_of_sum_s(ending, p95_ratio, share) for ending in alike)
    high = max(quantile_of_sum_s(ending, p95_ratio, 1.0) for ending in alike)
    while high - low > NEARLY_S:
        middle = (low + high) / 2
        ended = 1.0
        for (fixed_s, varying_s), count in alike.items():
            cases = _cases_s(varying_s, p95_ratio)
            ended *= (np.searchsorted(cases, middle - fixed_s, side="right") / len(cases)) ** count
        low, high = (middle, high) if ended < share else (low, middle)
    return high


@lru_cache(maxsize=8)
def _cases_s(varying_s: tuple[float, ...], p95_ratio: float) -> F64:
    """Equally likely durations of parts one after the other, in their order; no formula has the sum of lognormals."""
    shares = (np.arange(CASES) + 0.5) / CASES
    draws = np.array([quantile_s(1.0, p95_ratio, share) for share in shares])
    cases: F64 = np.zeros(1)
    for median_s in varying_s:
        few = cases if len(cases) <= CASES else cases[(shares * len(cases)).astype(np.intp)]
        cases = np.sort(np.add.outer(few, draws * median_s).ravel())
    return cases


def median_rank(rank: int, count: int) -> float:
    """The share (0 … 1) at which the one that ends as the `rank`-th of `count` alike is found in half of all cases.

    Exact for the last, else Benard's approximation (Benard and Bos-Levenbach, The plotting of observations on
    probability paper, 1953).
    """
    return 0.5 ** (1 / count) if rank == count else (rank - 0.3) / (count + 0.4)


def _sigma(p95_ratio: float) -> float:
    if not p95_ratio >= 1:
        raise ValueError(f"The 95th percentile is at least the median: {p95_ratio} is too low.")
    return log(p95_ratio) / P95
