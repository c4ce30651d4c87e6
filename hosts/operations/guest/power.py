"""Starting, stopping, suspending and resuming a guest."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import rate_of, why_no_space
from hosts.operations.guest.base import MachineOperation
from hosts.operations.guest.power_effects import power_step
from hosts.operations.ways_out import way, ways_to_room
from hosts.rules.capacity import Need, guests_of, rooms, why_apart
from virtlab.engine.durations.copies import suspend_s
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, Preview, Refusal
from virtlab.jobs.text import Message, Text, say


class StateOperation(MachineOperation):
    """From some states to another."""

    watched_fields = ("power_state", "host_id")
    froms: tuple[PowerState, ...]
    to: PowerState
    words: Message

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Guests in a state that it starts from."""
        return super().offered_for(subject) and getattr(subject, "power_state", "") in cls.froms

    def describe(self) -> Text:
        """The job's title."""
        return say(self.words, vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """The guest must be in a state to start from, and no template."""
        if self.vm.is_template:
            return [Refusal(say(_("%(vm)s is a template: convert it to a virtual machine first."), vm=self.vm.name))]
        if self.vm.power_state not in self.froms:
            state = PowerState(self.vm.power_state).label
            return [Refusal(say(_("%(vm)s is not in a state for this: %(state)s."), vm=self.vm.name, state=state))]
        return self.more()

    def more(self) -> Sequence[Refusal]:
        """Further refusals."""
        return []

    def preview(self) -> Preview:
        """The state before and after, and what it does to the cluster's money and watts."""
        before, after = PowerState(self.vm.power_state).label, self.to.label
        money, watts = self.figures(power_state=str(self.to))
        return Preview([Change(_("State"), before, after)], money, watts, self.downtime_s())

    def downtime_s(self) -> float | None:
        """How long users notice; None where it ends only with the next start."""
        return None

    def room(self) -> Sequence[Refusal]:
        """Why the guest cannot run where it is, with the ways out."""
        vm = self.vm
        if vm.host is None:
            return [Refusal(say(_("%(vm)s is on no host."), vm=vm.name), "", way("vm.move", vm, _("Choose a host")))]
        why = why_apart(vm.host, vm) or self.why_full(vm.host, Need.of(vm))
        return [Refusal(why, "", ways_to_room(vm))] if why else []


class RunningOperation(StateOperation):
    """One after which the guest runs: its host must have room, also beside the others of the same request."""

    def more(self) -> Sequence[Refusal]:
        """Its host must have room."""
        return self.room()

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """Room that the others take is gone."""
        vm, started = self.vm, {other.subject.pk for other in others if other.subject}
        if vm.host is None or not started:
            return []
        guests = self.once(f"guests-{vm.cluster_id}", lambda: guests_of(vm.cluster_id))
        beside = [one._replace(power_state=str(self.to)) if one.pk in started else one for one in guests]
        why = rooms([vm.host], vm, beside)[0].why_not(Need.of(vm))
        return [Refusal(why, "", ways_to_room(vm))] if why else []


class StartVm(RunningOperation):
    """Powers a guest on."""

    name = "vm.start"
    title = _("Start")
    primary = True
    counterpart = "instance.start"
    words = _("Start %(vm)s")
    froms = (PowerState.STOPPED,)
    to = PowerState.RUNNING

    def plan(self) -> Plan:
        """One boot."""
        duration_s = self.timings.boot_s(windows=self.windows)
        return Plan([power_step("start", _("Start the guest"), duration_s, self.to)])


class StopVm(StateOperation):
    """Shuts a guest down in order."""

    name = "vm.stop"
    title = _("Stop")
    primary = True
    counterpart = "instance.stop"
    words = _("Stop %(vm)s")
    froms = (PowerState.RUNNING,)
    to = PowerState.STOPPED

    def plan(self) -> Plan:
        """One shutdown."""
        duration_s = self.timings.shutdown_s(windows=self.windows)
        return Plan([power_step("stop", _("Shut the guest down"), duration_s, self.to)])


class SuspendVm(StateOperation):
    """Writes a guest's memory to its datastore and lets go of its host."""

    name = "vm.suspend"
    title = _("Suspend")
    counterpart = "instance.hibernate"
    words = _("Suspend %(vm)s")
    froms = (PowerState.RUNNING,)
    to = PowerState.SUSPENDED

    @property
    def memory_gib(self) -> float:
        """What has to be written."""
        return self.vm.memory_mib / MIB_PER_GIB

    def more(self) -> Sequence[Refusal]:
        """The hypervisor must be able to, and the datastore have room for the memory."""
        if not self.can(Feature.SUSPEND):
            return [Refusal(say(_("%(kind)s cannot suspend a guest."), kind=self.kind.name))]
        why = why_no_space(self.vm.datastore, self.memory_gib, self.lab.lab_time())
        return [Refusal(why)] if why else []

    def plan(self) -> Plan:
        """The memory goes to the datastore."""
        duration_s = suspend_s(self.memory_gib, rate_of(self.vm), self.timings)
        return Plan([power_step("write", _("Write its memory to the datastore"), duration_s, self.to, self.memory_gib)])


class ResumeVm(RunningOperation):
    """Reads a suspended guest's memory back; it goes on where it was."""

    name = "vm.resume"
    title = _("Resume")
    counterpart = "instance.start"
    words = _("Resume %(vm)s")
    froms = (PowerState.SUSPENDED,)
    to = PowerState.RUNNING

    def plan(self) -> Plan:
        """The memory comes from the datastore."""
        duration_s = suspend_s(self.vm.suspended_gib, rate_of(self.vm), self.timings)
        return Plan([power_step("read", _("Read its memory from the datastore"), duration_s, self.to)])
