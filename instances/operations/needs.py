"""What steps on the cloud side need while they run, and what they share."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance, Volume
from instances.operations.refusals import failed_already, out
from instances.rules.faults import faults_of
from instances.rules.volume_speed import speed_now
from virtlab.engine.units import BYTES_PER_MIB
from virtlab.jobs.operations.needs import Needed, Params, need
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import Resource, resource, resource_key
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab

ENDING = (InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)


@need("zone.up")
def zone_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A zone is within reach."""
    faults = faults_of(lab)
    outages = [faults.outage(params["region"], params["zone"]) for params in wanted]
    return [say(out(outage).text) if outage else None for outage in outages]


@need("hardware.up")
def hardware_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """The hardware under an instance works."""
    keys = {params["instance"] for params in wanted}
    broken = Instance.objects.filter(lab=lab, pk__in=keys, system_failed_lab_at__isnull=False).in_bulk()
    failed = (broken.get(params["instance"]) for params in wanted)
    return [say(failed_already(instance).text) if instance else None for instance in failed]


@need("instance.there")
def instance_there(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """An instance is not being terminated."""
    keys = {params["instance"] for params in wanted}
    gone = Instance.objects.filter(lab=lab, pk__in=keys, state__in=ENDING).in_bulk()
    ended = (gone.get(params["instance"]) for params in wanted)
    return [say(_("%(name)s is terminated."), name=instance.name) if instance else None for instance in ended]


@resource("volume")
def volumes(pks: Collection[int]) -> dict[int, Resource]:
    """What a volume reads and writes, in sum."""
    rows = Volume.objects.filter(pk__in=pks).prefetch_related("modifications")
    return {volume.pk: Resource(volume.volume_id, mib_per_s(volume)) for volume in rows}


def mib_per_s(volume: Volume) -> float:
    """A volume's throughput at this moment, which the cloud states in 10⁶ bytes."""
    return speed_now(volume).throughput_mbps * 1e6 / BYTES_PER_MIB


def within_reach(instance: Instance) -> list[Needed]:
    """What every step needs that is about an instance."""
    return [zone_up(region=instance.region_id, zone=instance.zone), instance_there(instance=instance.pk)]


def on_sound_hardware(instance: Instance) -> list[Needed]:
    """What steps need that live in the instance's memory: its zone, and the hardware under it."""
    return [*within_reach(instance), hardware_up(instance=instance.pk)]


def through_root(instance: Instance, gib: float) -> Flow | None:
    """So much to or from an instance's root volume; None where it has none."""
    root = instance.volumes.first()
    if root is None or gib <= 0:
        return None
    return Flow(gib, [resource_key("volume", root.pk)], mib_per_s(root))
