"""When an alternative is paid: what is due now, at each refresh and monthly; and which of two costs less by when.

Spans are equal: at the end of the months ahead, the unused part of what was bought is credited, straight-line. Payments
fall at the start of a month for purchases, else at its end; they are discounted monthly: usd ÷ (1 + rate)^(month ÷ 12).
"""

from dataclasses import dataclass

import numpy as np

from hosts.pricing.unit_prices import Values
from instances.pricing.commitments import PAID_UPFRONT
from virtlab.compare.bills import onprem as onprem_bill
from virtlab.compare.bills.cloud import UPFRONT_KEYS, UPFRONT_MONTHS
from virtlab.compare.bills.items import total
from virtlab.compare.bills.onprem_quantities import OnPremQuantities
from virtlab.compare.bills.purchases import Purchase, purchases
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class CashFlow:
    """USD that are due once at the start, each month, and for purchases."""

    once_usd: float
    monthly_usd: float
    purchases: tuple[Purchase, ...]

    @classmethod
    def of(cls, alternative: Alternative, values: Values) -> "CashFlow":
        """An alternative's."""
        once_usd, quantities = float(total(alternative.once)), alternative.shape.quantities
        if isinstance(quantities, OnPremQuantities):
            spread = (item.amount for item in alternative.cost if item.key in onprem_bill.CAPITAL)
            running_usd = float(alternative.usd - sum(spread))
            return cls(once_usd, running_usd, tuple(purchases(quantities, values)))
        if alternative.purchase != PAID_UPFRONT:
            return cls(once_usd, float(alternative.usd), ())
        upfront_usd = float(sum(item.amount for item in alternative.cost if item.key in UPFRONT_KEYS))
        term = Purchase(upfront_usd * UPFRONT_MONTHS, 0, UPFRONT_MONTHS)
        return cls(once_usd, float(alternative.usd) - upfront_usd, (term,))

    def paid_usd(self, months: int) -> F64:
        """Paid by the end of month 0 (the start), 1 … `months`."""
        payments = np.full(months + 1, self.monthly_usd)
        payments[0] = self.once_usd
        for purchase in self.purchases:
            for month in _due(purchase, months):
                payments[month + 1 if month else 0] += purchase.usd
        return np.cumsum(payments)

    def left_usd(self, months: int) -> float:
        """What the unused part of the last purchases is worth after so many months."""
        return sum(
            purchase.usd * (1 - (months - list(_due(purchase, months))[-1]) / purchase.every)
            for purchase in self.purchases
            if purchase.first < months
        )

    def net_usd(self, months: int, discount_pct: float) -> float:
        """The present value of all payments within so many months, less that of what is left then."""
        worth = (1 + discount_pct / 100) ** (-np.arange(months + 1) / MONTHS_PER_YEAR)
        monthly_usd = self.monthly_usd * float(worth[1:].sum())
        bought_usd = sum(
            purchase.usd * float(worth[month]) for purchase in self.purchases for month in _due(purchase, months)
        )
        return self.once_usd + monthly_usd + bought_usd - self.left_usd(months) * float(worth[months])


def _due(purchase: Purchase, months: int) -> range:
    """The months at whose start it is paid."""
    return range(purchase.first, months, purchase.every)


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
    def saved_usd(self) -> float:
        """By how much."""
        return abs(self.net_usd[0] - self.net_usd[1])


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
