"""What the cloud side keeps: the catalog, and what a lab has in the cloud."""

from instances.models.account import Image, Instance, LaunchTemplate
from instances.models.addresses import ElasticAddress
from instances.models.catalog import (
    AvailabilityZone,
    CatalogVersion,
    CpuPower,
    InstanceType,
    Offering,
    Price,
    Region,
    ServicePrice,
    Sourced,
)
from instances.models.limits import Fault, Quota
from instances.models.placement import PlacementGroup
from instances.models.price_list import CatalogRefresh, ListedRate
from instances.models.volume import Volume
from instances.models.volume_modification import VolumeModification

__all__ = [
    "AvailabilityZone",
    "CatalogRefresh",
    "CatalogVersion",
    "CpuPower",
    "ElasticAddress",
    "Fault",
    "Image",
    "Instance",
    "InstanceType",
    "LaunchTemplate",
    "ListedRate",
    "Offering",
    "PlacementGroup",
    "Price",
    "Quota",
    "Region",
    "ServicePrice",
    "Sourced",
    "Volume",
    "VolumeModification",
]
