"""What a move to the cloud costs a single time."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.bills.labour import hours_item
from virtlab.web.lazy_text import LazyText


def moving_in(systems: int, month_usd: Decimal, v: Values) -> list[Item]:
    """USD by line for so many systems whose month costs so much there. Lines of nothing are left out."""
    moving = hours_item("migration", _("Moving the systems"), systems, "migration_hours_per_system", v)
    lines = [moving, _both_run(month_usd, v), *(_sum(key, name, v) for key, name in SUMS)]
    return [line for line in lines if line.amount]


def _both_run(month_usd: Decimal, v: Values) -> Item:
    months = v["dual_running_months"]
    return Item(
        "both_run",
        "compute",
        _("The cloud, while the hosts still run"),
        amount=to_cents(float(month_usd) * months),
        formula=_("%(bill)s × %(months)s months"),
        numbers={"bill": Usd(float(month_usd), 2), "months": Num(months)},
        rests_on=("dual_running_months",),
    )


def _sum(key: str, name: LazyText, v: Values) -> Item:
    return Item(key, "people", name, to_cents(v[key]), _("%(price)s once"), {"price": Usd(v[key], 2)}, rests_on=(key,))


SUMS: tuple[tuple[str, LazyText], ...] = (
    ("training_usd", _("Training")),
    ("decommissioning_usd", _("Taking out what was there")),
)
