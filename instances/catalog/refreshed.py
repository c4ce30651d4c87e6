"""Which tables of a region were read from the cloud itself, and how the rows of the catalogue are told apart."""

from instances.choices import CatalogTable
from instances.models import CatalogRefresh

SOURCED = ["kind", "source", "source_date"]
PRICE_KEY, PRICE_FIELDS = ["region", "instance_type"], ["usd_per_hour", "rule", "basis", *SOURCED]
SERVICE_KEY, SERVICE_FIELDS = ["region", "item"], ["service", "unit", "usd", *SOURCED]
OFFERING_KEY, OFFERING_FIELDS = ["region", "instance_type"], ["zones"]

ITEM_USAGES = {
    "ebs-gp3-gb-month": "EBS:VolumeUsage.gp3",
    "ebs-gp3-iops-month": "EBS:VolumeP-IOPS.gp3",
    "ebs-gp3-mbps-month": "EBS:VolumeP-Throughput.gp3",
    "ebs-gp2-gb-month": "EBS:VolumeUsage.gp2",
    "ebs-io2-gb-month": "EBS:VolumeUsage.io2",
    "ebs-io2-iops-month": "EBS:VolumeP-IOPS.io2",
    "ebs-st1-gb-month": "EBS:VolumeUsage.st1",
    "ebs-sc1-gb-month": "EBS:VolumeUsage.sc1",
    "ebs-snapshot-gb-month": "EBS:SnapshotUsage",
    "nat-gateway-hour": "NatGateway-Hours",
    "nat-gateway-gb": "NatGateway-Bytes",
}
"""Services that EC2's price list holds, by usage type without the region's prefix; others have lists of their own."""


def refreshed_regions(table: CatalogTable) -> set[str]:
    """Regions that have a table from the cloud itself: the committed one is not theirs any more (one query)."""
    return set(CatalogRefresh.objects.filter(table=table).values_list("region", flat=True))
