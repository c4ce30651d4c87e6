"""Reads of prices: what a type's hour and a service cost in a region."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from instances.catalog.cache import cached_by_catalog
from instances.choices import SERVICE_ITEMS, SERVICE_UNITS
from instances.models import Price, ServicePrice

NO_PRICE = _("The price of this type in this region is not in the catalogue.")


@dataclass(frozen=True, slots=True)
class PriceFigure:
    """A type's on-demand Linux price in a region with what makes it believable."""

    usd_per_hour: float
    kind: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class ServiceFigure:
    """A service's price: USD per `unit` (NaN where no source has it), with what makes it believable."""

    item: str
    unit: str
    usd: float
    usd_exact: Decimal
    kind: str
    source: str
    source_date: str

    @property
    def known(self) -> bool:
        """Whether a source has it."""
        return not math.isnan(self.usd)

    @property
    def label(self) -> str:
        """What is priced, in the reader's language."""
        return str(SERVICE_ITEMS.get(self.item, self.item))

    @property
    def unit_label(self) -> str:
        """The unit, in the reader's language."""
        return str(SERVICE_UNITS.get(self.unit, self.unit))


def price_of(region: str, type_name: str) -> PriceFigure | None:
    """The price of a type in a region, None where no source has one (one query)."""
    return prices_of(region, [type_name]).get(type_name)


def prices_of(region: str, type_names: Iterable[str]) -> dict[str, PriceFigure]:
    """The prices of some types in a region, of those alone that a source has (one query)."""
    rows = Price.objects.filter(region=region, instance_type__in=list(type_names)).order_by()
    return {
        row.instance_type_id: PriceFigure(float(row.usd_per_hour), row.kind, row.source, row.source_date)
        for row in rows
    }


def linux_prices(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """On-demand Linux prices by region and type (one query)."""
    by_region: dict[str, set[str]] = {}
    for region, type_name in pairs:
        by_region.setdefault(region, set()).add(type_name)
    wanted = Q(pk__in=[])
    for region, names in by_region.items():
        wanted |= Q(region=region, instance_type__in=names)
    rows = Price.objects.filter(wanted).order_by().values_list("region", "instance_type", "usd_per_hour")
    return {(region, name): float(usd) for region, name, usd in rows}


@cached_by_catalog
def service_prices(region: str) -> Mapping[str, ServiceFigure]:
    """The price in a region of every item of `choices.SERVICE_ITEMS`, not known where no source has it (one query)."""
    rows = ServicePrice.objects.filter(region=region)
    return {item: _not_known(item) for item in SERVICE_ITEMS} | {
        row.item: ServiceFigure(
            item=row.item,
            unit=row.unit,
            usd=float(row.usd),
            usd_exact=row.usd,
            kind=row.kind,
            source=row.source,
            source_date=row.source_date,
        )
        for row in rows
    }


def _not_known(item: str) -> ServiceFigure:
    return ServiceFigure(item, "", math.nan, Decimal("NaN"), kind="", source="", source_date="")
