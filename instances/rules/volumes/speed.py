"""How fast a volume is at a moment, which while it is being modified is not what it is configured and charged for.

"You are charged for the new volume configuration after volume modification starts"; while it is optimizing, its
performance is in between, no less than before, or where that is lowered no less than what it is lowered to (Amazon EBS
User Guide, "Amazon EBS Elastic Volumes" and "Monitor the progress of Amazon EBS volume modifications", 2026).
"""

from dataclasses import dataclass

from instances.models import Volume, VolumeModification


@dataclass(frozen=True, slots=True)
class Speed:
    """IOPS, 0 for a hard disk, and MB/s (10⁶ bytes)."""

    iops: int
    throughput_mbps: int

    def least(self, other: "Speed") -> "Speed":
        """What is there in any case on the way from one to the other."""
        return Speed(min(self.iops, other.iops), min(self.throughput_mbps, other.throughput_mbps))


def under_way(volume: Volume) -> VolumeModification | None:
    """The modification that is not completed (a query unless "modifications" were loaded)."""
    return next((one for one in volume.modifications.all() if one.completed_lab_at is None), None)


def speed_now(volume: Volume) -> Speed:
    """What it gives in any case at this moment, bursts apart (a query unless "modifications" were loaded)."""
    configured, modification = Speed(volume.iops, volume.throughput_mbps), under_way(volume)
    if modification is None or modification.from_iops is None or modification.from_throughput_mbps is None:
        return configured
    return configured.least(Speed(modification.from_iops, modification.from_throughput_mbps))
