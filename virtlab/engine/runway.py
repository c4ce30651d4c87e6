"""When what is there is full: steady growth by a share each year."""

import math

import numpy as np

from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR


def months_until_full(used: float, capacity: float, growth_pct_per_year: float) -> float | None:
    """Months until `used` × (1 + growth) ^ (months ÷ 12) reaches `capacity`: 0 where it has, None where it never does.

    Compound growth from today; no source but arithmetic.
    """
    if used >= capacity:
        return 0.0
    if used <= 0 or growth_pct_per_year <= 0:
        return None
    return MONTHS_PER_YEAR * math.log(capacity / used) / math.log1p(growth_pct_per_year / 100)


def grown(months: int, growth_pct_per_year: float) -> F64:
    """By how many times there is more at the end of month 1 … `months` (M,): (1 + growth) ^ (month ÷ 12)."""
    factors: F64 = (1 + growth_pct_per_year / 100) ** (np.arange(1, months + 1) / MONTHS_PER_YEAR)
    return factors
