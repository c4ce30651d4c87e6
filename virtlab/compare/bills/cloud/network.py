"""What a cloud's network costs beside data out: gateways, load balancers, addresses, zones, ways to the own site."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.cloud.service_lines import Prices, priced
from virtlab.compare.bills.items import Item, Num, Usd, exact, to_cents
from virtlab.engine.units import HOURS_PER_MONTH
from virtlab.web.lazy_text import LazyText

Values = Mapping[str, float]
BY_HOUR: tuple[tuple[str, LazyText, str, str], ...] = (
    ("nat", _("NAT gateways"), "nat_gateways", "nat-gateway-hour"),
    ("load_balancers", _("Load balancers"), "load_balancers", "alb-hour"),
    ("ipv4", _("Public IPv4 addresses"), "public_ipv4", "public-ipv4-hour"),
)
BY_GB: tuple[tuple[str, LazyText, str, str], ...] = (
    ("nat_data", _("Data through NAT gateways"), "nat_gb", "nat-gateway-gb"),
    ("zones", _("Data between zones"), "inter_zone_gb", "data-between-zones-gb"),
)
"""Key, name, the parameter that says how much, and the catalogue's item that says its price."""
OWN: tuple[tuple[str, LazyText, str, str, bool], ...] = (
    ("load_units", _("Load balancer capacity units"), "load_balancer_units", "lcu_usd_per_hour", True),
    ("vpn", _("Site-to-site VPN"), "vpn_connections", "vpn_usd_per_hour", True),
    ("direct_connect", _("Direct Connect ports"), "direct_connect_ports", "direct_connect_usd_per_hour", True),
    ("direct_connect_data", _("Data out by Direct Connect"), "direct_connect_gb", "direct_connect_usd_per_gb", False),
)
"""The same with the parameter of the price, and whether it is by the hour."""


def network(v: Values, prices: Prices) -> list[Item]:
    """The lines; all of nothing by default."""
    hours = [
        priced(key, name, (v[amount] * HOURS_PER_MONTH, item, HOURS), prices, also=(amount,))
        for key, name, amount, item in BY_HOUR
    ]
    data = [priced(key, name, (v[amount], item, GIB), prices, also=(amount,)) for key, name, amount, item in BY_GB]
    return [*hours, *data, *(_own(line, v) for line in OWN)]


HOURS, GIB = _("%(amount)s hours × %(price)s"), _("%(amount)s GiB × %(price)s")
"""What AWS's price list calls a GB is 2³⁰ bytes: a volume of 100 GiB is billed 100 GB-months (docs/catalog.md)."""
UNITS = _("%(amount)s × 730 hours × %(price)s")


def _own(line: tuple[str, LazyText, str, str, bool], v: Values) -> Item:
    key, name, amount, price, hourly = line
    usd = v[amount] * v[price] * (HOURS_PER_MONTH if hourly else 1.0)
    numbers: dict[str, Num | Usd] = {"amount": exact(v[amount]), "price": Usd(v[price], 4)}
    rests_on = (amount, price)
    return Item(key, "network", name, to_cents(usd), UNITS if hourly else GIB, numbers, rests_on=rests_on)
