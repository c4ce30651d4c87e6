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
from instances.selectors.region_view import RegionView, Sums, ZoneView, region_view
from instances.selectors.rows import SORTS, InstanceRow, instances_of, present, rows_of

__all__ = [
    "SORTS",
    "InstanceRow",
    "RegionFigure",
    "RegionView",
    "ServiceFigure",
    "Sums",
    "ZoneView",
    "grid_g_per_kwh",
    "instances_of",
    "present",
    "price_kind_counts",
    "region_figure",
    "region_list",
    "region_view",
    "rows_of",
    "service_prices",
    "type_table",
]
