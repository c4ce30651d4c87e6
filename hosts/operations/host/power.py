"""Hosts on and off, failing and repaired."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.models import Host, VirtualMachine
from hosts.operations.guest.delete import some_of
from hosts.operations.guest.power_effects import POWER_FIELDS, settle
from hosts.operations.host.base import HostOperation, running_on
from hosts.operations.ways_out import way
from virtlab.jobs.choices import Level
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal, WayOut
from virtlab.jobs.text import Message, Text, say

WAYS = 2


@effect("host.set_state")
def set_state(run: Run) -> None:
    """Sets the state that the step names; StepFailed where guests run on a host that is to go off."""
    host = run.get(Host)
    if run.params["state"] == HostState.OFF and (why := why_busy(host)):
        raise StepFailed(why)
    run.remember(state=host.state)
    host.state = run.params["state"]
    host.save(update_fields=["state"])


@effect("host.restore_state")
def restore_state(run: Run) -> None:
    """Gives back the state from before."""
    host = run.get(Host)
    host.state = run.memory["state"]
    host.save(update_fields=["state"])


@effect("host.fail")
def fail_host(run: Run) -> None:
    """The host is gone, and its running guests with it; their disks stay."""
    host = run.get(Host)
    lost = running_on(host)
    for vm in lost:
        settle(vm, run.lab_time)
        vm.power_state = PowerState.STOPPED
        vm.save(update_fields=POWER_FIELDS)
        run.touch(vm)
    host.state = HostState.FAILED
    host.save(update_fields=["state"])
    names = some_of([vm.name for vm in lost]) or "–"
    run.log(say(_("Stopped with it: %(names)s."), names=names), Level.ERROR)


def why_busy(host: Host) -> Text | None:
    """Which guests run on it, in words; None where none does."""
    names = [vm.name for vm in running_on(host)]
    return say(_("Guests run on %(host)s: %(names)s."), host=host.name, names=some_of(names)) if names else None


def ways_to_empty(guests: Sequence[VirtualMachine]) -> list[WayOut]:
    """Moving or stopping the first guests."""
    ways: list[WayOut] = []
    for vm in guests[:WAYS]:
        ways += way("vm.move", vm, say(_("Move %(vm)s"), vm=vm.name))
        ways += way("vm.stop", vm, say(_("Stop %(vm)s"), vm=vm.name))
    return ways


class HostStateOperation(HostOperation):
    """From some states to another."""

    froms: tuple[HostState, ...]
    to: HostState
    words: Message

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Hosts in a state that it starts from."""
        return isinstance(subject, Host) and subject.state in cls.froms

    def describe(self) -> Text:
        """The job's title."""
        return say(self.words, host=self.host.name)

    def check(self) -> Sequence[Refusal]:
        """The host must be in a state to start from."""
        if self.host.state in self.froms:
            return self.more()
        state = HostState(self.host.state).label
        return [Refusal(say(_("%(host)s is not in a state for this: %(state)s."), host=self.host.name, state=state))]

    def more(self) -> Sequence[Refusal]:
        """Further refusals."""
        return []

    def preview(self) -> Preview:
        """The state before and after, and what it does to the cluster's money and watts."""
        changes = [Change(_("State"), HostState(self.host.state).label, self.to.label)]
        return Preview(changes, *self.figures(state=str(self.to)), None, self.notes())

    def notes(self) -> Sequence[Text | Message]:
        """Further notes."""
        return []

    def step(self, key: str, title: Message, duration_s: float) -> PlannedStep:
        """A step at whose end the host is in the new state."""
        return PlannedStep(key, title, duration_s, set_state, restore_state, {"state": str(self.to)})


class PowerOffHost(HostStateOperation):
    """Shuts a host down that no guest runs on."""

    name = "host.power_off"
    title = _("Power off")
    primary = True
    words = _("Power %(host)s off")
    froms = (HostState.ON, HostState.MAINTENANCE)
    to = HostState.OFF

    def more(self) -> Sequence[Refusal]:
        """No guest may run on it."""
        why = why_busy(self.host)
        return [Refusal(why, "", ways_to_empty(running_on(self.host)))] if why else []

    def plan(self) -> Plan:
        """One shutdown."""
        return Plan([self.step("off", _("Shut the host down"), self.timings.host_shutdown_s)])


class PowerOnHost(HostStateOperation):
    """Boots a host."""

    name = "host.power_on"
    title = _("Power on")
    primary = True
    words = _("Power %(host)s on")
    froms = (HostState.OFF,)
    to = HostState.ON

    def plan(self) -> Plan:
        """One boot."""
        return Plan([self.step("on", _("Boot the host"), self.timings.host_boot_s)])


class FailHost(HostStateOperation):
    """Lets a host fail, to see what happens."""

    name = "host.fail"
    title = _("Let it fail")
    danger = True
    words = _("%(host)s fails")
    froms = (HostState.ON, HostState.MAINTENANCE)
    to = HostState.FAILED

    def notes(self) -> Sequence[Text | Message]:
        """Who stops with it."""
        names = [vm.name for vm in running_on(self.host)]
        stopped = say(_("Stops with it: %(names)s."), names=some_of(names)) if names else say(_("No guest runs on it."))
        return [stopped, _("Nothing restarts them by itself; start them on another host after a move.")]

    def plan(self) -> Plan:
        """At once."""
        return Plan([PlannedStep("fail", _("The host fails"), 0.0, fail_host)])


class RepairHost(HostStateOperation):
    """Repairs a failed host and boots it."""

    name = "host.repair"
    title = _("Repair")
    words = _("Repair %(host)s")
    froms = (HostState.FAILED,)
    to = HostState.ON

    def plan(self) -> Plan:
        """Repair, boot."""
        repair = PlannedStep("repair", _("Replace the part"), self.value("host_repair_s"))
        return Plan([repair, self.step("on", _("Boot the host"), self.timings.host_boot_s)])
