"""The bill of servers of one's own. Formulas: docs/model.md, "On-prem cost"."""

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import SUBSCRIPTION_KEY
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.compare.bills.onprem_quantities import EDITIONS, OnPremQuantities
from virtlab.compare.bills.purchases import spread, spread_by_age
from virtlab.web.lazy_text import LazyText

SERVER_PRICE = ("server_base_usd", "server_usd_per_core", "server_usd_per_gib")
CAPITAL = frozenset({"servers", "priced_servers", "network", "storage", "backup", *(f"windows_{e}" for e in EDITIONS)})
"""Keys of the lines that spread a purchase over its lifetime."""


def bill(quantities: OnPremQuantities, energy_kwh: float, values: Values) -> list[Item]:
    """USD per month by line; `energy_kwh` is the month's energy, building included. Lines of nothing are left out.

    What is bought is spread evenly over its lifetime, and counts for the part of the months ahead in which it has to be
    paid: what is there already costs nothing until its refresh.
    """
    lines = [
        *_hosts(quantities, values),
        *_licences(quantities, values),
        *_storage(quantities, values),
        *_facility(quantities, energy_kwh, values),
        *_people(quantities, values),
    ]
    return [line for line in lines if line.amount]


def _hosts(q: OnPremQuantities, v: Values) -> list[Item]:
    return [_servers_by_size(q, v), _priced_servers(q, v), _maintenance(q, v)]


def _servers_by_size(q: OnPremQuantities, v: Values) -> Item:
    line = spread_by_age(q, [group.sized_usd(v) for group in q.bought], v)
    numbers = line.numbers(
        servers=Num(sum(group.servers for group in q.bought)),
        base=Usd(v["server_base_usd"], 2),
        cores=Num(sum(group.cores for group in q.bought)),
        core=Usd(v["server_usd_per_core"], 2),
        gib=Num(sum(group.memory_gib for group in q.bought)),
        each=Usd(v["server_usd_per_gib"], 2),
    )
    words = _(
        "(%(servers)s servers × %(base)s + %(cores)s cores × %(core)s + %(gib)s GiB × %(each)s) "
        "÷ (%(years)s years × 12 months)"
    )
    return Item(
        "servers",
        "compute",
        _("Servers"),
        line.amount,
        line.formula(words),
        numbers,
        rests_on=line.rests_on(*SERVER_PRICE),
    )


