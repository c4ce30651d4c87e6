"""What moves bytes on the cloud side, and what it shares with others: volumes, and the links between regions."""

from collections.abc import Collection

from instances.models import Instance, Volume
from instances.rules.volumes.speed import speed_now
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import BETWEEN, Resource, resource, resource_key
from virtlab.labs.models import Lab
from virtlab.labs.timings import timings_of

VOLUME, REGION_LINK = "volume", "region_link"


@resource(VOLUME)
def volumes(pks: Collection[str]) -> dict[str, Resource]:
    """What a volume reads and writes, in sum."""
    rows = Volume.objects.filter(pk__in=pks).prefetch_related("modifications")
    return {str(volume.pk): Resource(volume.volume_id, mib_per_s(volume)) for volume in rows}


@resource(REGION_LINK)
def region_links(ways: Collection[str]) -> dict[str, Resource]:
    """What an account copies from one region to another, in sum: "lab/from/to"."""
    parts = {way: way.split(BETWEEN) for way in ways}
    labs = Lab.objects.filter(pk__in={lab for lab, _source, _target in parts.values()})
    rate_of = {str(lab.pk): timings_of(lab).region_copies_mib_per_s for lab in labs}
    return {
        way: Resource(f"{source} → {target}", rate_of[lab])
        for way, (lab, source, target) in parts.items()
        if lab in rate_of
    }


def mib_per_s(volume: Volume) -> float:
    """A volume's throughput at this moment."""
    return float(speed_now(volume).throughput_mib_per_s)


def through_root(instance: Instance, gib: float) -> Flow | None:
    """So much to or from an instance's root volume; None where it has none."""
    root = instance.root_volume
    if root is None or gib <= 0:
        return None
    return Flow(gib, [resource_key(VOLUME, root.pk)], mib_per_s(root))
