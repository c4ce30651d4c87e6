"""A month's energy and the carbon of its use, line by line. Formulas: docs/model.md, "Power and energy"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.items import Cited, Item, Num, exact, to_wh, total
from virtlab.engine.units import HOURS_PER_DAY, kwh_per_month
from virtlab.web.lazy_text import LazyText

Values = Mapping[str, float]
SITE_KEY = "second_site_pct"
"""The parameter of the share that a second site has of the first."""
ONPREM_DISKS = ("storage_w_per_tb_onprem", "storage_copies_onprem", "storage_copies_onprem")
CLOUD_DISKS = ("storage_w_per_tb_cloud", "storage_copies_cloud", "snapshot_copies_cloud")
"""Parameters of the watts of a TB, and of the disk space behind a TB of storage and behind one of backups."""


@dataclass(frozen=True, slots=True)
class MachineEnergy:
    """Hosts or instances: watts on average while they run, the hours of a day in which they do, and what says so."""

    mean_w: float
    hours: float
    rests_on: tuple[str | Cited, ...]

    @property
    def item(self) -> Item:
        """KWh of a month."""
        return Item(
            "machines",
            "compute",
            _("Hosts or instances"),
            amount=to_wh(kwh_per_month(self.mean_w) * self.hours / HOURS_PER_DAY),
            formula=_("%(power)s W on average while they run × 730 hours × %(hours)s ÷ 24 ÷ 1000"),
            numbers={"power": Num(self.mean_w, 3), "hours": exact(self.hours)},
            rests_on=self.rests_on,
        )


@dataclass(frozen=True, slots=True)
class Disks:
    """TB of storage and of backups, the TB of disks behind one of each, and the watts of a TB of disks."""

    size_tb: tuple[float, float]
    copies: tuple[float, float]
    w_per_tb: float
    keys: tuple[str, str, str]

    @classmethod
    def of(cls, storage_tb: float, backup_tb: float, keys: tuple[str, str, str], values: Values) -> "Disks":
        w_per_tb, *copies = (values[key] for key in keys)
        return cls((storage_tb, backup_tb), (copies[0], copies[1]), w_per_tb, keys)

    @property
    def each_w(self) -> tuple[float, float]:
        """Watts behind a TB of storage and behind one of backups."""
        return self.copies[0] * self.w_per_tb, self.copies[1] * self.w_per_tb

    @property
    def power_w(self) -> float:
        """Watts of all disks."""
        return sum(size_tb * watts for size_tb, watts in zip(self.size_tb, self.each_w, strict=True))

    @property
    def items(self) -> list[Item]:
        """KWh of a month, a line for storage and one for backups."""
        named = zip(("storage", "backups"), (_("Storage"), _("Backups")), self.size_tb, self.copies, strict=True)
        return [
            Item(
                key,
                "storage",
                name,
                amount=to_wh(kwh_per_month(size_tb * copies * self.w_per_tb)),
                formula=_("%(size)s TB × %(copies)s × %(power)s W × 730 hours ÷ 1000"),
                numbers={"size": Num(size_tb, 3), "copies": Num(copies, 2), "power": Num(self.w_per_tb, 3)},
                rests_on=(self.keys[0], copies_key),
            )
            for (key, name, size_tb, copies), copies_key in zip(named, self.keys[1:], strict=True)
        ]


def energy(machines: MachineEnergy, disks: Disks, pue_key: str, values: Values) -> tuple[Item, ...]:
    """KWh of machines, disks and building. Lines of nothing are left out."""
    it = [machines.item, *disks.items]
    it_kwh = float(total(it))
    building = Item(
        "building",
        "facility",
        _("Cooling and losses of the building"),
        amount=to_wh(it_kwh * (values[pue_key] - 1)),
        formula=_("%(energy)s kWh × (%(pue)s − 1)"),
        numbers={"energy": Num(it_kwh, 3), "pue": Num(values[pue_key], 3)},
        rests_on=(pue_key,),
    )
    return tuple(item for item in (*it, building) if item.amount)


def second_site(lines: Iterable[Item], values: Values) -> tuple[Item, ...]:
    """The share of a balance that a second site has, as of the money: what stands there is made, and runs as the first
    does. No line where there is none.
    """
    amount = float(total(lines))
    site = Item(
        "second_site",
        "facility",
        _("Second site"),
        amount=to_wh(amount * values[SITE_KEY] / 100),
        formula=_("%(amount)s × %(percent)s %%"),
        numbers={"amount": Num(amount, 3), "percent": Num(values[SITE_KEY])},
        rests_on=(SITE_KEY,),
    )
    return (site,) if site.amount else ()


LOCATION = _("Electricity, location-based: the grid's average over a year")
MARKET = _("Electricity, market-based: as contracted")
NO_CONTRACT = _("Electricity, market-based; no contract's figure is given, so the grid's average over a year")


@dataclass(frozen=True, slots=True)
class Grid:
    """What a kWh emits, what that rests on, and how it is counted."""

    g_per_kwh: float
    rests_on: tuple[str | Cited, ...]
    name: LazyText = LOCATION

    @classmethod
    def of(cls, local: "Grid", market_key: str, values: Values) -> "Grid":
        """The local grid's, or that of the contract where the reader counts by the market and one is given."""
        if not values["carbon_method"]:
            return local
        if values[market_key] < 0:
            return replace(local, rests_on=(*local.rests_on, market_key), name=NO_CONTRACT)
        return cls(values[market_key], (market_key,), MARKET)


def carbon(kwh: Decimal, grid: Grid) -> tuple[Item, ...]:
    """Kg CO2e of so much energy."""
    item = Item(
        "grid",
        "facility",
        grid.name,
        amount=to_wh(float(kwh) * grid.g_per_kwh / 1000),
        formula=_("%(energy)s kWh × %(grid)s g ÷ 1000"),
        numbers={"energy": Num(float(kwh), 3), "grid": Num(grid.g_per_kwh, 1)},
        rests_on=(*grid.rests_on, "carbon_method"),
    )
    return (item,)
