"""When what is there, or is bought, falls due, and what part of the months ahead pays for it."""

import numpy as np

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR


def first_month(v: Values, *, existing: bool, age_months: int | None = None) -> int:
    """The month in which something is bought: now, or when what is there has had its lifetime."""
    if not existing:
        return 0
    age = v["existing_age_years"] * MONTHS_PER_YEAR if age_months is None else age_months
    return max(0, round(unit_prices.lifetime_months(v) - age))


def to_pay(first: int, v: Values) -> float:
    """The part of the months ahead (0 … 1) that something bought in month `first` has to pay for."""
    return max(0.0, 1 - first / v["horizon_months"])


def to_pay_drawn(v: Values) -> F64:
    """The same for what is there, of as many as there are of each value (D,)."""
    first = np.maximum(np.round(unit_prices.lifetime_months(v) - v["existing_age_years"] * MONTHS_PER_YEAR), 0)
    share: F64 = np.maximum(1 - first / v["horizon_months"], 0.0)
    return share


def once_to_pay_drawn(v: Values) -> F64:
    """The same for what is bought now, for one lifetime."""
    return np.asarray(np.minimum(unit_prices.lifetime_months(v) / v["horizon_months"], 1.0))
