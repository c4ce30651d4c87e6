"""What moves bytes on the cloud side, and what it shares with others: volumes."""

from collections.abc import Collection

from instances.models import Instance, Volume
from instances.rules.volumes.speed import speed_now
from virtlab.engine.units import BYTES_PER_MIB
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import Resource, resource, resource_key

VOLUME = "volume"


@resource(VOLUME)
def volumes(pks: Collection[int]) -> dict[int, Resource]:
    """What a volume reads and writes, in sum."""
    rows = Volume.objects.filter(pk__in=pks).prefetch_related("modifications")
    return {volume.pk: Resource(volume.volume_id, mib_per_s(volume)) for volume in rows}


def mib_per_s(volume: Volume) -> float:
    """A volume's throughput at this moment, which the cloud states in 10⁶ bytes."""
    return speed_now(volume).throughput_mbps * 1e6 / BYTES_PER_MIB


def through_root(instance: Instance, gib: float) -> Flow | None:
    """So much to or from an instance's root volume; None where it has none."""
    root = instance.volumes.first()
    if root is None or gib <= 0:
        return None
    return Flow(gib, [resource_key(VOLUME, root.pk)], mib_per_s(root))
