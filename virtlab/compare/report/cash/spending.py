"""What an alternative buys at once, and which of its monthly lines spread such purchases."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from django.utils.text import format_lazy

from hosts.pricing.unit_prices import Values
from instances.choices import RateOffer, Upfront
from virtlab.compare.bills.cloud import brought
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.cloud.rented import committed_keys
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.items import to_cents
from virtlab.compare.bills.onprem import bill as onprem_bill
from virtlab.compare.bills.onprem.purchases import purchases
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.purchase import Purchase
from virtlab.compare.bills.tax import tax_factor
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR


def apart(alternative: Alternative, values: Values) -> Mapping[str, float]:
    """The part (0 … 1) of lines, by key, that is bought at once: all of what spreads a purchase, and what a commitment
    is paid upfront.
    """
    if isinstance(alternative.shape.quantities, OnPremQuantities):
        return dict.fromkeys(onprem_bill.CAPITAL, 1.0)
    return {**_upfront(alternative, values), **dict.fromkeys(brought.CAPITAL, 1.0)}


def _upfront(alternative: Alternative, values: Values) -> Mapping[str, float]:
    terms = Terms.of(alternative.purchase, values)
    upfront_share = terms.plan.upfront_share if terms.plan else 0.0
    return dict.fromkeys(committed_keys(terms), upfront_share) if upfront_share else {}


def apart_usd_per_month(alternative: Alternative, values: Values) -> float:
    """USD per month of those parts, with their tax, to the cent."""
    return float(to_cents(_part_usd(alternative, apart(alternative, values)) * tax_factor(values)))


def _part_usd(alternative: Alternative, shares: Mapping[str, float]) -> float:
    by_share: dict[float, float] = {}
    for item in alternative.cost:
        if item.key in shares:
            by_share[shares[item.key]] = by_share.get(shares[item.key], 0.0) + float(item.amount)
    return sum(usd * share for share, usd in by_share.items())


def bought_today(alternative: Alternative, values: Values) -> tuple[Purchase, ...]:
    """What is bought for today's workloads, as it is paid."""
    quantities = alternative.shape.quantities
    if isinstance(quantities, OnPremQuantities):
        return tuple(as_paid(purchase, values) for purchase in purchases(quantities, values))
    own = brought.purchases(quantities, values)
    return tuple(as_paid(purchase, values) for purchase in (*_term_of(alternative, values), *own))


def growing_purchases(alternative: Alternative, values: Values) -> tuple[Purchase, ...]:
    """Those of a cloud, before their tax, of which more workloads need more."""
    quantities = alternative.shape.quantities
    assert isinstance(quantities, CloudQuantities)
    return (*_term_of(alternative, values), *brought.growing(quantities, values))


def as_paid(purchase: Purchase, values: Values) -> Purchase:
    """A purchase with its tax, to the cent: whatever sums payments sums what is paid."""
    return replace(purchase, usd=float(to_cents(purchase.usd * tax_factor(values))))


def _term_of(alternative: Alternative, values: Values) -> tuple[Purchase, ...]:
    """What a commitment is paid upfront for each of its terms, where anything is."""
    plan = Terms.of(alternative.purchase, values).plan
    if plan is None or not plan.upfront_share:
        return ()
    usd_per_month = _part_usd(alternative, _upfront(alternative, values))
    name = format_lazy("{}, {}", RateOffer(plan.offer).label, Upfront(plan.upfront).label)
    return (Purchase(usd_per_month * plan.months, 0, plan.months, name=name),)


def worth_of_months(months: int, discount_pct: float) -> F64:
    """What a USD at the end of month 0 (the start), 1 … `months` is worth now (M + 1,)."""
    worth: F64 = (1 + discount_pct / 100) ** (-np.arange(months + 1) / MONTHS_PER_YEAR)
    return worth


def due(purchase: Purchase, months: int) -> range:
    """The months at whose start it is paid."""
    return range(purchase.first, months, purchase.every if purchase.again else months)


def left_of(purchase: Purchase, months: int) -> float:
    """What the unused part of its last payment is worth after so many months."""
    if purchase.first >= months:
        return 0.0
    return purchase.usd * max(1 - (months - due(purchase, months)[-1]) / purchase.every, 0.0)


def bought_net_usd(purchase: Purchase, worth: F64) -> float:
    """The present value of its payments, less that of what is left at the end; `worth` (M + 1,) by month."""
    months = len(worth) - 1
    paid_usd = sum(purchase.usd * float(worth[month]) for month in due(purchase, months))
    return paid_usd - left_of(purchase, months) * float(worth[months])
