"""What the cloud side keeps: the catalogue, and what a lab has in the cloud."""

from instances.models.account import Image, Instance, LaunchTemplate, Quota, Scene, Volume
from instances.models.catalog import (
    AvailabilityZone,
    CatalogueVersion,
    CpuPower,
    InstanceType,
    Offering,
    Price,
    Region,
    ServicePrice,
    Sourced,
)

__all__ = [
    "AvailabilityZone",
    "CatalogueVersion",
    "CpuPower",
    "Image",
    "Instance",
    "InstanceType",
    "LaunchTemplate",
    "Offering",
    "Price",
    "Quota",
    "Region",
    "Scene",
    "ServicePrice",
    "Sourced",
    "Volume",
]
