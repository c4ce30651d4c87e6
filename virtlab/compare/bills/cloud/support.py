"""The cloud's support plans: the greater of a least amount and a share of the month's charges by tiers."""

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.parameters.support_plans import SUPPORT, SUPPORT_KEY, Support
from virtlab.web.lazy_text import LazyText


def support(bill_usd: float, values: Mapping[str, float]) -> Item:
    """The line of the plan in force, for charges of so many USD a month."""
    plan = SUPPORT[int(values[SUPPORT_KEY])]
    parts = _parts(bill_usd, plan)
    share_usd = sum(usd * percent / 100 for usd, percent in parts)
    if share_usd <= plan.least_usd:
        least = {"least": Usd(plan.least_usd, 2)}
        return _line(plan, plan.least_usd, _("%(least)s, the least of this plan"), least)
    formula: LazyText = ""
    numbers: dict[str, Num | Usd] = {}
    for number, (usd, percent) in enumerate(parts):
        term = f"%(usd{number})s × %(percent{number})s %%"
        formula = format_lazy("{} + {}", formula, term) if number else term
        numbers |= {f"usd{number}": Usd(usd, 2), f"percent{number}": Num(percent)}
    return _line(plan, share_usd, formula, numbers)


def _parts(bill_usd: float, plan: Support) -> list[tuple[float, float]]:
    """What of the charges falls into each tier, and its per cent."""
    parts, low = [], 0.0
    for high, percent in plan.tiers:
        if bill_usd > low:
            parts.append((round(min(bill_usd, high) - low, 2), percent))
        low = high
    return parts


def _line(plan: Support, usd: float, formula: LazyText, numbers: Mapping[str, Num | Usd]) -> Item:
    name = format_lazy("{}: {}", _("Support plan"), plan.name)
    return Item("support", "people", name, to_cents(usd), formula, numbers, rests_on=(SUPPORT_KEY,))
