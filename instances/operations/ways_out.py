"""Ways out: of a fault, of a lack of capacity, of a state in which something cannot be done."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from instances.choices import FaultKind, InstanceState
from instances.models import Fault, Instance
from instances.rules.faults import Faults
from instances.rules.nearest_type import nearest_fitting
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText


def end_fault(fault: Fault) -> WayOut:
    """The way out of an injected fault: switching it off."""
    return WayOut("fault.end", fault, say(_("End the fault “%(fault)s”"), fault=FaultKind(fault.kind).label))


def into(instance: Instance, wanted: Sequence[str]) -> list[WayOut]:
    """How an instance gets into the one state that is wanted."""
    if instance.state == InstanceState.RUNNING and list(wanted) == [InstanceState.STOPPED]:
        return [WayOut("instance.stop", instance, _("Stop it first"))]
    if instance.state == InstanceState.STOPPED and list(wanted) == [InstanceState.RUNNING]:
        return [WayOut("instance.start", instance, _("Start it first"))]
    return []


def with_capacity(instance: Instance, faults: Faults) -> list[WayOut]:
    """The nearest type that has capacity; none while it is hibernated, when its type cannot be changed."""
    return _nearest_type(instance, faults, _("Change to %(type)s, which has capacity"))


def another_type(instance: Instance, faults: Faults) -> list[WayOut]:
    """The same where capacity may be there, but something else is in the way."""
    return _nearest_type(instance, faults, _("Take another type"))


def _nearest_type(instance: Instance, faults: Faults, message: LazyText) -> list[WayOut]:
    other = "" if instance.hibernated else nearest_fitting(instance, instance.instance_type, faults)
    label = say(message, type=other)
    return [WayOut("instance.change_type", instance, label, {"instance_type": other})] if other else []
