"""What a launch asks for, read from its form's values."""

from functools import cached_property
from typing import Any

from instances.choices import PlacementStrategy
from instances.models import Image, InstanceType, PlacementGroup
from instances.rules.availability import zones_offering
from instances.rules.faults import Faults, faults_of
from instances.rules.placement_groups import zone_of
from virtlab.jobs.operations.operation import Operation


class LaunchRequest(Operation):
    """A type, an image, where and how many."""

    @property
    def kind(self) -> InstanceType:
        """The type asked for."""
        kind: InstanceType = self.values["instance_type"]
        return kind

    @property
    def image(self) -> Image:
        """The image asked for."""
        image: Image = self.values["image"]
        return image

    @property
    def region(self) -> str:
        """The region asked for."""
        return str(self.values["region"].pk)

    @property
    def placement_group(self) -> PlacementGroup | None:
        """The placement group asked for."""
        group: PlacementGroup | None = self.values["placement_group"]
        return group

    @property
    def clustered(self) -> bool:
        """Whether all instances must be in one zone."""
        return self.placement_group is not None and self.placement_group.strategy == PlacementStrategy.CLUSTER

    @cached_property
    def zone(self) -> str:
        """The zone asked for, or that of the cluster placement group asked for; empty for any."""
        if self.values.get("zone"):
            return str(self.values["zone"].name)
        return zone_of(self.placement_group) if self.placement_group and self.clustered else ""

    @property
    def count(self) -> int:
        """How many."""
        return int(self.values["count"])

    @cached_property
    def faults(self) -> Faults:
        """What goes wrong in the lab's cloud."""
        return faults_of(self.lab)

    @cached_property
    def zones(self) -> list[str]:
        """Where all of them go: the zone asked for, or the first that offers the type and has room for it.

        One request is for one subnet, and so for one zone (EC2 API, RunInstances: "we choose a default subnet").
        """
        if self.zone:
            return [self.zone]
        return self.free_zones[:1]

    @cached_property
    def free_zones(self) -> list[str]:
        """The zones of the region that offer the type and have room for it."""
        return [zone for zone in zones_offering(self.region, self.kind.pk) if self.is_free(zone)]

    def is_free(self, zone: str) -> bool:
        """Whether a zone is within reach and has room for the type."""
        faults = self.faults
        return not (faults.outage(self.region, zone) or faults.no_capacity(self.region, zone, self.kind.pk))

    def again(self, image: Image) -> dict[str, Any]:
        """The form's values with another image."""
        plain = {"name": self.values["name"], "region": self.region, "zone": self.zone, "instance_type": self.kind.pk}
        return {**plain, "count": self.count, "image": image.image_id}
