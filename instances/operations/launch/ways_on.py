"""What can be done after a launch that failed: with what came of it, and instead of what did not."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from instances.choices import ENDING, CheckState, InstanceState
from instances.models import Fault, Instance
from instances.operations.launch.effects import RESERVE
from instances.operations.launch.request import LaunchRequest
from instances.operations.ways_out import end_fault
from instances.rules.availability import zones_offering
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import Text, say


def why_launch_not_retried(job: Job) -> Text | None:
    """What a launch was given must be there still, and one that is planned anew must not come beside it."""
    launched = _launched(job)
    is_there = launched.exists()
    if job.steps.filter(key=RESERVE, undoes=None, state=StepState.DONE).exists():
        if not is_there:
            return say(_("The instances are gone: run it again."))
        is_up = {"state": InstanceState.RUNNING, "status_checks": CheckState.PASSED, "boots_since_lab_at": None}
        return None if launched.exclude(**is_up).exists() else say(_("All that is there of it is up: nothing is left."))
    return say(_("Its instances are there: launch others by running it again.")) if is_there else None


def ways_after_launch(launch: LaunchRequest, job: Job) -> list[WayOut]:
    """The ends of what keeps its type from its zone, and a launch of those that are not there: in a zone that has room
    where its own has not.
    """
    ends = [end_fault(fault) for fault in _in_the_way(launch)]
    left = launch.count - _launched(job).count()
    if left <= 0:
        return ends
    params: dict[str, Any] = {"count": left}
    label = say(_("Launch them again") if left == launch.count else _("Launch the other %(count)s"), count=left)
    if launch.zone and launch.free_zones and launch.zone not in launch.free_zones:
        params["zone"] = launch.free_zones[0]
        label = say(_("Launch %(count)s in %(zone)s"), count=left, zone=launch.free_zones[0])
    return [*ends, WayOut("instance.launch", None, label, params)]


def _launched(job: Job) -> QuerySet[Instance]:
    """What a launch made and is there still."""
    made = [key for memory in job.steps.values_list("memory", flat=True) for key in memory.get("instances", [])]
    return Instance.objects.filter(pk__in=made, lab=job.lab_id).exclude(state__in=ENDING)


def _in_the_way(launch: LaunchRequest) -> Iterable[Fault]:
    """The faults that keep its type from the zone asked for, or from any where it may go; each once."""
    region, kind, faults = launch.region, launch.kind.pk, launch.faults
    zones = [launch.zone] if launch.zone else zones_offering(region, kind)
    found = [faults.outage(region, zone) for zone in zones] + [faults.no_capacity(region, zone, kind) for zone in zones]
    return {fault.pk: fault for fault in found if fault}.values()
