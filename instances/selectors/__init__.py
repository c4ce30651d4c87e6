"""Reads of the cloud side: the catalogue, and what a lab has of it."""

from instances.selectors.catalogue import (
    RegionFigure,
    ServiceFigure,
    grid_g_per_kwh,
    price_kind_counts,
    region_figure,
    region_list,
    service_prices,
    type_table,
)

__all__ = [
    "RegionFigure",
    "ServiceFigure",
    "grid_g_per_kwh",
    "price_kind_counts",
    "region_figure",
    "region_list",
    "service_prices",
    "type_table",
]
