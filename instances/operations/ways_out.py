"""Ways out: of a fault, of a lack of capacity, of the state in which a job that failed left an instance."""

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Fault, Instance
from instances.rules.faults import Faults
from instances.rules.nearest_type import nearest_fitting
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText


def end_fault(fault: Fault) -> WayOut:
    """The way out of an injected fault: switching it off."""
    return WayOut("fault.end", fault, say(_("End the fault “%(scene)s”"), scene=fault.get_kind_display()))


def ways_from(instance: Instance, faults: Faults) -> list[WayOut]:
    """What can be done with an instance in the state that it is in: a fault that is on goes first, and while a zone is
    out there is nothing else.
    """
    if outage := faults.outage(instance.region_id, instance.zone):
        return [end_fault(outage)]
    if instance.system_failed_lab_at and instance.state == InstanceState.RUNNING:
        lost = {"lose_store": "on"} if instance.store_written else {}
        return [WayOut("instance.stop", instance, _("Stop it first"), lost)]
    if instance.state != InstanceState.STOPPED:
        return []
    if lack := faults.no_capacity(instance.region_id, instance.zone, instance.instance_type_id):
        return [end_fault(lack), *with_capacity(instance, faults)]
    start = WayOut("instance.start", instance, _("Try to start it again"))
    return [start, *_other_type(instance, faults, _("Take another type"))]


def with_capacity(instance: Instance, faults: Faults) -> list[WayOut]:
    """The nearest type that has capacity; none while it is hibernated, when its type cannot be changed."""
    return _other_type(instance, faults, _("Change to %(type)s, which has capacity"))


def _other_type(instance: Instance, faults: Faults, message: LazyText) -> list[WayOut]:
    other = "" if instance.hibernated else nearest_fitting(instance, instance.instance_type, faults)
    label = say(message, type=other)
    return [WayOut("instance.change_type", instance, label, {"instance_type": other})] if other else []
