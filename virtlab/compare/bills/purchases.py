"""Purchases: when they are paid, how they are spread, and what of them is paid for already."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Num, Usd, to_cents
from virtlab.compare.bills.onprem_quantities import EDITIONS, OnPremQuantities
from virtlab.engine.units import MONTHS_PER_YEAR
from virtlab.web.lazy_text import LazyText

LATER = _("× %(share)s %% of the months ahead, those after its refresh")


@dataclass(frozen=True, slots=True)
class Purchase:
    """USD paid at once in month `first` (0: now), and again every so many months."""

    usd: float
    first: int
    every: int


def purchases(q: OnPremQuantities, v: Values) -> list[Purchase]:
    """What is bought: servers by their age, and network, storage and Windows licences as old as assumed."""
    storage_usd = q.storage_usd(v) + sum(q.windows_usd(edition, v) for edition in EDITIONS)
    bought = [
        *zip(_firsts(q, v), (group.price_usd(v) for group in q.bought), strict=True),
        (first_month(v, existing=q.existing_servers), q.ports_usd(v)),
        (first_month(v, existing=q.existing_storage), storage_usd),
    ]
    every = int(unit_prices.lifetime_months(v))
    return [Purchase(usd, first, every) for first, usd in bought if usd]


def first_month(v: Values, *, existing: bool, age_months: int | None = None) -> int:
    """The month in which something is bought: now, or when what is there has had its lifetime."""
    if not existing:
        return 0
    age = v["existing_age_years"] * MONTHS_PER_YEAR if age_months is None else age_months
    return max(0, round(unit_prices.lifetime_months(v) - age))


def _firsts(q: OnPremQuantities, v: Values) -> list[int]:
    """The month in which each age group of servers is bought."""
    return [first_month(v, existing=q.existing_servers, age_months=group.age_months) for group in q.bought]


def to_pay(first: int, v: Values) -> float:
    """The part of the months ahead (0 … 1) that something bought in month `first` has to pay for."""
    return max(0.0, 1 - first / v["horizon_months"])


@dataclass(frozen=True, slots=True)
class Spread:
    """A purchase as its line shows it: spread over its lifetime, for the part of the months ahead that it pays for."""

    price_usd: float
    share: float
    v: Values

    @property
    def amount(self) -> Decimal:
        """USD per month."""
        return to_cents(unit_prices.spread_usd_per_month(self.price_usd, self.v) * self.share)

    def formula(self, words: LazyText) -> LazyText:
        """The words, with the share where a part is paid for already."""
        return format_lazy("{} {}", words, LATER) if self.share < 1 else words

    def numbers(self, **numbers: Num | Usd) -> dict[str, Num | Usd]:
        """The formula's numbers: its own, the lifetime, and the share."""
        percent = round(self.share * 100, 4)
        share = Num(percent, 0 if percent.is_integer() else 4)
        return {**numbers, "years": Num(self.v["server_lifetime_years"]), "share": share}

    def rests_on(self, *keys: str) -> tuple[str, ...]:
        """The parameters, with those that say what is paid for already."""
        return (*keys, "server_lifetime_years", *(("existing_age_years", "horizon_months") if self.share < 1 else ()))


def spread(price_usd: float, v: Values, *, existing: bool) -> Spread:
    """A purchase whose age nobody said, as a line."""
    return Spread(price_usd, to_pay(first_month(v, existing=existing), v), v)


def spread_by_age(q: OnPremQuantities, prices: list[float], v: Values) -> Spread:
    """Prices of the age groups of servers as one line: the share is their mean, weighted by price."""
    total_usd = sum(prices)
    shares = [to_pay(first, v) for first in _firsts(q, v)]
    paid_usd = sum(price * share for price, share in zip(prices, shares, strict=True))
    return Spread(round(total_usd, 2), round(paid_usd / total_usd, 6) if total_usd else 1.0, v)
