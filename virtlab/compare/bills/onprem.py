"""The bill of servers of one's own. Formulas: docs/model.md, "On-prem cost"."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import SUBSCRIPTION_KEY
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents
from virtlab.web.lazy_text import LazyText


@dataclass(frozen=True, slots=True)
class OnPremQuantities:
    """What an on-prem alternative buys, houses, licenses and looks after; already rounded as the formulas show it.

    `licensed_cores` maps a hypervisor's price parameter to the cores that it counts. `known_price_usd` is the sum over
    servers whose model has a price of its own in the catalog.
    """

    servers: int = 0
    small_servers: int = 0
    priced_servers: int = 0
    known_price_usd: float = 0.0
    rack_units: int = 0
    licensed_cores: Mapping[str, int] = field(default_factory=dict)
    windows_datacenter_cores: int = 0
    windows_standard_cores: int = 0
    linux_subscriptions: int = 0
    storage_tb: float = 0.0
    backup_tb: float = 0.0
    guests: int = 0

    @property
    def all_servers(self) -> int:
        """Servers of every size."""
        return self.servers + self.small_servers + self.priced_servers


def bill(quantities: OnPremQuantities, energy_kwh: float, values: Values) -> list[Item]:
    """USD per month by line; `energy_kwh` is the month's energy, building included. Lines of nothing are left out."""
    lines = [
        *_machines(quantities, values),
        *_licences(quantities, values),
        *_storage(quantities, values),
        *_facility(quantities, energy_kwh, values),
        *_people(quantities, values),
    ]
    return [line for line in lines if line.amount]


def capital_usd(quantities: OnPremQuantities, values: Values) -> float:
    """What is paid at once at the start and again after each lifetime: servers, network, storage, Windows licences."""
    return (
        hardware_usd(quantities, values)
        + unit_prices.windows_price_usd(quantities.windows_datacenter_cores, "datacenter", values)
        + unit_prices.windows_price_usd(quantities.windows_standard_cores, "standard", values)
    )


CAPITAL = frozenset(
    {
        "servers",
        "small_servers",
        "priced_servers",
        "network",
        "storage",
        "backup",
        "windows_datacenter",
        "windows_standard",
    }
)
"""Keys of the lines that spread a purchase over its lifetime."""


def hardware_usd(quantities: OnPremQuantities, values: Values) -> float:
    """What all servers, network ports and storage cost together."""
    return (
        quantities.known_price_usd
        + quantities.servers * values["server_price_usd"]
        + quantities.small_servers * values["small_server_price_usd"]
        + unit_prices.ports_price_usd(quantities.all_servers, values)
        + unit_prices.storage_price_usd(quantities.storage_tb + quantities.backup_tb, values)
    )


def _years(values: Values) -> Num:
    return Num(values["server_lifetime_years"])


def _machines(q: OnPremQuantities, v: Values) -> list[Item]:
    hardware = round(hardware_usd(q, v), 2)
    return [
        _servers("servers", _("Virtualization hosts"), q.servers, "server_price_usd", v),
        _servers("small_servers", _("Physical servers"), q.small_servers, "small_server_price_usd", v),
        Item(
            "priced_servers",
            "compute",
            _("Servers with a price in the catalogue"),
            amount=to_cents(unit_prices.spread_usd_per_month(q.known_price_usd, v)),
            formula=_("%(price)s in all ÷ (%(years)s years × 12 months)"),
            numbers={"price": Usd(q.known_price_usd, 2), "years": _years(v)},
            rests_on=("server_lifetime_years",),
        ),
        Item(
            "maintenance",
            "compute",
            _("Hardware maintenance"),
            amount=to_cents(unit_prices.maintenance_usd_per_month(hardware, v)),
            formula=_("%(price)s of servers, storage and network × %(percent)s %% ÷ 12 months"),
            numbers={"price": Usd(hardware, 2), "percent": Num(v["maintenance_pct"])},
            rests_on=("maintenance_pct", "server_price_usd", "storage_usd_per_tb", "network_port_usd"),
        ),
    ]


def _servers(key: str, name: LazyText, count: int, price_key: str, v: Values) -> Item:
    return Item(
        key,
        "compute",
        name,
        amount=to_cents(unit_prices.spread_usd_per_month(count * v[price_key], v)),
        formula=_("%(servers)s servers × %(price)s ÷ (%(years)s years × 12 months)"),
        numbers={"servers": Num(count), "price": Usd(v[price_key], 2), "years": _years(v)},
        rests_on=(price_key, "server_lifetime_years"),
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
        _windows("datacenter", _("Windows Server Datacenter"), q.windows_datacenter_cores, v),
        _windows("standard", _("Windows Server Standard"), q.windows_standard_cores, v),
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


def _windows(edition: str, name: LazyText, cores: int, v: Values) -> Item:
    price_key = f"windows_{edition}_usd_per_16_cores"
    return Item(
        f"windows_{edition}",
        "licences",
        name,
        amount=to_cents(unit_prices.spread_usd_per_month(unit_prices.windows_price_usd(cores, edition, v), v)),
        formula=_("%(cores)s cores ÷ 16 × %(price)s ÷ (%(years)s years × 12 months)"),
        numbers={"cores": Num(cores), "price": Usd(v[price_key], 2), "years": _years(v)},
        rests_on=(price_key, "server_lifetime_years"),
    )


def _storage(q: OnPremQuantities, v: Values) -> list[Item]:
    return [
        _terabytes("storage", _("Storage"), q.storage_tb, ("storage_usd_per_tb", "server_lifetime_years"), v),
        _terabytes(
            "backup", _("Backups"), q.backup_tb, ("storage_usd_per_tb", "backup_share_pct", "server_lifetime_years"), v
        ),
    ]


def _terabytes(key: str, name: LazyText, size_tb: float, rests_on: tuple[str, ...], v: Values) -> Item:
    return Item(
        key,
        "storage",
        name,
        amount=to_cents(unit_prices.spread_usd_per_month(unit_prices.storage_price_usd(size_tb, v), v)),
        formula=_("%(size)s TB × %(price)s ÷ (%(years)s years × 12 months)"),
        numbers={"size": Num(size_tb, 3), "price": Usd(v["storage_usd_per_tb"], 2), "years": _years(v)},
        rests_on=rests_on,
    )


def _facility(q: OnPremQuantities, energy_kwh: float, v: Values) -> list[Item]:
    ports_usd = unit_prices.ports_price_usd(q.all_servers, v)
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
        Item(
            "network",
            "network",
            _("Network ports"),
            amount=to_cents(unit_prices.spread_usd_per_month(ports_usd, v)),
            formula=_("%(servers)s servers × %(ports)s ports × %(price)s ÷ (%(years)s years × 12 months)"),
            numbers={
                "servers": Num(q.all_servers),
                "ports": Num(v["network_ports_per_server"]),
                "price": Usd(v["network_port_usd"], 2),
                "years": _years(v),
            },
            rests_on=("network_ports_per_server", "network_port_usd", "server_lifetime_years"),
        ),
    ]


def _people(q: OnPremQuantities, v: Values) -> list[Item]:
    return [
        hours_item("admin_servers", _("Administration of servers"), q.all_servers, "admin_hours_per_server", v),
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