def _priced_servers(q: OnPremQuantities, v: Values) -> Item:
    line = spread_by_age(q, [group.known_price_usd for group in q.bought], v)
    return Item(
        "priced_servers",
        "compute",
        _("Servers with a price in the catalogue"),
        amount=line.amount,
        formula=line.formula(_("%(price)s in all ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(price=Usd(line.price_usd, 2)),
        rests_on=line.rests_on(),
    )


def _maintenance(q: OnPremQuantities, v: Values) -> Item:
    hardware = round(q.hardware_usd(v), 2)
    return Item(
        "maintenance",
        "compute",
        _("Hardware maintenance"),
        amount=to_cents(unit_prices.maintenance_usd_per_month(hardware, v)),
        formula=_("%(price)s of servers, storage and network × %(percent)s %% ÷ 12 months"),
        numbers={"price": Usd(hardware, 2), "percent": Num(v["maintenance_pct"])},
        rests_on=("maintenance_pct", *SERVER_PRICE, "storage_usd_per_tb", "network_port_usd"),
    )


def _licences(q: OnPremQuantities, v: Values) -> list[Item]:
    hypervisors = [
        Item(
            f"hypervisor_{key}",
            "licences",
            _("Hypervisor licences"),
            amount=to_cents(unit_prices.licences_usd_per_month(cores, key, v)),
            formula=_("%(cores)s licensed cores × %(price)s a year ÷ 12 months"),
            numbers={"cores": Num(cores), "price": Usd(v[key], 2)},
            rests_on=(key, "licence_min_cores_per_cpu"),
        )
        for key, cores in q.licensed_cores.items()
    ]
    return [
        *hypervisors,
        _windows("datacenter", _("Windows Server Datacenter"), q, v),
        _windows("standard", _("Windows Server Standard"), q, v),
        Item(
            "linux",
            "licences",
            _("Enterprise Linux subscriptions"),
            amount=to_cents(unit_prices.licences_usd_per_month(q.linux_subscriptions, SUBSCRIPTION_KEY, v)),
            formula=_("%(systems)s systems × %(price)s a year ÷ 12 months"),
            numbers={"systems": Num(q.linux_subscriptions), "price": Usd(v[SUBSCRIPTION_KEY], 2)},
            rests_on=(SUBSCRIPTION_KEY,),
        ),
    ]


def _windows(edition: str, name: LazyText, q: OnPremQuantities, v: Values) -> Item:
    price_key = f"windows_{edition}_usd_per_16_cores"
    line = spread(q.windows_usd(edition, v), v, existing=q.existing_storage)
    return Item(
        f"windows_{edition}",
        "licences",
        name,
        amount=line.amount,
        formula=line.formula(_("%(cores)s cores ÷ 16 × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(cores=Num(q.licensed_for_windows(edition, v)), price=Usd(v[price_key], 2)),
        rests_on=line.rests_on(price_key),
    )


def _storage(q: OnPremQuantities, v: Values) -> list[Item]:
    return [
        _terabytes("storage", _("Storage"), q.storage_tb, ("storage_usd_per_tb",), (q, v)),
        _terabytes("backup", _("Backups"), q.backup_tb, ("storage_usd_per_tb", "backup_share_pct"), (q, v)),
    ]


def _terabytes(
    key: str, name: LazyText, size_tb: float, rests_on: tuple[str, ...], of: tuple[OnPremQuantities, Values]
) -> Item:
    q, v = of
    line = spread(float(unit_prices.storage_price_usd(size_tb, v)), v, existing=q.existing_storage)
    return Item(
        key,
        "storage",
        name,
        amount=line.amount,
        formula=line.formula(_("%(size)s TB × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(size=Num(size_tb, 3), price=Usd(v["storage_usd_per_tb"], 2)),
        rests_on=line.rests_on(*rests_on),
    )


def _facility(q: OnPremQuantities, energy_kwh: float, v: Values) -> list[Item]:
    return [
        Item(
            "electricity",
            "facility",
            _("Electricity"),
            amount=to_cents(unit_prices.electricity_usd(energy_kwh, v)),
            formula=_("%(energy)s kWh, building included × %(price)s"),
            numbers={"energy": Num(energy_kwh, 3), "price": Usd(v["electricity_usd_per_kwh"], 4)},
            rests_on=("electricity_usd_per_kwh", "pue_onprem"),
        ),
        Item(
            "rack",
            "facility",
            _("Rack space"),
            amount=to_cents(unit_prices.rack_usd_per_month(q.rack_units, v)),
            formula=_("%(units)s rack units × %(price)s"),
            numbers={"units": Num(q.rack_units), "price": Usd(v["rack_unit_usd_per_month"], 2)},
            rests_on=("rack_unit_usd_per_month",),
        ),
        _network(q, v),
    ]


def _network(q: OnPremQuantities, v: Values) -> Item:
    line = spread(q.ports_usd(v), v, existing=q.existing_servers)
    return Item(
        "network",
        "network",
        _("Network ports"),
        amount=line.amount,
        formula=line.formula(_("%(servers)s servers × %(ports)s ports × %(price)s ÷ (%(years)s years × 12 months)")),
        numbers=line.numbers(
            servers=Num(q.servers), ports=Num(v["network_ports_per_server"]), price=Usd(v["network_port_usd"], 2)
        ),
        rests_on=line.rests_on("network_ports_per_server", "network_port_usd"),
    )


def _people(q: OnPremQuantities, v: Values) -> list[Item]:
    return [
        hours_item("admin_servers", _("Administration of servers"), q.servers, "admin_hours_per_server", v),
        hours_item("admin_guests", _("Administration of operating systems"), q.guests, "admin_hours_per_guest", v),
    ]


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
