"""What moves bytes on the cloud side, and what it shares with others: volumes, instances' links to EBS, and the links
between regions.

A link carries its type's maximum: what moves here is short, and AWS gives the maximum for at least 30 minutes a day
(EC2 instance types guide, "Amazon EBS specifications", 2026). It states nothing for the types that are not
EBS-optimized by default (T2 and those before it): of these the volume alone is assumed to be the narrow place.
"""

from collections.abc import Collection

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from instances.models import Instance, InstanceType, Volume
from instances.rules.volumes.speed import speed_now
from virtlab.engine.units import MIB_PER_S_OF_GBPS
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import BETWEEN, Resource, resource, resource_key
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.labs.timings import timing_key, timings_of
from virtlab.web import formats

VOLUME, EBS_LINK, REGION_LINK = "volume", "ebs_link", "region_link"


@resource(VOLUME)
def volumes(pks: Collection[str]) -> dict[str, Resource]:
    """What a volume reads and writes, in sum."""
    rows = Volume.objects.filter(pk__in=pks).prefetch_related("modifications")
    return {str(volume.pk): Resource(volume.volume_id, mib_per_s(volume)) for volume in rows}


@resource(EBS_LINK)
def ebs_links(pks: Collection[str]) -> dict[str, Resource]:
    """What instances write to and read from their volumes, in sum; without those whose types state nothing."""
    rows = Instance.objects.filter(pk__in=pks).select_related("instance_type")
    carries = ((instance, link_mib_per_s(instance.instance_type)) for instance in rows)
    return {
        str(instance.pk): Resource(gettext("%(name)s's link to EBS") % {"name": instance.name}, mib_per_s)
        for instance, mib_per_s in carries
        if mib_per_s is not None
    }


@resource(REGION_LINK, parameters=[timing_key("region_copies_mib_per_s")])
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


def link_mib_per_s(kind: InstanceType) -> float | None:
    """What a type's link to EBS carries at most; None where AWS states nothing."""
    mbps = kind.details.get("ebs_maximum_mbps")
    return None if mbps is None else float(mbps) * MIB_PER_S_OF_GBPS / 1000


def through_root(instance: Instance, gib: float) -> Flow | None:
    """So much to or from an instance's root volume, over its link; None where it has no root volume."""
    root = instance.root_volume
    if root is None or gib <= 0:
        return None
    volume, link = mib_per_s(root), link_mib_per_s(instance.instance_type)
    if link is None:
        return Flow(gib, [resource_key(VOLUME, root.pk)], volume)
    return Flow(gib, [resource_key(VOLUME, root.pk), resource_key(EBS_LINK, instance.pk)], min(volume, link))


def root_rate(instance: Instance) -> Text | None:
    """How fast its root volume and its link let an instance write and read, in words."""
    root = instance.root_volume
    if root is None:
        return None
    link, words = link_mib_per_s(instance.instance_type), {"type": instance.instance_type_id}
    volume = formats.number(mib_per_s(root))
    if link is None:
        message = _(
            "The root volume carries %(volume)s MiB/s. AWS states no link to EBS for %(type)s: that it is not narrower "
            "is an assumption."
        )
        return say(message, volume=volume, **words)
    message = _(
        "The root volume carries %(volume)s MiB/s, the link of %(type)s to EBS %(link)s MiB/s: its maximum, which some "
        "types keep for 30 minutes a day."
    )
    return say(message, volume=volume, link=formats.number(link), **words)
