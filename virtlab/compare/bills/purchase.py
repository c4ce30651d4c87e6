"""What is paid at once and again after a term, on both sides alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.due import first_month, to_pay
from virtlab.compare.bills.growth import Driver
from virtlab.engine.arrays import F64
from virtlab.web.lazy_text import LazyText


@dataclass(frozen=True, slots=True)
class Purchase:
    """USD paid at once in month `first` (0: now) for so many months, and after `every` of them `again`, or never again;
    `grows`: what more of it is for, where workloads have grown; `name`: of what is bought.
    """

    usd: float
    first: int
    every: int
    grows: Driver | None = None
    again: bool = True
    name: LazyText = ""

    def named(self, name: LazyText) -> "Purchase":
        """The same with the name of what is bought."""
        return replace(self, name=name)

    def to_pay(self, v: Values) -> float:
        """The part of the months ahead (0 … 1) that it is spread over."""
        after = 0.0 if self.again else to_pay(self.first + self.every, v)
        return to_pay(self.first, v) - after


def bought(usd: float, v: Values, *, existing: bool, age_months: int | None = None) -> Purchase:
    """What is bought again after each lifetime: now, or when what is there has had its own."""
    first = first_month(v, existing=existing, age_months=age_months)
    return Purchase(usd, first, int(unit_prices.lifetime_months(v)))


def with_work(today: Purchase, factors: F64) -> Iterator[Purchase]:
    """What more workloads add to a purchase of today's, each month for a term of its own from there on; `factors` (M,)
    of today's. In whole cents that add up to those of all.
    """
    more_usd = np.round(today.usd * (factors - 1), 2)
    for month, usd in enumerate(np.round(np.diff(more_usd, prepend=0.0), 2).tolist()):
        yield replace(today, usd=usd, first=month, grows=Driver.WORK)
