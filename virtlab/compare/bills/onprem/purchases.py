"""Purchases: when they are paid, how they are spread, and what of them is paid for already."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import EDITIONS
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Num, Usd, to_cents
from virtlab.compare.bills.onprem.due import first_month, to_pay
from virtlab.compare.bills.onprem.quantities import OnPremQuantities, around_usd
from virtlab.compare.bills.purchase import Purchase
from virtlab.web.lazy_text import LazyText

LATER = _("× %(share)s %% of the months ahead, those after its refresh")


def purchases(q: OnPremQuantities, v: Values) -> list[Purchase]:
    """What is bought: servers by their age, and network, storage and Microsoft's licences as old as assumed; licences
    that are not there now.
    """
    storage_usd = q.storage_usd(v) + q.sql_usd(v) + q.cals_usd(v) + around_usd(v)
    bought = [
        *zip(firsts(q, v), (group.price_usd(v) for group in q.bought), strict=True),
        (first_month(v, existing=q.existing_servers), q.network_usd(v)),
        (first_month(v, existing=q.existing_servers), q.cards_usd(v)),
        (first_month(v, existing=q.existing_storage), storage_usd),
        *((first, usd) for edition in EDITIONS for usd, first in windows_parts(edition, q, v)),
    ]
    every = int(unit_prices.lifetime_months(v))
    return [Purchase(usd, first, every) for first, usd in bought if usd]


def firsts(q: OnPremQuantities, v: Values) -> list[int]:
    """The month in which each age group of servers is bought."""
    return [first_month(v, existing=q.existing_servers, age_months=group.age_months) for group in q.bought]


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
    return Spread(price_usd, round(to_pay(first_month(v, existing=existing), v), 6), v)


def windows_parts(edition: str, q: OnPremQuantities, v: Values) -> list[tuple[float, int]]:
    """USD of an edition's licences that are there, and of those that are not, each with the month of its purchase."""
    owned_usd = q.owned_windows_usd(edition, v)
    return [(owned_usd, first_month(v, existing=q.existing_storage)), (q.windows_usd(edition, v) - owned_usd, 0)]


def spread_by_age(q: OnPremQuantities, prices: list[float], v: Values) -> Spread:
    """Prices of the age groups of servers as one line."""
    return spread_parts(list(zip(prices, firsts(q, v), strict=True)), v)


def spread_parts(parts: Sequence[tuple[float, int]], v: Values) -> Spread:
    """USD of parts, each with the month of its purchase, as one line: the share is their mean, weighted by price."""
    total_usd = sum(price for price, _first in parts)
    paid_usd = sum(price * to_pay(first, v) for price, first in parts)
    return Spread(round(total_usd, 2), round(paid_usd / total_usd, 6) if total_usd else 1.0, v)
