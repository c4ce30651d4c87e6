"""The lab's Elastic IPs at the lab's time: who uses each, and what it costs."""

from dataclasses import dataclass
from datetime import datetime

from instances.catalog.prices import service_prices
from instances.models import ElasticAddress, Instance
from instances.pricing.instance import addresses_usd_per_hour, month_usd
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An Elastic IP. It costs the same used or unused; `accrued_usd` since its allocation."""

    address: ElasticAddress
    usd_per_month: float
    accrued_usd: float

    @property
    def pk(self) -> int:
        """The address's key."""
        return self.address.pk

    @property
    def name(self) -> str:
        """The address itself."""
        return self.address.address

    @property
    def instance(self) -> Instance | None:
        """Who uses it."""
        return self.address.instance

    @property
    def instance_name(self) -> str:
        """Who uses it, by name; empty for nobody."""
        return self.address.instance.name if self.address.instance else ""

    @property
    def unused(self) -> bool:
        """Whether it is charged for nothing."""
        return self.address.instance_id is None


def address_rows(lab: Lab, at: datetime | None = None) -> list[AddressRow]:
    """All Elastic IPs of a lab (a query, and one for each region's prices)."""
    at = at or lab.lab_time()
    addresses = list(ElasticAddress.objects.filter(lab=lab).select_related("instance"))
    hourly = {
        region: addresses_usd_per_hour(1, service_prices(region))
        for region in sorted({address.region_id for address in addresses})
    }
    return [_row(address, hourly[address.region_id], at) for address in addresses]


def _row(address: ElasticAddress, usd_per_hour: float, at: datetime) -> AddressRow:
    hours = max((at - address.allocated_lab_at).total_seconds(), 0.0) / SECONDS_PER_HOUR
    return AddressRow(address, month_usd(usd_per_hour, 0.0), usd_per_hour * hours)
