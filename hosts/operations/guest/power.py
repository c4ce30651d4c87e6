"""Starting, stopping, suspending and resuming a guest."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.what_if import CostAndPower
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.memory_steps import memory_read, memory_written
from hosts.operations.guest.power_effects import power_step, start_steps, stop_step
from hosts.operations.needs import host_on, in_memory_of, room_for, room_for_memory_file
from hosts.operations.refusals import as_memory_file, no_memory_file, no_space, still_broken
from hosts.operations.ways_out import add_host, back_on
from hosts.rules.anti_affinity import why_apart
from hosts.rules.capacity import Need, rooms
from hosts.rules.disk_work import own_disks
from hosts.rules.host_power import own_server, why_not_on
from hosts.rules.memory_file import OF_ITS_MEMORY, file_now_gib, file_when_running_gib, takes_while_running
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, Refusal, WayOut
from virtlab.jobs.operations.refusals import busy
from virtlab.jobs.operations.state import StateOperation
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

ONLY_ELECTRICITY = _("A stop saves electricity only: host, licences, subscription, storage and administration cost on.")


class VmStateOperation(StateOperation, VmOperation):
    """From some power states to another."""

    states = PowerState
    state_column = "power_state"
    watched_fields = ("power_state", "host_id")

    def check_subject(self) -> Sequence[Refusal]:
        """Templates have no power state."""
        if not self.vm.is_template:
            return []
        return [Refusal(say(_("%(vm)s is a template: convert it to a virtual machine first."), vm=self.vm.name))]

    def changes(self) -> Sequence[Change]:
        """Its state; where a running guest has a file of its memory beside its disk, how that changes; without
        virtualization its server goes on and off with it.
        """
        now_gib, then_gib = self.vm.suspended_gib + file_now_gib(self.vm), self.then_gib
        changes, server = super().changes(), own_server(self.vm)
        if file_when_running_gib(self.vm):
            changes = [*changes, Change(OF_ITS_MEMORY, round(now_gib, 1), round(then_gib, 1), "GiB")]
        if server is None:
            return changes
        after = HostState.ON if self.to_state == PowerState.RUNNING else HostState.OFF
        label = say(_("Server %(host)s"), host=server.name)
        return [*changes, Change(label, HostState(server.state).label, after.label)]

    @property
    def then_gib(self) -> float:
        """GiB of its memory on the datastore afterwards, kept or as the file beside it."""
        return file_when_running_gib(self.vm) if self.to_state == PowerState.RUNNING else 0.0

    def figures(self) -> CostAndPower:
        return self.figures_with(power_state=str(self.to_state), suspended_gib=0.0)


class RunningOperation(VmStateOperation):
    """One after which the guest runs: its host must have room, also beside the others of the same request."""

    runs_on = True

    def check_room(self) -> Sequence[Refusal]:
        """Its host must have room."""
        vm = self.vm
        if vm.host is None:
            return [Refusal(say(_("%(vm)s is on no host."), vm=vm.name), "", [self._choose_host()])]
        if down := why_not_on(vm.host, vm):
            another = [add_host(vm.cluster)] if vm.host.state == HostState.FAILED else []
            job, ways = self.holder_of(vm.host), [*self._elsewhere(), *another]
            return [Refusal(down, "", ways if job else [*back_on(vm.host), *ways], job=job)]
        if vm.host.state != HostState.ON and (job := self.holder_of(vm.host)):
            return [replace(busy(vm.host.name, job), ways_out=self._elsewhere())]
        why = why_apart(vm.host, vm, self.members(vm.anti_affinity)) or self.why_full(vm.host, Need.of(vm))
        return [Refusal(why, "", self.make_room())] if why else no_memory_file(self, vm)

    def _choose_host(self) -> WayOut:
        return WayOut("vm.move", self.vm, _("Choose a host"))

    def _elsewhere(self) -> list[WayOut]:
        """Another host, where its disks are not in this one."""
        return [] if own_disks(self.vm.cluster.hypervisor) else [self._choose_host()]

    def notes(self) -> Sequence[Text]:
        return [*still_broken(self.vm), *takes_while_running(self.vm)]

    def check_beside(self, others: Sequence[Operation]) -> Sequence[Refusal]:
        """Room that the others take is gone."""
        vm, started = self.vm, {other.subject.pk for other in others if other.subject}
        if vm.host is None or not started:
            return []
        if refusals := super().check_beside(others):
            return [as_memory_file(self, vm, refusal) for refusal in refusals]
        running = str(self.to_state)
        beside = [guest._replace(power_state=running) if guest.pk in started else guest for guest in self.guests]
        why = rooms([vm.host], vm, beside)[0].why_not(Need.of(vm))
        return [Refusal(why, "", self.make_room())] if why else []


class StartVm(RunningOperation):
    """Powers a guest on."""

    name = "vm.start"
    title = _("Start")
    sentence = _("Start %(vm)s")
    primary = True
    counterpart = "instance.start"
    from_states = (PowerState.STOPPED,)
    to_state = PowerState.RUNNING

    def plan(self) -> Plan:
        return Plan(start_steps(self.vm, self.timings))


class StopVm(VmStateOperation):
    """Shuts a guest down in order."""

    name = "vm.stop"
    title = _("Stop")
    sentence = _("Stop %(vm)s")
    primary = True
    counterpart = "instance.stop"
    from_states = (PowerState.RUNNING,)
    to_state = PowerState.STOPPED

    def notes(self) -> Sequence[LazyText]:
        return [ONLY_ELECTRICITY]

    def plan(self) -> Plan:
        return Plan([stop_step(self.vm, self.timings)])


class SuspendVm(VmStateOperation):
    """Writes a guest's memory to its datastore and lets go of its host."""

    name = "vm.suspend"
    title = _("Suspend")
    sentence = _("Suspend %(vm)s")
    counterpart = "instance.hibernate"
    from_states = (PowerState.RUNNING,)
    to_state = PowerState.SUSPENDED

    @property
    def then_gib(self) -> float:
        return self.written_memory_gib

    def figures(self) -> CostAndPower:
        return self.figures_with(power_state=str(self.to_state), suspended_gib=self.written_memory_gib)

    def notes(self) -> Sequence[LazyText]:
        return [ONLY_ELECTRICITY]

    def check_rules(self) -> Sequence[Refusal]:
        """The hypervisor must be able to."""
        if self.can(Feature.SUSPEND):
            return []
        return [Refusal(say(_("%(kind)s cannot suspend a guest."), kind=self.kind.name))]

    def check_room(self) -> Sequence[Refusal]:
        """The datastore must have room for the memory."""
        return no_space(self, self.vm.datastore, self.written_memory_gib)

    def plan(self) -> Plan:
        """The memory is written while the guest stands still; its host lets go of it once all is there."""
        vm, gib, title = self.vm, self.written_memory_gib, _("Write its memory to the datastore")
        needs = [*in_memory_of(vm), *room_for(vm.datastore, gib)]
        write = memory_written("write", title, vm, gib, self.timings)
        let_go = power_step("suspend", _("Let go of its host"), self.timings.reconfigure_s, self.to_state, gib)
        return Plan([replace(step, needs=needs, down=True, pauses=True) for step in (write, let_go)])


class ResumeVm(RunningOperation):
    """Reads a suspended guest's memory back; it goes on where it was."""

    name = "vm.resume"
    title = _("Resume")
    sentence = _("Resume %(vm)s")
    primary = True
    counterpart = "instance.start"
    from_states = (PowerState.SUSPENDED,)
    to_state = PowerState.RUNNING

    def plan(self) -> Plan:
        """The memory is read while the guest stands still; then it goes on. It is kept until then, also where a file of
        it is made to run with.
        """
        vm, title = self.vm, _("Read its memory from the datastore")
        needs = [*([host_on(host=vm.host_id)] if vm.host_id else []), *room_for_memory_file(vm)]
        read = memory_read("read", title, vm, vm.suspended_gib, self.timings)
        go_on = power_step("resume", _("Let it go on"), self.timings.reconfigure_s, self.to_state)
        return Plan([replace(read, needs=needs), replace(go_on, needs=needs)])
