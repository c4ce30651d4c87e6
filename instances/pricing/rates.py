"""Hourly charges of many instances: each combination of type, system and purchase option is priced once."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from instances.catalog.queries import ServiceFigure
from instances.models import Price
from instances.pricing.hourly import HourlyTerms, Values, usd_per_hour
from instances.pricing.instance import VolumeShape, volume_usd_per_month

Key = tuple[str, int, float, str, str]
"""Type, its vCPU, those of them that last, operating system, purchase option."""


@dataclass
class Rates:
    """One region's prices for a lab's values."""

    linux_usd: Mapping[str, float]
    services: Mapping[str, ServiceFigure]
    values: Values
    known: dict[Key, float] = field(default_factory=dict)
    volumes: dict[VolumeShape, float] = field(default_factory=dict)

    def usd_per_hour(self, key: Key) -> float:
        """The compute charge; NaN where no source has a price."""
        if key not in self.known:
            type_name, vcpu, lasting_vcpu, system, purchase = key
            linux = self.linux_usd.get(type_name, math.nan)
            terms = HourlyTerms(system, purchase, self.values)
            self.known[key] = usd_per_hour(linux, vcpu, lasting_vcpu, terms)
        return self.known[key]

    def volume_usd(self, shape: VolumeShape) -> float:
        """USD per month of a volume."""
        if shape not in self.volumes:
            self.volumes[shape] = volume_usd_per_month(shape, self.services, self.values)
        return self.volumes[shape]


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
