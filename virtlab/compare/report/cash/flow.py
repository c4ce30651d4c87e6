"""When an alternative is paid: what is due now, at each refresh and monthly; and which of two costs less by when.

Spans are equal: at the end of the months ahead, the unused part of what was bought is credited, straight-line. Payments
fall at the start of a month for purchases, else at its end; they are discounted monthly: usd ÷ (1 + rate)^(month ÷ 12).
"""

from dataclasses import dataclass

import numpy as np

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.growth import Driver
from virtlab.compare.bills.items import total
from virtlab.compare.bills.purchase import Purchase
from virtlab.compare.report.cash.growth import Growing, growth_of
from virtlab.compare.report.cash.spending import (
    apart_usd_per_month,
    bought_net_usd,
    bought_today,
    due,
    left_of,
    worth_of_months,
)
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import F64


@dataclass(frozen=True, slots=True)
class CashFlow:
    """USD that are due once at the start, each month at today's workloads, and for purchases; `grows`: how the monthly
    part grows with them, if it does.
    """

    once_usd: float
    monthly_usd: float
    purchases: tuple[Purchase, ...]
    grows: tuple[Growing, ...] = ()

    @classmethod
    def of(cls, alternative: Alternative, values: Values) -> "CashFlow":
        """An alternative's."""
        once_usd, today = float(total(alternative.once)), bought_today(alternative, values)
        apart_usd = apart_usd_per_month(alternative, values)
        growth = growth_of(alternative, values)
        return cls(once_usd, float(alternative.usd) - apart_usd, (*today, *growth.purchases), growth.monthly)

    @property
    def by_driver(self) -> dict[Driver, float]:
        """The monthly part by what it grows with; all of it fixed where nothing grows."""
        grows = {one.driver: one.usd for one in self.grows}
        return {Driver.FIXED: self.monthly_usd - sum(grows.values()), **grows}

    def running_usd(self, months: int) -> F64:
        """The monthly part in month 1 … `months` (M,)."""
        return np.full(months, self.monthly_usd) + sum(one.more_usd[:months] for one in self.grows)

    def paid_usd(self, months: int) -> F64:
        """Paid by the end of month 0 (the start), 1 … `months`."""
        payments = np.append(self.once_usd, self.running_usd(months))
        for purchase in self.purchases:
            for month in due(purchase, months):
                payments[month + 1 if month else 0] += purchase.usd
        return np.cumsum(payments)

    def left_usd(self, months: int) -> float:
        """What the unused part of the last purchases is worth after so many months."""
        return sum(left_of(purchase, months) for purchase in self.purchases)

    def net_usd(self, months: int, discount_pct: float) -> float:
        """The present value of all payments within so many months, less that of what is left then."""
        worth = worth_of_months(months, discount_pct)
        monthly_usd = self.monthly_usd * float(worth[1:].sum())
        more_usd = sum(float((one.more_usd[:months] * worth[1:]).sum()) for one in self.grows)
        bought_usd = sum(bought_net_usd(purchase, worth) for purchase in self.purchases)
        return self.once_usd + monthly_usd + more_usd + bought_usd


REST, WINDOWS = "rest", "month:windows"


def net_by_line(alternative: Alternative, values: Values) -> dict[str, float]:
    """`net_usd` by what it is for: what is paid once, each line of the month's bill over all months, and the rest.

    The rest is what lines do not hold: that purchases fall due before the months they are spread over.
    """
    months, discount_pct = int(values["horizon_months"]), values["discount_pct"]
    worth = worth_of_months(months, discount_pct)
    lines: dict[str, float] = {}
    for kind, items, times in (("once", alternative.once, 1.0), ("month", alternative.cost, float(worth[1:].sum()))):
        for item in items:
            key = _line_of(f"{kind}:{item.key}")
            lines[key] = lines.get(key, 0.0) + float(item.amount) * times
    for key, usd in growth_of(alternative, values).by_line(worth).items():
        lines[_line_of(key)] = lines.get(_line_of(key), 0.0) + usd
    net_usd = CashFlow.of(alternative, values).net_usd(months, discount_pct)
    return {**lines, REST: net_usd - sum(lines.values())}


def _line_of(key: str) -> str:
    """Editions of Windows Server are one line: a cluster goes from one to the other where that costs less."""
    return WINDOWS if key.startswith(WINDOWS) else key


@dataclass(frozen=True, slots=True)
class Outcome:
    """Two alternatives over the same months: payments by month (M + 1,), and net totals with what is left credited.

    `month`: at its end the one that costs less in all has paid no more than the other, for good; None where it comes to
    that only by what is left of its purchases, 0 where it has paid less from the start.
    """

    paid_usd: tuple[F64, F64]
    net_usd: tuple[float, float]
    month: int | None

    @property
    def months(self) -> int:
        """How far it looks ahead."""
        return len(self.paid_usd[0]) - 1

    @property
    def cheaper(self) -> int:
        """0 where the first costs less in all, else 1."""
        return int(self.net_usd[1] < self.net_usd[0])

    @property
    def difference_usd(self) -> float:
        """First − second in all."""
        return self.net_usd[0] - self.net_usd[1]

    @property
    def saved_usd(self) -> float:
        """By how much one costs less."""
        return abs(self.difference_usd)


def outcome(left: Alternative, right: Alternative, values: Values) -> Outcome:
    """The left and the right side of a comparison over the months ahead."""
    months = int(values["horizon_months"])
    flows = [CashFlow.of(side, values) for side in (left, right)]
    paid = [flow.paid_usd(months) for flow in flows]
    net = [flow.net_usd(months, values["discount_pct"]) for flow in flows]
    cheaper = int(net[1] < net[0])
    return Outcome((paid[0], paid[1]), (net[0], net[1]), ahead_from(paid[cheaper], paid[1 - cheaper]))


def ahead_from(cheaper: F64, other: F64) -> int | None:
    """The first month at whose end `cheaper` has paid no more than `other`, and stays so; None where it never does."""
    behind = np.flatnonzero(cheaper > other)
    month = int(behind[-1]) + 1 if behind.size else 0
    return month if month < len(cheaper) else None
