"""A region as the comparison needs it: its prices, its grid, and the choice of regions."""

from instances.catalog.queries import RegionFigure, region_figure, region_list, service_prices
from virtlab.compare.bills.items import Cited
from virtlab.compare.report.evaluate import Place
from virtlab.web import formats


def place_of(region: str) -> Place:
    """The region's service prices and grid; raises KeyError for a region that is not in the catalogue."""
    found = region_figure(region)
    grid = Cited(
        found.label, f"{formats.number(found.grid_g_per_kwh)} g CO₂e / kWh", found.source, found.source_date, found.kind
    )
    return Place(region, found.label, service_prices(region), found.grid_g_per_kwh, grid)


def regions() -> dict[str, RegionFigure]:
    """Regions with prices, by code."""
    return {row.code: row for row in region_list() if row.priced_types}
