"""Hourly charges of many instances: each combination of type, system and commitment is priced once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from instances.catalog.prices import ServiceFigure
from instances.pricing.commitments import commitment_to
from instances.pricing.hourly import HourlyCharge, HourlyTerms, Values, hourly_charge
from instances.pricing.instance import VolumeShape, volume_usd_per_month


class Key(NamedTuple):
    """What an instance's hour is priced by; `committed_type` is empty on demand."""

    type_name: str
    vcpu: int
    lasting_vcpu: float
    system: str
    purchase: str
    committed_type: str


@dataclass
class Rates:
    """One region's prices for a lab's values."""

    linux_usd: Mapping[str, float]
    services: Mapping[str, ServiceFigure]
    values: Values
    known: dict[Key, HourlyCharge] = field(default_factory=dict)
    volumes: dict[VolumeShape, float] = field(default_factory=dict)

    def charge(self, key: Key) -> HourlyCharge:
        """The compute charge; NaN where no source has a price."""
        if key not in self.known:
            terms = HourlyTerms(key.system, key.purchase, self.values)
            linux = self._linux_usd(key.type_name)
            commitment = commitment_to(key.committed_type, key.type_name, key.system, self._linux_usd)
            self.known[key] = hourly_charge(linux, key.vcpu, key.lasting_vcpu, terms, commitment)
        return self.known[key]

    def _linux_usd(self, type_name: str) -> float:
        return self.linux_usd.get(type_name, math.nan)

    def volume_usd(self, shape: VolumeShape) -> float:
        """USD per month of a volume."""
        if shape not in self.volumes:
            self.volumes[shape] = volume_usd_per_month(shape, self.services, self.values)
        return self.volumes[shape]
