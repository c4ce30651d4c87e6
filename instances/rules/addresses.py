"""How many Elastic IPs a lab may have in a region, and which of them nobody uses."""

from collections.abc import Mapping
from dataclasses import dataclass

from instances.models import ElasticAddress
from virtlab.labs.models import Lab

LIMIT_KEY = "elastic_addresses_per_region"


@dataclass(frozen=True, slots=True)
class AddressUse:
    """A region's limit of Elastic IPs, those that the lab has, and of these the ones that no instance uses."""

    limit: int
    allocated: int
    unused: tuple[ElasticAddress, ...]

    @property
    def left(self) -> int:
        """How many more may be allocated."""
        return max(self.limit - self.allocated, 0)


def address_use(lab: Lab, region: str, values: Mapping[str, float]) -> AddressUse:
    """The limit and use of a region's Elastic IPs (one query)."""
    rows = list(ElasticAddress.objects.filter(lab=lab, region=region))
    unused = tuple(row for row in rows if row.instance_id is None)
    return AddressUse(int(values[LIMIT_KEY]), len(rows), unused)
