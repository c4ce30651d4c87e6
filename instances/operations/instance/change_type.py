"""Another instance type: on a stopped instance alone, or as one action that stops, changes and starts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from instances.catalog.network_words import network_text
from instances.catalog.prices import NO_PRICE
from instances.choices import InstanceState
from instances.models import Instance, InstanceType
from instances.operations.commitment_notes import commitment_notes
from instances.operations.credit_notes import end_notes, surplus_notes
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.steps import start_steps, stop_steps
from instances.operations.instance.store import StoreForm, store_lost
from instances.operations.instance.type_effects import restore_type, set_type
from instances.operations.needs import within_reach
from instances.operations.refusals import WRONG_STATE
from instances.operations.type_field import TypeField, offered_to
from instances.pricing.instance import CostQuery
from instances.rules.addresses import NEEDS_ELASTIC
from instances.rules.compatibility import why_not_become
from instances.rules.nearest_type import nearest_fitting
from instances.rules.quotas import group_of
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.load_notes import short_of_memory
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

INVALID_TYPE = "InvalidInstanceAttributeValue"


class TypeForm(StoreForm):
    """Which type afterwards."""

    instance_type = TypeField(label=_("Instance type"))

    def prepare(self) -> None:
        super().prepare()
        self.order_fields(["instance_type"])
        if isinstance(self.subject, Instance):
            field = self.fields["instance_type"]
            field.widget.attrs["placeholder"] = self.subject.instance_type_id
            assert isinstance(field, TypeField)
            field.suggest(partial(offered_to, self.subject))


class ChangeType(InstanceOperation):
    """Gives a stopped instance another type."""

    name = "instance.change_type"
    group = _("Size")
    title = _("Change the type")
    form_class: ClassVar[type[OperationForm]] = TypeForm
    from_states: ClassVar[Sequence[InstanceState]] = (InstanceState.STOPPED,)
    refused_states: ClassVar[Sequence[InstanceState]] = (
        InstanceState.PENDING,
        InstanceState.RUNNING,
        InstanceState.STOPPING,
    )

    @property
    def kind(self) -> InstanceType:
        """The type afterwards."""
        kind: InstanceType = self.values["instance_type"]
        return kind

    @property
    def kind_after(self) -> InstanceType:
        return self.kind

    def describe(self) -> Text:
        now = self.instance.instance_type_id
        return say(_("%(name)s: from %(now)s to %(type)s"), name=self.instance.name, now=now, type=self.kind.pk)

    def check(self) -> Sequence[Refusal]:
        """As for every instance; one that runs has to be stopped first, and the refusal says how."""
        refusals = super().check()
        if refusals and self.instance.state == InstanceState.RUNNING and self.from_states == ChangeType.from_states:
            return [self._stop_first(), *refusals[1:]]
        return refusals

    def _stop_first(self) -> Refusal:
        text = say(_("%(name)s runs. Its type can only be changed while it is stopped."), name=self.instance.name)
        params = {"instance_type": self.kind.pk}
        ways = [
            WayOut("instance.resize", self.instance, _("Stop it, change it and start it again"), params),
            WayOut("instance.stop", self.instance, _("Stop it first")),
        ]
        return Refusal(text, ways_out=ways, code=WRONG_STATE)

    def check_rules(self) -> Sequence[Refusal]:
        """The true reason why the type cannot be, with one that can."""
        if self.kind.pk == self.instance.instance_type_id:
            return [Refusal(say(_("%(name)s is of this type already."), name=self.instance.name), "instance_type")]
        if self.instance.hibernated:
            text = say(_("%(name)s is hibernated: start it and stop it without hibernation."), name=self.instance.name)
            start = WayOut("instance.start", self.instance, pgettext_lazy("instance", "Start it"))
            return [Refusal(text, ways_out=[start])]
        if refusal := self._unfit():
            return [replace(refusal, field="instance_type", ways_out=self._ways())]
        return store_lost(self)

    def _unfit(self) -> Refusal | None:
        """Why the instance cannot be of the type, with the code with which ModifyInstanceAttribute refuses it."""
        if unfit := why_not_become(self.instance, self.kind, len(self.instance.volumes.all())):
            return Refusal(unfit.text, code=unfit.code)
        refusal = self.not_offered(self.kind)
        return replace(refusal, code=INVALID_TYPE) if refusal else None

    def _ways(self) -> list[WayOut]:
        fitting = nearest_fitting(self.instance, self.kind)
        params = {**self.kept_values(), "instance_type": fitting}
        label = say(_("Take %(type)s"), type=fitting)
        return [WayOut(self.asked_again_by, self.instance, label, params)] if fitting else []

    @property
    def asked_again_by(self) -> str:
        """The operation that asks for another type instead."""
        return self.name

    @property
    def _stays_off(self) -> bool:
        return self.instance.state == InstanceState.STOPPED

    def figures(self) -> tuple[Pair | None, Pair]:
        """As it stands: a stopped instance draws nothing on either type."""
        if self._stays_off:
            return pair(self.cost(), self.cost(kind=self.kind)), (0.0, 0.0)
        after = self.cost(kind=self.kind, addresses=int(self.starts_with_address))
        return pair(self.cost(), after), (self.watts_now, self.watts(self.kind))

    @property
    def downtime_s(self) -> float:
        return self.plan().down_s

    def changes(self) -> list[Change]:
        """What differs between the types."""
        now, then = self.instance.instance_type, self.kind
        return [
            Change(_("Instance type"), now.pk, then.pk),
            Change(_("vCPU"), now.vcpu, then.vcpu),
            Change(_("Memory"), _figure(now.memory_mib / MIB_PER_GIB), _figure(then.memory_mib / MIB_PER_GIB), "GiB"),
            Change(_("Hypervisor"), now.get_hypervisor_display(), then.get_hypervisor_display()),
            Change(_("Network"), network_text(now.network_performance), network_text(then.network_performance)),
            Change(_("EBS bandwidth"), _figure(now.ebs_baseline_mbps), _figure(then.ebs_baseline_mbps), "Mb/s"),
            Change(_("EBS accesses"), _figure(now.ebs_baseline_iops), _figure(then.ebs_baseline_iops), "IOPS"),
            Change(_("Instance store"), _figure(now.instance_store_gb), _figure(then.instance_store_gb), "GB"),
            *(self._once_it_runs() if self._stays_off else []),
        ]

    def _once_it_runs(self) -> list[Change]:
        """What a stopped instance will cost and draw when it is started."""
        kinds = self.instance.instance_type, self.kind
        runs = {"running": True, "addresses": int(self.starts_with_address)}
        before, after = pair(*(self.cost(kind=kind, **runs) for kind in kinds)) or (None, None)
        draws, will_draw = (formats.number(self.mean_watts(kind), 1) for kind in kinds)
        return [
            Change(_("Per month while it runs"), formats.number(before, 2), formats.number(after, 2), "USD"),
            Change(_("Power while it runs, at its mean load"), draws, will_draw, "W"),
        ]

    def notes(self) -> list[Text | LazyText]:
        instance, notes = self.instance, list[Text | LazyText]()
        if self.cost(running=True, kind=self.kind).compute_usd_per_hour is None:
            notes.append(NO_PRICE)
        if instance.state == InstanceState.RUNNING and not instance.elastic_address:
            notes.append(_("The public address changes.") if self.starts_with_address else NEEDS_ELASTIC)
        if instance.store_written:
            notes.append(_("What is on the instance store is lost."))
        if self.kind.burstable and not instance.instance_type.burstable:
            notes.append(_("The new type has a CPU baseline, and credits above it."))
        notes += short_of_memory(instance.workload_id, self.kind.memory_mib, instance.instance_type.memory_mib)
        charge, now = self.charge(self.kind), self.lab.lab_time()
        notes += commitment_notes(instance, self.kind, charge, now, self.lab_figures)
        query = CostQuery.of(instance, kind=self.kind, running=True)
        notes += end_notes(instance, self.ledger, self.lab_figures)
        return [*notes, *surplus_notes(query, self.lab_figures)]

    @cached_property
    def modify(self) -> PlannedStep:
        """The change itself."""
        params: dict[str, Any] = {"instance_type": self.kind.pk}
        lasts_s, needs = self.timings.ec2_modify_s, within_reach(self.instance)
        down = self.instance.state == InstanceState.RUNNING  # it is stopped for it
        title = _("Give it the type from before")
        back = [PlannedStep("modify_back", title, lasts_s, restore_type, needs=needs, down=down)]
        step = PlannedStep("modify", _("Change the type"), lasts_s, set_type, params=params, way_back=back, needs=needs)
        return replace(step, down=down)

    def plan(self) -> Plan:
        return Plan([self.modify])


def _figure(value: float | None) -> str:
    return formats.exact(value)


def grows_by(operation: InstanceOperation) -> int:
    """VCPU that an operation adds to what counts against the quota."""
    instance, after = operation.instance, operation.kind_after
    if instance.state != InstanceState.RUNNING:
        return 0
    same = group_of(instance.instance_type.family) == group_of(after.family)
    return after.vcpu - (instance.instance_type.vcpu if same else 0)


class ResizeInstance(ChangeType):
    """Stops an instance, changes its type and starts it again."""

    name = "instance.resize"
    title = _("Stop, change the type, start")
    counterpart = "vm.resize"
    primary = True
    from_states: ClassVar[Sequence[InstanceState]] = (InstanceState.RUNNING,)
    refused_states: ClassVar[Sequence[InstanceState]] = (InstanceState.PENDING,)

    def check_room(self) -> Sequence[Refusal]:
        """The quota must allow it. Capacity is not asked for before it starts again: a lack of it is a note."""
        return self.check_beside([])

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """The quota must allow what running instances grow by; a stopped one counts when it is started."""
        return self.over_quota(grows_by, others)

    def notes(self) -> list[Text | LazyText]:
        """A lack of capacity first: the cloud tells it only when the instance has been stopped."""
        if self.instance.state == InstanceState.STOPPED or not self.no_capacity(self.kind):
            return super().notes()
        message = _(
            "Insufficient capacity: %(zone)s has no %(type)s to give at the moment. The cloud says so only when the "
            "instance starts again, after it has been stopped: it may stay off."
        )
        return [say(message, zone=self.instance.zone, type=self.kind.pk), *super().notes()]

    def plan(self) -> Plan:
        """Stop, change, start: down throughout."""
        stop = stop_steps(self.instance, self.timings)
        start = start_steps(self.instance, self.timings, metal=self.kind.bare_metal)
        return Plan([*stop, replace(self.modify, final=True), *start])
