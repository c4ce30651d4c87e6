"""What can be done after a job that failed, with the instance in the state that it had reached."""

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.ways_out import another_type, end_fault, with_capacity
from instances.rules.faults import Faults
from virtlab.jobs.operations.plan import WayOut


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
