"""How fast a volume is at a moment, which while it is being modified is not what it is configured and charged for.

"You are charged for the new volume configuration after volume modification starts"; while it is optimizing, its
performance is in between, no less than before, or where that is lowered no less than what it is lowered to (Amazon EBS
User Guide, "Amazon EBS Elastic Volumes" and "Monitor the progress of Amazon EBS volume modifications", 2026).
"""

from dataclasses import dataclass

from instances.models import Volume, VolumeModification


@dataclass(frozen=True, slots=True)
class Speed:
    """IOPS, 0 for a hard disk, and MiB/s, in which the EC2 API states throughput (CreateVolume, ModifyVolume)."""

    iops: int
    throughput_mib_per_s: int

    def least(self, other: "Speed") -> "Speed":
        """What is there in any case on the way from one to the other."""
        return Speed(min(self.iops, other.iops), min(self.throughput_mib_per_s, other.throughput_mib_per_s))


def under_way(volume: Volume) -> VolumeModification | None:
    """The modification that is not completed (a query unless "modifications" were loaded)."""
    return next((one for one in volume.modifications.all() if one.completed_lab_at is None), None)


def speed_now(volume: Volume) -> Speed:
    """What it gives in any case at this moment, bursts apart (a query unless "modifications" were loaded)."""
    configured, modification = Speed(volume.iops, volume.throughput_mib_per_s), under_way(volume)
    if modification is None or modification.from_iops is None or modification.from_throughput_mib_per_s is None:
        return configured
    return configured.least(Speed(modification.from_iops, modification.from_throughput_mib_per_s))
