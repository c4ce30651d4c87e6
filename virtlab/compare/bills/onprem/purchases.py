"""What on-prem alternatives buy, and when."""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import CATEGORIES
from virtlab.compare.bills.microsoft import LICENCE_NAMES
from virtlab.compare.bills.onprem.quantities import AROUND_KEYS, OnPremQuantities, network_usd
from virtlab.compare.bills.purchase import Purchase, bought
from virtlab.compare.bills.spread import Spread, spread_parts
from virtlab.labs.parameters import SPECS

SERVERS, NETWORK, CARDS = _("Servers"), _("Network ports and switches"), _("GPU cards")
STORAGE = CATEGORIES["storage"]


def purchases(q: OnPremQuantities, v: Values) -> list[Purchase]:
    """What is bought: servers by their age, network and storage as old as assumed, licences of Microsoft by what of
    them is there.
    """
    together = [
        *(servers.named(SERVERS) for servers in by_age(q, [group.price_usd(v) for group in q.bought], v)),
        *(network.named(NETWORK) for network in by_servers(q, network_usd, v)),
        bought(q.cards_usd(v), v, existing=q.existing_servers).named(CARDS),
        bought(q.storage_usd(v), v, existing=q.existing_storage).named(STORAGE),
        *(bought(v[key], v, existing=q.existing_storage).named(SPECS[key].label) for key in AROUND_KEYS),
        *(kept.named(LICENCE_NAMES[key]) for key, own in q.licences(v).items() for kept in own.purchases(v)),
    ]
    return [purchase for purchase in together if purchase.usd]


def by_age(q: OnPremQuantities, prices: list[float], v: Values) -> list[Purchase]:
    """Prices of the age groups of servers, each in the month in which it is due."""
    groups = zip(q.bought, prices, strict=True)
    return [
        bought(usd, v, existing=q.existing_servers and not group.new, age_months=group.age_at(v))
        for group, usd in groups
    ]


def by_servers(q: OnPremQuantities, price_usd: Callable[[int, Values], float], v: Values) -> list[Purchase]:
    """What so many servers need: of those that are there at its refresh, what those beside them need more now."""
    there_usd = price_usd(q.servers - q.new_servers, v)
    more_usd = price_usd(q.servers, v) - there_usd
    return [bought(there_usd, v, existing=q.existing_servers), bought(more_usd, v, existing=False)]


def spread_by_age(q: OnPremQuantities, prices: list[float], v: Values) -> Spread:
    """Prices of the age groups of servers as one line."""
    return replace(spread_parts(by_age(q, prices, v), v), processor_keys=q.processor_keys)
