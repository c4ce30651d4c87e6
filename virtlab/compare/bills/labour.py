"""What people's work costs, on both sides alike."""

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.web.lazy_text import LazyText

WITH_OFF = _("%(units)s systems, running or off × %(hours)s hours × %(price)s")
SYSTEMS = _("%(units)s systems × %(hours)s hours × %(price)s")
WORDS: dict[str, LazyText] = {
    "admin_servers": _("%(units)s servers × %(hours)s hours × %(price)s"),
    "admin_guests": WITH_OFF,
    "migration": WITH_OFF,
    "admin_containers": _("%(units)s containers and functions × %(hours)s hours × %(price)s"),
}
"""What is counted, by the key of its line; systems by default."""


def hours_item(key: str, name: LazyText, units: int, hours_key: str, v: Values) -> Item:
    """An administrator's hours for so many units."""
    return Item(
        key,
        "people",
        name,
        amount=to_cents(unit_prices.administration_usd_per_month(units, hours_key, v)),
        formula=WORDS.get(key, SYSTEMS),
        numbers={"units": Num(units), "hours": Num(v[hours_key], 2), "price": Usd(v["admin_usd_per_hour"], 2)},
        rests_on=(hours_key, "admin_usd_per_hour"),
    )
