"""A region as the comparison needs it: its prices, its grid, and the choice of regions."""

from dataclasses import dataclass

from instances.catalog.prices import service_prices
from instances.catalog.queries import RegionFigure, region_figure, region_list
from virtlab.compare.bills.cloud import Prices
from virtlab.compare.bills.items import Cited
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Place:
    """A region's prices and the carbon of its grid."""

    code: str
    name: str
    prices: Prices
    grid_g_per_kwh: float
    grid: Cited


def place_of(region: str) -> Place:
    """The region's service prices and grid; raises KeyError for a region that is not in the catalog."""
    figure = region_figure(region)
    shown = f"{formats.number(figure.grid_g_per_kwh)} g CO₂e / kWh"
    grid = Cited(figure.label, shown, figure.source, figure.source_date, figure.kind)
    return Place(region, figure.label, service_prices(region), figure.grid_g_per_kwh, grid)


def regions() -> dict[str, RegionFigure]:
    """Regions with prices, by code."""
    return {row.code: row for row in region_list() if row.priced_types}
