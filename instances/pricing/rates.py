"""Hourly charges of many instances: each combination of type, system and purchase option is priced once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from instances.catalog.prices import ServiceFigure
from instances.pricing.hourly import HourlyTerms, Values, committed_usd_per_hour, usd_per_hour
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

    def committed_usd_per_hour(self, key: Key) -> float:
        """What of that is owed while the instance does not run; NaN where no source has a price."""
        type_name, _vcpu, _lasting_vcpu, system, purchase = key
        return committed_usd_per_hour(
            self.linux_usd.get(type_name, math.nan), HourlyTerms(system, purchase, self.values)
        )

    def volume_usd(self, shape: VolumeShape) -> float:
        """USD per month of a volume."""
        if shape not in self.volumes:
            self.volumes[shape] = volume_usd_per_month(shape, self.services, self.values)
        return self.volumes[shape]
