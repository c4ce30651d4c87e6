"""Stopping, starting, rebooting and hibernating an instance."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.credit_notes import stop_notes
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.steps import memory_s, start_steps, stop_steps
from instances.operations.instance.store import StoreForm, store_lost
from instances.operations.refusals import failed_already, misplaced
from instances.rules.hibernation import NO_HIBERNATION, why_no_hibernation
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text
from virtlab.web.lazy_text import LazyText


@effect("instance.require_running")
def require_running(run: Run) -> None:
    """StepFailed where the instance does not run any more."""
    instance = run.get(Instance)
    if instance.state != InstanceState.RUNNING:
        raise StepFailed(_("%(name)s does not run any more."), name=instance.name)
    if instance.system_failed_lab_at:
        raise StepFailed(failed_already(instance).text)


class StopInstance(InstanceOperation):
    """Stops an instance: its volumes stay and cost on, the compute charge ends."""

    name = "instance.stop"
    primary = True
    title = _("Stop")
    sentence = _("Stop %(name)s")
    form_class = StoreForm
    counterpart = "vm.stop"
    from_states = (InstanceState.RUNNING,)
    to_state = InstanceState.STOPPED
    refused_states = (InstanceState.PENDING, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)

    def check_rules(self) -> Sequence[Refusal]:
        """What is on the instance store must not be lost by surprise."""
        return store_lost(self)

    def changes(self) -> Sequence[Change]:
        """The address goes unless it is elastic."""
        address = self.instance.public_address if self.instance.elastic_address else "–"
        return [*super().changes(), Change(_("Public address"), self.instance.public_address or "–", address)]

    def figures(self) -> tuple[Pair | None, Pair]:
        """The charge ends, the volumes cost on."""
        after = self.cost(running=False, addresses=int(self.instance.elastic_address))
        return pair(self.cost(), after), (self.watts(), 0.0)

    def notes(self) -> list[Text | LazyText]:
        notes: list[Text | LazyText] = [
            _("The volumes stay as they are, and cost on."),
            _("It is down until it is started again."),
        ]
        if not self.instance.elastic_address:
            notes.append(_("The public address is given back; the next start brings another one."))
        if self.instance.store_written:
            notes.append(_("What is on the instance store is lost."))
        return [*notes, *stop_notes(self.instance.instance_type)]

    def plan(self) -> Plan:
        """An orderly shutdown, then the cloud's part."""
        return Plan(stop_steps(self.timings, windows=self.windows))


class HibernateInstance(StopInstance):
    """Stops an instance with its memory kept on the root volume."""

    name = "instance.hibernate"
    title = _("Hibernate")
    sentence = _("Hibernate %(name)s")
    counterpart = "vm.suspend"
    primary = False
    group = pgettext_lazy("menu", "Power")

    def check_rules(self) -> Sequence[Refusal]:
        """Type, image and root volume must be able to, and the memory be there."""
        if self.instance.system_failed_lab_at:
            return [failed_already(self.instance)]
        if why := why_no_hibernation(self.instance):
            way = WayOut("instance.stop", self.instance, _("Stop it instead"))
            return [Refusal(why, ways_out=[way], code=NO_HIBERNATION)]
        return store_lost(self)

    def notes(self) -> list[Text | LazyText]:
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
    title = pgettext_lazy("instance", "Start")
    sentence = _("Start %(name)s")
    counterpart = "vm.start"
    from_states = (InstanceState.STOPPED,)
    to_state = InstanceState.RUNNING
    refused_states = (InstanceState.STOPPING, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)

    def check_room(self) -> Sequence[Refusal]:
        """The zone must have the type, and room for it; quota and placement group must allow it."""
        kind = self.instance.instance_type
        crowded = misplaced(self.instance.placement_group, kind, Counter([self.instance.zone]))
        refusals = [self.no_capacity(kind), self.not_offered(kind), crowded, *self.check_beside([])]
        return [refusal for refusal in refusals if refusal]

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """The quota must allow all that start together."""
        return self.over_quota(lambda started: started.instance.instance_type.vcpu, others)

    def changes(self) -> Sequence[Change]:
        """A new public address unless it is elastic."""
        address = self.instance.public_address if self.instance.elastic_address else _("a new one")
        return [*super().changes(), Change(_("Public address"), self.instance.public_address or "–", address)]

    def figures(self) -> tuple[Pair | None, Pair]:
        return pair(self.cost(), self.cost(running=True, addresses=1)), (0.0, self.watts())

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
    sentence = _("Reboot %(name)s")
    group = pgettext_lazy("menu", "Power")
    from_states = (InstanceState.RUNNING,)

    def check_rules(self) -> Sequence[Refusal]:
        """A reboot stays on the same hardware."""
        return [failed_already(self.instance)] if self.instance.system_failed_lab_at else []

    def changes(self) -> Sequence[Change]:
        return [Change(_("Public address"), self.instance.public_address, self.instance.public_address)]

    @property
    def downtime_s(self) -> float:
        return self.plan().duration_s

    def notes(self) -> Sequence[LazyText]:
        return [_("The charge goes on, and the instance store keeps its data.")]

    def plan(self) -> Plan:
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
