"""Durations that vary in reality: lognormal around their median (none is negative, long ones are rarer than short).

One figure describes the spread: by how much the 95th percentile lies above the median.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
P95 = NORMAL.inv_cdf(0.95)
# Draws stay within these shares, so that one of a hundred steps does not last for ever.
LEAST, MOST = 0.005, 0.995


def quantile_s(median_s: float, p95_ratio: float, share: float) -> float:
    """The duration within which `share` (0 … 1) of all cases end. ValueError for a ratio below 1."""
    if not p95_ratio >= 1:
        raise ValueError(f"The 95th percentile is at least the median: {p95_ratio} is too low.")
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


def _sigma(p95_ratio: float) -> float:
    return log(p95_ratio) / P95
