"""What people's work costs, on both sides alike."""

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.web.lazy_text import LazyText


def hours_item(key: str, name: LazyText, units: int, hours_key: str, v: Values) -> Item:
    """An administrator's hours for so many units."""
    return Item(
        key,
        "people",
        name,
        amount=to_cents(unit_prices.administration_usd_per_month(units, hours_key, v)),
        formula=_("%(units)s × %(hours)s hours × %(price)s"),
        numbers={"units": Num(units), "hours": Num(v[hours_key], 2), "price": Usd(v["admin_usd_per_hour"], 2)},
        rests_on=(hours_key, "admin_usd_per_hour"),
    )
