"""Lines of what the catalogue has a price for: an amount, and its price in the region."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import ServiceFigure
from instances.choices import SERVICE_ITEMS
from virtlab.compare.bills.items import Cited, Item, Num, Usd, to_cents
from virtlab.labs.choices import is_own
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

Prices = Mapping[str, ServiceFigure]
ITEM_CATEGORIES = {
    "eks": "compute",
    "lambda": "compute",
    "ebs": "storage",
    "data": "network",
    "nat": "network",
    "alb": "network",
    "public": "network",
}
"""What a line is spent on, by the first word of the catalogue's item."""


def priced(
    key: str, name: LazyText, amount: tuple[float, str, LazyText], prices: Prices, also: tuple[str | Cited, ...] = ()
) -> Item:
    """The line of (how much, of which item, the formula); `also`: parameters that it rests on beside the price."""
    much, item, formula = amount
    price = prices[item]
    if not price.known:
        return _unpriced(key, name, amount, also)
    usd = Usd(price.usd, digits_of(price))
    label: LazyText = SERVICE_ITEMS[item]
    own: tuple[str, ...] = ()
    if is_own(price.kind):
        label, own = format_lazy("{} ({})", label, _("yours")), (item,)
    cited = Cited(label, usd, price.source, price.source_date, price.kind, own)
    return Item(
        key,
        _category(item),
        name,
        amount=to_cents(much * price.usd),
        formula=formula,
        numbers={"amount": Num(much, 3), "price": usd},
        rests_on=(cited, *also),
    )


def _category(item: str) -> str:
    return ITEM_CATEGORIES[item.split("-", maxsplit=1)[0]]


def _unpriced(key: str, name: LazyText, amount: tuple[float, str, LazyText], also: tuple[str | Cited, ...]) -> Item:
    """The line of an item without a price; of nothing where nothing of it is used."""
    much, item, _formula = amount
    cited = Cited(SERVICE_ITEMS[item], formats.NOT_IN_CATALOGUE, "", "", "")
    return Item(
        key,
        _category(item),
        name,
        amount=to_cents(0.0),
        formula=_("%(amount)s × a price that is not in the catalogue"),
        numbers={"amount": Num(much, 3)},
        rests_on=(cited, *also),
        unpriced=much > 0,
    )


@lru_cache(maxsize=4_096)
def digits_of(price: ServiceFigure) -> int:
    """Decimals that a price has, at least two: a formula prints all of them, so that it gives its amount."""
    exponent = price.usd_exact.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2
