"""A region as the comparison needs it: its prices, its grid, and the choice of regions."""

from dataclasses import dataclass

from instances.catalog.prices import service_prices
from instances.catalog.queries import RegionFigure, region_figure, region_list
from virtlab.compare.bills.cloud.service_lines import Prices
from virtlab.compare.bills.items import Cited
from virtlab.compare.inputs.own_prices import NONE_OF_OWN, OwnPrices
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class Place:
    """A region's prices and the carbon of its grid."""

    code: str
    name: str
    prices: Prices
    grid_g_per_kwh: float
    grid: Cited


def place_of(region: str, own: OwnPrices = NONE_OF_OWN) -> Place:
    """The region's service prices, the lab's own before the catalogue's, and its grid.

    Raises KeyError for a region that is not in the catalog.
    """
    figure = region_figure(region)
    # A figure of the grid is of a zone (the region's country) and a year: the year's average.
    shown = f"{formats.number(figure.grid_g_per_kwh)} g CO₂e / kWh · {figure.country} · {figure.source_date[:4]}"
    grid = Cited(figure.label, shown, figure.source, figure.source_date, figure.kind)
    return Place(region, figure.label, own.services(service_prices(region)), figure.grid_g_per_kwh, grid)


def regions() -> dict[str, RegionFigure]:
    """Regions with prices, by code."""
    return {row.code: row for row in region_list() if row.priced_types}
