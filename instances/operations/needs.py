"""What steps on the cloud side need while they run."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.refusals import failed_already, out
from instances.rules.faults import faults_of
from virtlab.jobs.operations.needs import Needed, Params, need
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


def within_reach(instance: Instance) -> list[Needed]:
    """What every step needs that is about an instance."""
    return [zone_up(region=instance.region_id, zone=instance.zone), instance_there(instance=instance.pk)]


def on_sound_hardware(instance: Instance) -> list[Needed]:
    """What steps need that live in the instance's memory: its zone, and the hardware under it."""
    return [*within_reach(instance), hardware_up(instance=instance.pk)]
