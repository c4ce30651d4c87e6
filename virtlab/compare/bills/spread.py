"""Purchases as the lines of a bill show them, on both sides alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Cited, Num, Usd, to_cents
from virtlab.compare.bills.purchase import Purchase, bought
from virtlab.labs.choices import FigureKind
from virtlab.web.lazy_text import LazyText

LATER = _("× %(share)s %% of the months ahead, those after its refresh")
MIXED = _("× %(share)s %% of the months ahead, those after its refresh; all of them of what is bought now")
ONCE = _("× %(share)s %% to be paid in the months ahead: under Software Assurance nothing is bought again")
NOW, WHICH_NOW = _("Bought now, before its tax"), _("What is needed and is not there today.")
ASSURANCE_KEYS = ("software_assurance_pct", "needed_assurance_pct")


@dataclass(frozen=True, slots=True)
class Spread:
    """What so much costs as its line shows it: spread over its lifetime, for the part of it and of the months ahead
    that is to be paid; `purchases`: the parts that are. `assured`: of some of it Software Assurance spares a purchase;
    `processor_keys`: what the age of some rests on, which is as old as its processors say.
    """

    price_usd: float
    purchases: Sequence[Purchase]
    v: Values
    assured: bool = False
    processor_keys: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The part that is to be paid (0 … 1), the mean of the purchases' own, weighted by their USD."""
        paid_usd = sum(purchase.usd * purchase.to_pay(self.v) for purchase in self.purchases)
        return round(paid_usd / self.price_usd, 6) if self.price_usd else 1.0

    @property
    def amount(self) -> Decimal:
        """USD per month."""
        return to_cents(unit_prices.spread_usd_per_month(self.price_usd, self.v) * self.share)

    def formula(self, words: LazyText) -> LazyText:
        """The words, with the share where a part is paid for already."""
        if self.share >= 1:
            return words
        return format_lazy("{} {}", words, ONCE if self.assured else MIXED if self._now_usd else LATER)

    def numbers(self, **numbers: Num | Usd) -> dict[str, Num | Usd]:
        """The formula's numbers: its own, the lifetime, and the share."""
        percent = round(self.share * 100, 4)
        share = Num(percent, 0 if percent.is_integer() else 4)
        return {**numbers, "years": Num(self.v["server_lifetime_years"]), "share": share}

    def rests_on(self, *keys: str) -> tuple[str | Cited, ...]:
        """The parameters, with those that say what is paid for already, and what of it is bought now."""
        aged = any(purchase.again and purchase.first for purchase in self.purchases) or self.processor_keys
        spare = ("existing_age_years", "horizon_months", *self.processor_keys) if aged else ()
        mixed = self.share < 1 and self._now_usd
        now = (Cited(NOW, Usd(self._now_usd, 2), WHICH_NOW, "2026", FigureKind.DERIVED.value),) if mixed else ()
        return (*keys, "server_lifetime_years", *spare, *(ASSURANCE_KEYS if self.assured else ()), *now)

    @property
    def _now_usd(self) -> float:
        return sum(purchase.usd for purchase in self.purchases if not purchase.first)


def spread(price_usd: float, v: Values, *, existing: bool) -> Spread:
    """A purchase whose age nobody said, as a line."""
    return Spread(price_usd, [bought(price_usd, v, existing=existing)], v)


def spread_parts(purchases: Sequence[Purchase], v: Values) -> Spread:
    """Purchases as one line."""
    return Spread(round(sum(purchase.usd for purchase in purchases), 2), purchases, v)
