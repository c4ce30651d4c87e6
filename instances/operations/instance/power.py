"""Stopping, starting, rebooting and hibernating an instance."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.steps import memory_s, start_steps, stop_steps
from instances.rules.hibernation import why_no_hibernation
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal, WayOut
from virtlab.jobs.text import Message, Text, say


@effect("instance.require_running")
def require_running(run: Run) -> None:
    """StepFailed where the instance does not run any more."""
    instance = run.get(Instance)
    if instance.state != InstanceState.RUNNING:
        raise StepFailed(_("%(name)s does not run any more."), name=instance.name)


class StoreForm(OperationForm):
    """Whether what is on the instance store may be lost."""

    lose_store = forms.BooleanField(
        label=_("The data on the instance store may be lost"),
        required=False,
        help_text=_("Disks inside the machine forget everything when it stops. Volumes (EBS) keep theirs."),
    )

    def prepare(self) -> None:
        """Asks only where there is something to lose."""
        if not (isinstance(self.subject, Instance) and self.subject.store_written):
            self.fields["lose_store"].widget = forms.HiddenInput()


def store_lost(operation: InstanceOperation) -> list[Refusal]:
    """Stopping would lose data that nobody has given up."""
    instance = operation.instance
    if not instance.store_written or operation.values.get("lose_store"):
        return []
    text = say(
        _("%(name)s has data on its instance store (%(gb)s GB), lost when it stops. Copy it to a volume first."),
        name=instance.name,
        gb=round(instance.instance_type.instance_store_gb),
    )
    params = {**operation.kept_values(), "lose_store": "on"}
    return [Refusal(text, "lose_store", [WayOut(type(operation), instance, _("It may be lost"), params)])]


class StopInstance(InstanceOperation):
    """Stops an instance: its volumes stay and cost on, the compute charge ends."""

    name = "instance.stop"
    primary = True
    title = _("Stop")
    form_class = StoreForm
    counterpart = "vm.stop"
    states = (InstanceState.RUNNING,)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Stop %(name)s"), name=self.instance.name)

    def check_more(self) -> Sequence[Refusal]:
        """What is on the instance store must not be lost by surprise."""
        return store_lost(self)

    def preview(self) -> Preview:
        """The charge ends, the volumes cost on, the address goes unless it is elastic."""
        after = self.cost(running=False, addresses=int(self.instance.elastic_address))
        return Preview(
            [
                Change(_("State"), InstanceState.RUNNING.label, InstanceState.STOPPED.label),
                Change(_("Public address"), self.instance.public_address or "–", self.address_after),
            ],
            cost_usd_per_month=pair(self.cost(), after),
            power_w=(self.watts(), 0.0),
            notes=self.notes(),
        )

    @property
    def address_after(self) -> str | None:
        """The public address of the stopped instance."""
        return self.instance.public_address if self.instance.elastic_address else "–"

    def notes(self) -> list[Message]:
        """What the user should know before."""
        said: list[Message] = [
            _("The volumes stay as they are, and cost on."),
            _("It is down until it is started again."),
        ]
        if not self.instance.elastic_address:
            said.append(_("The public address is given back; the next start brings another one."))
        if self.instance.store_written:
            said.append(_("What is on the instance store is lost."))
        return said

    def plan(self) -> Plan:
        """An orderly shutdown, then the cloud's part."""
        return Plan(stop_steps(self.timings, windows=self.windows))


class HibernateInstance(StopInstance):
    """Stops an instance with its memory kept on the root volume."""

    name = "instance.hibernate"
    title = _("Hibernate")
    counterpart = "vm.suspend"
    primary = False
    group = _("Power")

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Hibernate %(name)s"), name=self.instance.name)

    def check_more(self) -> Sequence[Refusal]:
        """Type, image and root volume must be able to."""
        why = why_no_hibernation(self.instance)
        if why:
            return [Refusal(why, ways_out=[WayOut(StopInstance, self.instance, _("Stop it instead"))])]
        return store_lost(self)

    def notes(self) -> list[Message]:
        """The memory goes to the root volume."""
        return [_("The memory is written to the root volume and read back at the next start."), *super().notes()]

    def plan(self) -> Plan:
        """The memory is written where a shutdown would be."""
        request, _shutdown, stopping = stop_steps(self.timings, windows=self.windows, hibernated=True)
        write = PlannedStep("memory", _("The memory is written to the root volume"), image_s(self.instance))
        return Plan([request, write, stopping])


class StartInstance(InstanceOperation):
    """Starts a stopped instance."""

    name = "instance.start"
    primary = True
    title = _("Start")
    counterpart = "vm.start"
    states = (InstanceState.STOPPED,)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Start %(name)s"), name=self.instance.name)

    def check_more(self) -> Sequence[Refusal]:
        """The zone must have the type, and room for it; the quota must allow it."""
        kind = self.instance.instance_type
        found = [self.no_capacity(kind), self.not_offered(kind)]
        return [*(refusal for refusal in found if refusal), *self.check_beside([])]

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """The quota must allow all that start together."""
        return self.over_quota(lambda one: one.instance.instance_type.vcpu, others)

    def preview(self) -> Preview:
        """The charge begins; a new public address unless it is elastic."""
        address = self.instance.public_address if self.instance.elastic_address else _("a new one")
        return Preview(
            [
                Change(_("State"), InstanceState.STOPPED.label, InstanceState.RUNNING.label),
                Change(_("Public address"), self.instance.public_address or "–", address),
            ],
            cost_usd_per_month=pair(self.cost(), self.cost(running=True, addresses=1)),
            power_w=(0.0, self.watts()),
        )

    def plan(self) -> Plan:
        """The request, pending to running, and a boot or the memory read back."""
        steps = start_steps(self.timings, windows=self.windows)
        if self.instance.hibernated:
            title = _("The memory is read back from the root volume")
            steps[-1] = PlannedStep("memory", title, image_s(self.instance))
        return Plan(steps)


class RebootInstance(InstanceOperation):
    """Restarts the operating system; host, addresses and disks stay."""

    name = "instance.reboot"
    title = _("Reboot")
    group = _("Power")
    states = (InstanceState.RUNNING,)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Reboot %(name)s"), name=self.instance.name)

    def preview(self) -> Preview:
        """Only the time."""
        changes = [Change(_("Public address"), self.instance.public_address, self.instance.public_address)]
        notes = [_("The charge goes on, and the instance store keeps its data.")]
        return Preview(changes, downtime_s=self.plan().duration_s, notes=notes)

    def plan(self) -> Plan:
        """Down and up."""
        shutdown_s = self.timings.shutdown_s(windows=self.windows)
        boot_s = instance_start_steps(self.timings, windows=self.windows)[-1].duration_s
        return Plan(
            [
                PlannedStep("shutdown", _("The operating system shuts down"), shutdown_s, require_running),
                PlannedStep("boot", _("The operating system starts"), boot_s, require_running),
            ]
        )


def image_s(instance: Instance) -> float:
    """Seconds to write an instance's memory to its root volume."""
    root = instance.volumes.first()
    throughput = root.throughput_mbps if root else 125
    return memory_s(instance.instance_type.memory_mib, throughput)


__all__ = ["HibernateInstance", "RebootInstance", "StartInstance", "StopInstance", "StoreForm", "store_lost"]
