"""The bill of servers of one's own. Formulas: docs/model.md, "On-prem cost"."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.licences import EDITIONS
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, exact, to_cents
from virtlab.compare.bills.labour import hours_item
from virtlab.compare.bills.onprem.around import monitoring_lines, network_lines, second_site
from virtlab.compare.bills.onprem.licences import licence_lines
from virtlab.compare.bills.onprem.purchases import spread_by_age
from virtlab.compare.bills.onprem.quantities import AROUND_KEYS, OnPremQuantities
from virtlab.compare.bills.onprem.storage import storage_lines, storage_rests_on
from virtlab.compare.bills.spread import spread

SERVER_PRICE = ("server_base_usd", "server_usd_per_core", "server_usd_per_gib")
CAPITAL = frozenset(
    {
        *("servers", "priced_servers", "gpu_cards", "network", "switches", *AROUND_KEYS),
        *("storage", "backup", "sql", "windows_cals", *(f"windows_{edition}" for edition in EDITIONS)),
    }
)
"""Keys of the lines that spread a purchase over its lifetime."""
HARDWARE = CAPITAL - {"sql", "windows_cals", *(f"windows_{edition}" for edition in EDITIONS)}
"""Those of them that are maintained."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A month's energy with the building's, and the highest kW of servers and storage together."""

    energy_kwh: float
    peak_kw: float


def bill(quantities: OnPremQuantities, draw: Draw, values: Values) -> list[Item]:
    """USD per month by line. Lines of nothing are left out.

    What is bought is spread evenly over its lifetime, and counts for the part of the months ahead in which it has to be
    paid: what is there already costs nothing until its refresh.
    """
    lines = [
        *_hosts(quantities, values),
        *licence_lines(quantities, values),
        *storage_lines(quantities, values),
        *_facility(quantities, draw.energy_kwh, values),
        *_room(quantities, draw.peak_kw, values),
        *network_lines(quantities, values),
        *monitoring_lines(quantities, values),
    ]
    lines = [*lines, second_site(lines, values), *_people(quantities, values)]
    return [line for line in lines if line.amount]


def _hosts(q: OnPremQuantities, v: Values) -> list[Item]:
    return [_servers_by_size(q, v), _priced_servers(q, v), _cards(q, v), _maintenance(q, v)]


def _servers_by_size(q: OnPremQuantities, v: Values) -> Item:
    line = spread_by_age(q, [group.sized_usd(v) for group in q.bought], v)
    numbers = line.numbers(
        servers=Num(sum(group.servers for group in q.bought)),
        base=Usd(v["server_base_usd"], 2),
        cores=Num(sum(group.cores for group in q.bought)),
        core=Usd(v["server_usd_per_core"], 2),
        gib=exact(sum(group.memory_gib for group in q.bought)),
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


def _cards(q: OnPremQuantities, v: Values) -> Item:
    line = spread(q.cards_usd(v), v, existing=q.existing_servers)
    words = _(
        "%(cards)s cards (assumed: one for each VM that uses a device of its host) × %(price)s "
        "÷ (%(years)s years × 12 months)"
    )
    return Item(
        "gpu_cards",
        "compute",
        _("GPU cards"),
        amount=line.amount,
        formula=line.formula(words),
        numbers=line.numbers(cards=Num(q.gpu_cards), price=Usd(v["gpu_card_usd"] if q.gpu_cards else 0.0, 2)),
        rests_on=line.rests_on("gpu_card_usd"),
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
        rests_on=("maintenance_pct", *_hardware_rests_on(q, v)),
    )


def _hardware_rests_on(q: OnPremQuantities, v: Values) -> tuple[str, ...]:
    """The parameters of the price of servers, network and storage that count."""
    by_size = any(group.servers for group in q.bought)
    return (
        *(SERVER_PRICE if by_size else ()),
        *(("gpu_card_usd",) if q.gpu_cards else ()),
        *("network_ports_per_server", "network_port_usd"),
        *(("switch_usd", "switch_ports") if v["switch_usd"] else ()),
        *(key for key in AROUND_KEYS if v[key]),
        *storage_rests_on(v),
        *(("backup_share_pct",) if q.backup_tb else ()),
        *(("data_reduction",) if q.reduction(v) > 1 else ()),
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
    ]


def _room(q: OnPremQuantities, peak_kw: float, v: Values) -> list[Item]:
    """What a room of one's own has besides, spread over its own lifetime; off by default."""
    peak_kw = round(peak_kw, 3)
    return [
        Item(
            "cooling",
            "facility",
            _("Cooling"),
            amount=to_cents(float(unit_prices.cooling_usd_per_month(peak_kw, v))),
            formula=_("%(power)s kW at most × %(price)s ÷ (%(years)s years × 12 months)"),
            numbers={
                "power": Num(peak_kw, 3),
                "price": Usd(v["cooling_usd_per_kw"], 2),
                "years": Num(v["cooling_lifetime_years"]),
            },
            rests_on=("cooling_usd_per_kw", "cooling_lifetime_years"),
        ),
        Item(
            "floor",
            "facility",
            _("Floor space"),
            amount=to_cents(unit_prices.floor_usd_per_month(q.rack_units, v)),
            formula=_("%(racks)s racks × %(size)s m² × %(price)s"),
            numbers={
                "racks": Num(unit_prices.racks(q.rack_units)),
                "size": Num(v["floor_m2_per_rack"], 2),
                "price": Usd(v["floor_usd_per_m2_month"], 2),
            },
            rests_on=("floor_m2_per_rack", "floor_usd_per_m2_month"),
        ),
    ]


def _people(q: OnPremQuantities, v: Values) -> list[Item]:
    return [
        hours_item("admin_servers", _("Administration of servers"), q.servers, "admin_hours_per_server", v),
        hours_item("admin_guests", _("Administration of operating systems"), q.guests, "admin_hours_per_guest", v),
    ]
