"""Who gets a public address from the pool, how many Elastic IPs a lab may have, and which of them nobody uses."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.models import ElasticAddress
from virtlab.labs.models import Lab

LIMIT_KEY = "elastic_addresses_per_region"
NEEDS_ELASTIC = _("With several network interfaces the cloud gives it no public address: it needs an Elastic IP.")


def auto_assigned(interfaces: int) -> bool:
    """Whether an instance gets a public IPv4 address from the cloud's pool: at launch "only for a single network
    interface" (EC2 API, InstanceNetworkInterfaceSpecification, 2026), later not "if you have attached a second network
    interface" (Amazon EC2 User Guide, "Elastic IP addresses" and "Amazon EC2 instance IP addressing", 2026).
    """
    return interfaces == 1


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
