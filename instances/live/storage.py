"""What the volumes of a region cost, by zone."""

from dataclasses import dataclass, field

from django.db.models import Count

from instances.choices import InstanceState
from instances.models import Volume
from instances.pricing.instance import VolumeShape
from instances.pricing.rates import Rates
from virtlab.labs.models import Lab


@dataclass(slots=True)
class RegionStorage:
    """USD per month of volumes by zone, those of stopped instances apart, and of volumes without an instance."""

    usd_per_month: dict[str, float] = field(default_factory=dict)
    stopped_usd_per_month: dict[str, float] = field(default_factory=dict)
    loose_gib: int = 0
    loose_usd_per_month: float = 0.0

    @classmethod
    def load(cls, lab: Lab, region: str, rates: Rates) -> "RegionStorage":
        """Volumes alike are counted by the database (one query)."""
        rows = Volume.objects.filter(lab=lab, region=region).order_by()
        shape = ("kind", "size_gib", "iops", "throughput_mib_per_s")
        storage = cls()
        for zone, state, *of, count in rows.values_list("zone", "instance__state", *shape).annotate(n=Count("pk")):
            storage.add(zone, state, VolumeShape(*of), rates.volume_usd(VolumeShape(*of)) * count, count)
        return storage

    def add(self, zone: str, state: str | None, shape: VolumeShape, usd: float, count: int) -> None:
        """Counts volumes alike."""
        if state is None:
            self.loose_gib += int(shape.size_gib) * count
            self.loose_usd_per_month += usd
            return
        self.usd_per_month[zone] = self.usd_per_month.get(zone, 0.0) + usd
        if state == InstanceState.STOPPED:
            self.stopped_usd_per_month[zone] = self.stopped_usd_per_month.get(zone, 0.0) + usd
