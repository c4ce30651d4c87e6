"""An instance's volumes as its page shows them: what they burst to, and when they may be modified again."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from instances.models import Instance, Volume
from instances.operations.volume import burst_text, speed_text
from instances.rules.volumes.limits import burst, modifiable_at
from instances.rules.volumes.speed import speed_now, under_way
from virtlab.web import formats


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A volume; `modified` says why it cannot be modified now, empty where it can; `burst` is empty for none."""

    volume: Volume
    speed: str
    burst: str
    modified: str


def volume_rows(instance: Instance, at: datetime) -> list[VolumeRow]:
    """The volumes of an instance at a moment of lab time (two queries)."""
    return [
        VolumeRow(volume, _speed(volume), _burst(volume), _modified(volume, at))
        for volume in instance.volumes.prefetch_related("modifications")
    ]


def _speed(volume: Volume) -> str:
    """Figures held to their units: the column is narrow."""
    throughput = formats.with_unit(volume.throughput_mib_per_s, "MiB/s")
    return f"{formats.with_unit(volume.iops, 'IOPS')}, {throughput}" if volume.iops else throughput


def _burst(volume: Volume) -> str:
    return burst_text(volume.kind, volume.size_gib) if burst(volume.kind, volume.size_gib) else ""


def _modified(volume: Volume, at: datetime) -> str:
    if modification := under_way(volume):
        least = {"least": speed_text(speed_now(volume))}
        if modification.optimizing_lab_at is None:
            return gettext("modifying: its new size is not there yet; at least %(least)s") % least
        return gettext("optimizing: at least %(least)s until then") % least
    again = modifiable_at([one.started_lab_at for one in volume.modifications.all()], at)
    return (
        gettext("modified four times in 24 hours; again at %(moment)s") % {"moment": formats.moment(again)}
        if again
        else ""
    )
