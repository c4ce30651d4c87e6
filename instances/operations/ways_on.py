"""What can be done after a job that failed: with the instance in the state that it had reached, or after a launch."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.ways_out import another_type, end_fault, with_capacity
from instances.rules.faults import Faults
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import Text, say


def ways_from(instance: Instance, faults: Faults) -> list[WayOut]:
    """A fault that is on goes first; while a zone is out there is nothing else."""
    if outage := faults.outage(instance.region_id, instance.zone):
        return [end_fault(outage)]
    if instance.system_failed_lab_at and instance.state == InstanceState.RUNNING:
        lost = {"lose_store": "on"} if instance.store_written else {}
        return [WayOut("instance.stop", instance, _("Stop it first"), lost)]
    if instance.state != InstanceState.STOPPED:
        return []
    if lack := faults.no_capacity(instance.region_id, instance.zone, instance.instance_type_id):
        return [end_fault(lack), *with_capacity(instance, faults)]
    return [WayOut("instance.start", instance, _("Try to start it again")), *another_type(instance, faults)]


def why_launch_not_retried(job: Job) -> Text | None:
    """What a launch was given must be there still: what was pending went when it failed. None where it is."""
    made = [key for memory in job.steps.values_list("memory", flat=True) for key in memory.get("instances", [])]
    if not made or Instance.objects.filter(pk__in=made).exclude(state=InstanceState.TERMINATED).exists():
        return None
    return say(_("The instances are gone: run it again."))


def ways_after_launch(region: str, zone: str, free: Sequence[str], faults: Faults) -> list[WayOut]:
    """The ends of the region's faults, and another launch: in a zone that is `free` where its own is not."""
    ends = [end_fault(fault) for fault in faults.rows if fault.region_id == region]
    if not zone or zone in free or not free:
        return [*ends, WayOut("instance.launch", None, _("Launch them again"))]
    label = say(_("Launch them in %(zone)s"), zone=free[0])
    return [*ends, WayOut("instance.launch", None, label, {"zone": free[0]})]
