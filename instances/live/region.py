"""A region as the lab has it: its zones with cards, and totals that are the sums of the zones."""

from dataclasses import dataclass
from datetime import datetime

from instances.catalog.queries import RegionFigure, region_figure
from instances.live.region_table import RegionTable
from instances.live.rows import InstanceRow, rows_of
from instances.live.sums import Sums
from instances.pricing.instance import month_usd
from instances.rules.availability import zones_of
from instances.rules.faults import faults_of
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

CARDS = 12


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone: its sums, its most expensive instances as cards, how many more there are, whether it is out."""

    name: str
    out: bool
    sums: Sums
    cards: list[InstanceRow]

    @property
    def more(self) -> int:
        """Instances without a card."""
        return self.sums.instances - len(self.cards)


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region with its zones. `total` is their sum, with the volumes and addresses that no instance has."""

    region: RegionFigure
    zones: list[ZoneView]
    loose: Sums
    loose_volumes_gib: int
    loose_addresses: int
    usd_jpy: float
    at: datetime

    @property
    def total(self) -> Sums:
        """All zones, and the volumes and Elastic IPs without an instance."""
        return sum((zone.sums for zone in self.zones), self.loose)

    @property
    def loose_volumes_usd_per_month(self) -> float:
        """What the volumes cost that no instance has."""
        return self.loose.volumes_usd_per_month

    @property
    def loose_addresses_usd_per_month(self) -> float:
        """What the Elastic IPs cost that nobody uses."""
        return month_usd(self.loose.addresses_usd_per_hour, 0.0)

    @property
    def jpy_per_month(self) -> float:
        """The total at the lab's exchange rate."""
        return self.total.usd_per_month * self.usd_jpy


def region_view(lab: Lab, region: str, *, cards: int = CARDS, at: datetime | None = None) -> RegionView:
    """The view of a region at the lab's time; a fixed number of queries. KeyError for an unknown region."""
    at = at or lab.lab_time()
    figure, values, faults = region_figure(region), lab_values(lab), faults_of(lab)
    table = RegionTable.load(lab, region, values, at)
    names = sorted({*zones_of(region), *table.zones})
    chosen = {name: table.most_expensive(name, cards) for name in names}
    rows = {row.pk: row for row in rows_of(lab, [key for keys in chosen.values() for key in keys], at)}
    zones = [
        ZoneView(
            name,
            faults.outage(region, name) is not None,
            table.sums(name),
            [rows[key] for key in chosen[name] if key in rows],
        )
        for name in names
    ]
    return RegionView(
        region=figure,
        zones=zones,
        loose=table.loose,
        loose_volumes_gib=table.storage.loose_gib,
        loose_addresses=table.loose_addresses,
        usd_jpy=values["usd_jpy"],
        at=at,
    )
