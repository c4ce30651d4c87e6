"""What growth of the workloads adds to an alternative's payments. Formulas: docs/model.md, "Growth".

Growth is more of the same workloads: at the end of month m there are (1 + growth)^(m ÷ 12) times as many. What a
month's bill has follows the workloads, the hosts, the storage, or nothing; hosts and storage are bought in whole pieces
when those that are there are full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.cloud import growth as cloud_growth
from virtlab.compare.bills.growth import Driver, Parts, growing, mixed
from virtlab.compare.bills.items import to_cents
from virtlab.compare.bills.onprem import growth as onprem_growth
from virtlab.compare.bills.onprem.growth import Expansion
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.bills.purchase import Purchase, with_work
from virtlab.compare.report.cash.spending import apart, as_paid, bought_net_usd, growing_purchases
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import F64
from virtlab.engine.runway import grown

GROWTH_KEY = "growth_pct_per_year"


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """USD of a month that grow with a driver, and by how many times in each month (M,)."""

    driver: Driver
    usd: float
    factors: F64

    @property
    def more_usd(self) -> F64:
        """What growth adds in each month (M,)."""
        return self.usd * (self.factors - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """What grows by the month, by line and driver, and what is bought for it; `more`: hosts and storage of one's own.

    Empty where nothing grows.
    """

    lines: Mapping[str, Parts] = field(default_factory=dict)
    factors: Mapping[Driver, F64] = field(default_factory=dict)
    purchases: tuple[Purchase, ...] = ()
    more: Expansion | None = None

    @property
    def monthly(self) -> tuple[Growing, ...]:
        """The month's bill by driver, to the cent, what is fixed left out."""
        usd = {driver: float(to_cents(of)) for driver, of in mixed(self.lines.values()).items()}
        return tuple(Growing(driver, usd[driver], self.factors[driver]) for driver in self.factors if usd.get(driver))

    def by_line(self, worth: F64) -> dict[str, float]:
        """What growth adds to the present value of each line over the months ahead; `worth` (M + 1,) of their USD."""
        added = {driver: float(((factors - 1) * worth[1:]).sum()) for driver, factors in self.factors.items()}
        lines = {
            f"month:{key}": sum(usd * added.get(driver, 0.0) for driver, usd in parts.items())
            for key, parts in self.lines.items()
        }
        for purchase in self.purchases:
            key = f"growth:{purchase.grows}"
            lines[key] = lines.get(key, 0.0) + bought_net_usd(purchase, worth)
        return lines


NONE = Growth()


def growth_of(alternative: Alternative, values: Values) -> Growth:
    """What growth adds to an alternative over the months ahead."""
    if not values[GROWTH_KEY]:
        return NONE
    factors = grown(int(values["horizon_months"]), values[GROWTH_KEY])
    if isinstance(alternative.shape.quantities, OnPremQuantities):
        return _onprem(alternative, alternative.shape.quantities, factors, values)
    lines = growing(alternative.cost, cloud_growth.SHARES, apart(alternative, values), cloud_growth.ON_TOP)
    more = (later for purchase in growing_purchases(alternative, values) for later in with_work(purchase, factors))
    return Growth(lines, {Driver.WORK: factors}, _paid(more, values))


def _onprem(alternative: Alternative, q: OnPremQuantities, factors: F64, v: Values) -> Growth:
    more = onprem_growth.expansion(q, v, factors)
    shares = onprem_growth.shares_of(q, v, _power(alternative))
    return Growth(
        lines=growing(alternative.cost, shares, apart(alternative, v), onprem_growth.ON_TOP),
        factors={
            Driver.WORK: factors,
            Driver.HOSTS: more.host_factors,
            Driver.STORAGE: more.storage_factors,
            Driver.ORDER: more.order_factors,
        },
        purchases=_paid(onprem_growth.bought_later(q, v, more, factors), v),
        more=more,
    )


def _paid(purchases: Iterable[Purchase], v: Values) -> tuple[Purchase, ...]:
    """Purchases as they are paid, those of less than a cent left out."""
    paid = (as_paid(purchase, v) for purchase in purchases)
    return tuple(purchase for purchase in paid if purchase.usd)


def _power(alternative: Alternative) -> Parts:
    """Watts by what they grow with: hosts without work, their work, disks."""
    whole_w, fleet = alternative.shape.mean_w + alternative.storage_w, alternative.shape.fleet
    if not whole_w:
        return {}
    idle_w = float(fleet.idle_w.sum()) if fleet else alternative.shape.mean_w
    storage = alternative.storage_w / whole_w
    idle = min(idle_w / whole_w, 1 - storage)
    return {Driver.HOSTS: idle, Driver.STORAGE: storage, Driver.WORK: 1 - idle - storage}
