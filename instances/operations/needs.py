"""What steps on the cloud side need while they run."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from instances.choices import ENDING, STARTED, InstanceState
from instances.models import Instance, PlacementGroup, Volume, VolumeModification
from instances.operations.refusals import hardware_failed, went_out
from instances.rules.faults import faults_of
from instances.rules.launch_rate import REQUEST
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Step
from virtlab.jobs.operations.needs import Needed, Params, need
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.web.lazy_text import LazyText


@need("zone.up")
def zone_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A zone is within reach."""
    faults = faults_of(lab)
    outages = [faults.outage(params["region"], params["zone"]) for params in wanted]
    return [went_out(outage) if outage else None for outage in outages]


@need("hardware.up")
def hardware_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """The hardware under an instance works."""
    keys = {params["instance"] for params in wanted}
    broken = Instance.objects.filter(lab=lab, pk__in=keys, system_failed_lab_at__isnull=False).in_bulk()
    failed = (broken.get(params["instance"]) for params in wanted)
    return [hardware_failed(instance) if instance else None for instance in failed]


@need("instance.there")
def instance_there(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """An instance is not being terminated."""
    return _in_state(lab, wanted, ENDING, _("%(name)s is terminated."))


@need("instance.not_terminated")
def not_terminated(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """An instance has not come to its end."""
    return _in_state(lab, wanted, [InstanceState.TERMINATED], _("%(name)s is terminated."))


@need("instance.stopped", at_begin=True)
def stopped(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """An instance is stopped."""
    others = [state for state in InstanceState if state != InstanceState.STOPPED]
    return _in_state(lab, wanted, others, _("%(name)s is not stopped."))


@need("instance.running", at_begin=True)
def running(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """An instance runs, be it that its system is not up yet."""
    others = [state for state in InstanceState if state != InstanceState.RUNNING]
    return _in_state(lab, wanted, others, _("%(name)s does not run any more."))


def _in_state(lab: Lab, wanted: Sequence[Params], states: Sequence[InstanceState], why: LazyText) -> list[Text | None]:
    keys = {params["instance"] for params in wanted}
    names = dict(Instance.objects.filter(lab=lab, pk__in=keys, state__in=states).values_list("pk", "name"))
    return [say(why, name=names[params["instance"]]) if params["instance"] in names else None for params in wanted]


@need("volume.there")
def volume_there(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A volume has not gone with its instance."""
    return _gone(wanted, Volume.objects.filter(lab=lab, pk__in={params["volume"] for params in wanted}), "volume")


@need("volume.modified", at_begin=True)
def modification_under_way(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A volume's data are still on their way to another speed."""
    keys = {params["volume"] for params in wanted}
    rows = VolumeModification.objects.filter(volume__lab=lab, volume__in=keys, completed_lab_at=None)
    open_keys = set(rows.values_list("volume", flat=True))
    why = _("No modification of %(name)s is under way any more.")
    return [None if params["volume"] in open_keys else say(why, name=params["name"]) for params in wanted]


@need("placement_group.there")
def group_there(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """A placement group has not been deleted."""
    return _gone(wanted, PlacementGroup.objects.filter(lab=lab, pk__in={params["group"] for params in wanted}), "group")


@need("launch.comes_up")
def comes_up(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
    """At least one instance of the job's launch can still come up: it is pending or runs, on sound hardware."""
    made = made_by({params["job"] for params in wanted})
    why = {job: why_none_comes_up(keys) for job, keys in made.items()}
    return [why.get(params["job"]) for params in wanted]


def made_by(launches: Collection[int]) -> dict[int, list[int]]:
    """Keys of the instances that launches have been given, by the key of the job (one query)."""
    taken = Step.objects.filter(job__in=launches, effect=REQUEST, state=StepState.DONE)
    return {job: memory.get("instances", []) for job, memory in taken.values_list("job", "memory")}


def why_none_comes_up(keys: Collection[int]) -> Text | None:
    """Why none of these instances can come up any more; None where one can."""
    left = Instance.objects.filter(pk__in=keys).exclude(state__in=ENDING)
    if left.filter(state__in=STARTED, system_failed_lab_at=None).exists():
        return None
    last = left.order_by("system_failed_lab_at", "pk").last()
    if last is None:
        return say(_("The instances are gone."))
    if last.system_failed_lab_at:
        return hardware_failed(last)
    return say(_("%(name)s does not run any more."), name=last.name)


def _gone(wanted: Sequence[Params], rows: "QuerySet[Any]", key: str) -> list[Text | None]:
    there = set(rows.values_list("pk", flat=True))
    return [None if params[key] in there else say(_("%(name)s is gone."), name=params["name"]) for params in wanted]


def region_up(region: str) -> Needed:
    """What a step needs that is about a region and none of its zones."""
    return zone_up(region=region, zone="")


def in_group(group: PlacementGroup | None) -> list[Needed]:
    """What a step needs that puts instances into a placement group."""
    return [group_there(group=group.pk, name=group.name)] if group else []


def of_volume(volume: Volume) -> list[Needed]:
    """What every step needs that is about a volume."""
    there = volume_there(volume=volume.pk, name=volume.volume_id)
    return [zone_up(region=volume.region_id, zone=volume.zone), there]


def within_reach(instance: Instance) -> list[Needed]:
    """What every step needs that is about an instance."""
    return [zone_up(region=instance.region_id, zone=instance.zone), instance_there(instance=instance.pk)]


def on_sound_hardware(instance: Instance) -> list[Needed]:
    """What steps need that live in the instance's memory: its zone, and the hardware under it."""
    return [*within_reach(instance), hardware_up(instance=instance.pk)]
