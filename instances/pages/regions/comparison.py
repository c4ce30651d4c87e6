"""Regions side by side: what a basket of types costs in each, its grid, and what a move from one to another changes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from instances.catalog.prices import service_prices
from instances.catalog.queries import RegionFigure, region_figure, region_list, type_table
from instances.choices import SERVICE_ITEMS
from instances.models import Price

BASKET = ("c6g.large", "c6in.large", "i4i.large", "m6g.large", "r6g.large", "r7g.large")
"""Types whose price is known in all 30 regions: one of each is the basket."""


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with the price of the basket (USD per hour) and what that is beside the base region's (1 = the same)."""

    figure: RegionFigure
    basket_usd: float | None
    index: float | None
    here: bool

    # What the list sorts by.
    @property
    def code(self) -> str:
        return self.figure.code

    @property
    def zones(self) -> int:
        """Availability zones."""
        return self.figure.zones

    @property
    def types(self) -> int:
        """Types offered."""
        return self.figure.types

    @property
    def grid(self) -> float:
        """Grid intensity, g CO2e per kWh."""
        return self.figure.grid_g_per_kwh

    @property
    def price(self) -> float:
        """The index, for sorting; unknown comes last."""
        return self.index if self.index is not None else float("inf")


@dataclass(frozen=True, slots=True)
class FamilyRatio:
    """A family's price in the new region as a multiple of the old one's, the median over its sizes."""

    family: str
    ratio: float
    types: int


@dataclass(frozen=True, slots=True)
class ServiceRatio:
    """A service's price in both regions."""

    item: str
    label: str
    unit: str
    before: float
    after: float
    kind: str

    @property
    def ratio(self) -> float | None:
        """After ÷ before."""
        return self.after / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Move:
    """What moving from one region to another changes."""

    source: RegionFigure
    target: RegionFigure
    ratio: float | None
    families: list[FamilyRatio]
    missing: list[str]
    gained: int
    services: list[ServiceRatio]


def region_rows(base: str) -> list[RegionRow]:
    """Every region; the basket's index is relative to `base` (one query beside the kept ones)."""
    priced = Price.objects.filter(instance_type__in=BASKET).values_list("region_id", "usd_per_hour")
    sums: dict[str, list[float]] = defaultdict(list)
    for region, usd in priced:
        sums[region].append(float(usd))
    full = {region: sum(basket) for region, basket in sums.items() if len(basket) == len(BASKET)}
    return [RegionRow(one, full.get(one.code), _index(full, one.code, base), one.code == base) for one in region_list()]


def _index(full: Mapping[str, float], code: str, base: str) -> float | None:
    return full[code] / full[base] if code in full and full.get(base) else None


def move(source: str, target: str) -> Move:
    """What changes between two regions of the catalog; raises KeyError for one that is not."""
    before, after = type_table(source), type_table(target)
    both = [name for name in before.names if name in after.row_of]
    old = before.usd_per_hour[[before.row_of[name] for name in both]]
    new = after.usd_per_hour[[after.row_of[name] for name in both]]
    ratio = new / old
    known = np.isfinite(ratio)
    by_family: dict[str, list[float]] = defaultdict(list)
    for name, one in zip(np.array(both)[known].tolist(), ratio[known].tolist(), strict=True):
        by_family[name.split(".")[0]].append(one)
    return Move(
        source=region_figure(source),
        target=region_figure(target),
        ratio=float(np.median(ratio[known])) if known.any() else None,
        families=[
            FamilyRatio(name, float(np.median(ratios)), len(ratios)) for name, ratios in sorted(by_family.items())
        ],
        missing=[name for name in before.names if name not in after.row_of],
        gained=sum(name not in before.row_of for name in after.names),
        services=_services(source, target),
    )


def _services(source: str, target: str) -> list[ServiceRatio]:
    before, after = service_prices(source), service_prices(target)
    shared = [item for item in SERVICE_ITEMS if before[item].known and after[item].known]
    return [
        ServiceRatio(i, after[i].label, after[i].unit_label, before[i].usd, after[i].usd, after[i].kind) for i in shared
    ]
