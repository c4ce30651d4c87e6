"""What the cloud side keeps: the catalog, and what a lab has in the cloud."""

from instances.models.account import Fault, Image, Instance, LaunchTemplate, Quota, Volume
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
from instances.models.volume_modification import VolumeModification

__all__ = [
    "AvailabilityZone",
    "CatalogVersion",
    "CpuPower",
    "Fault",
    "Image",
    "Instance",
    "InstanceType",
    "LaunchTemplate",
    "Offering",
    "Price",
    "Quota",
    "Region",
    "ServicePrice",
    "Sourced",
    "Volume",
    "VolumeModification",
]
