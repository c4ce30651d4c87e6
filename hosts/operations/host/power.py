"""Hosts on and off, failing and repaired."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hosts.choices import HostState, PowerState
from hosts.live.facts import EstateFacts, GuestFacts
from hosts.live.load import runs
from hosts.live.what_if import CostAndPower
from hosts.models import Host, VirtualMachine
from hosts.operations.guest.power_effects import BOOT_HOST, start_steps, stop_many
from hosts.operations.host.base import HostOperation
from hosts.operations.host.needing import HostsInUse
from hosts.operations.needs import host_on
from hosts.rules.disk_work import WORKS
from hosts.rules.host_power import bare_metal
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.choices import Level
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.operations.state import StateOperation
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names
from virtlab.web.lazy_text import LazyText

WAYS = 2
STOPPED, RUNNING = str(PowerState.STOPPED), str(PowerState.RUNNING)
ONLY_ELECTRICITY_OF_HOST = _(
    "A host that is off saves electricity only: what was bought, licences, rack space and administration cost on."
)


@effect("host.set_state", breaks=("host.on", "vm.made_on_host", "vm.host_on"))
def set_state(run: Run) -> None:
    """Sets the state that the step names; StepFailed where guests run on a host that is to go off."""
    host = run.get(Host)
    if run.params["state"] == HostState.OFF and (why := HostsInUse([host]).why_busy(host)):
        raise StepFailed(why)
    set_columns(run, host, run.params)


@effect("host.restore_state")
def restore_state(run: Run) -> None:
    """Gives back the state from before, but to a host that has failed since."""
    host = run.get(Host)
    if host.state != HostState.FAILED:
        restore_columns(run, host)


@effect("host.fail", breaks=("host.on", "vm.running", "vm.made_on_host", "vm.host_on", "datastore.space"))
def fail_host(run: Run) -> None:
    """The host is gone, and its running guests with it; their disks stay."""
    host = run.get(Host)
    lost = HostsInUse([host]).running_on(host)
    stop_many(lost, run.lab_time)
    run.touch(*lost)
    host.state = HostState.FAILED
    host.save(update_fields=["state"])
    run.log(say(_("Stopped with it: %(names)s."), names=names([vm.name for vm in lost]) or "–"), Level.ERROR)


def stops(guest: GuestFacts, host: int) -> bool:
    """Whether a guest stops when a host fails."""
    return guest.host_id == host and runs(guest.power_state, template=guest.is_template)


def ways_to_empty(guests: Sequence[VirtualMachine]) -> list[WayOut]:
    """Moving or stopping the first guests."""
    ways: list[WayOut] = []
    for vm in guests[:WAYS]:
        ways.append(WayOut("vm.move", vm, say(_("Move %(vm)s"), vm=vm.name)))
        ways.append(WayOut("vm.stop", vm, say(_("Stop %(vm)s"), vm=vm.name)))
    return ways


def shutdown_steps(host: Host, timings: Timings) -> list[PlannedStep]:
    """Into maintenance mode, so that nothing starts on it or comes to it any more, and off: once asked for, a shutdown
    goes through, and the way back is a boot. Nothing for a host that is not on.
    """
    if host.state not in WORKS:
        return []
    title, maintenance = _("Enter maintenance mode"), {"state": str(HostState.MAINTENANCE)}
    enter = PlannedStep("maintenance", title, 0.0, set_state, undo=restore_state, params=maintenance)
    back = [PlannedStep("boot_back", BOOT_HOST, timings.host_boot_s, restore_state)]
    params = {"state": str(HostState.OFF)}
    off = PlannedStep("off", _("Shut the host down"), timings.host_shutdown_s, set_state, params=params, way_back=back)
    off = replace(off, interruptible=False, needs=[host_on(host=host.pk)], varies=True)
    return [enter, off] if host.state == HostState.ON else [off]


class HostStateOperation(StateOperation, HostOperation):
    """From some states of a host to another."""

    states = HostState

    @property
    def system(self) -> VirtualMachine | None:
        """Without virtualization the OS that goes on with the host; None where it has none, and under a hypervisor."""
        here = self.uses.guests[self.host.pk] if bare_metal(self.cluster.hypervisor) else []
        return next((vm for vm in here if not vm.is_template), None)

    def figures(self) -> CostAndPower:
        return self.figures_with(state=str(self.to_state))

    def step(self, key: str, title: LazyText, duration_s: float) -> PlannedStep:
        """A step at whose end the host is in the new state."""
        params = {"state": str(self.to_state)}
        return PlannedStep(key, title, duration_s, set_state, undo=restore_state, params=params, varies=True)


class PowerOffHost(HostStateOperation):
    """Shuts a host down that no guest runs on."""

    name = "host.power_off"
    title = _("Power off")
    sentence = _("Power %(host)s off")
    primary = True
    from_states = (HostState.ON, HostState.MAINTENANCE)
    to_state = HostState.OFF

    def notes(self) -> Sequence[Text | LazyText]:
        return [ONLY_ELECTRICITY_OF_HOST]

    def check_rules(self) -> Sequence[Refusal]:
        """No guest may run on it, and no job need it."""
        why = self.uses.why_busy(self.host)
        busy = [Refusal(why, "", ways_to_empty(self.uses.running_on(self.host)))] if why else []
        return [*busy, *self.uses.used_by(self.host)]

    def plan(self) -> Plan:
        return Plan(shutdown_steps(self.host, self.timings))


class BootOperation(HostStateOperation):
    """One after which the host is on, and with it the OS of a server without virtualization."""

    to_state = HostState.ON

    def changes(self) -> Sequence[Change]:
        if self.system is None:
            return super().changes()
        before, after = PowerState(self.system.power_state).label, PowerState.RUNNING.label
        return [*super().changes(), Change(self.system.name, before, after)]

    def figures(self) -> CostAndPower:
        pk, system = self.host.pk, self.system.pk if self.system else None

        def change(facts: EstateFacts) -> EstateFacts:
            hosts = [h._replace(state=str(HostState.ON)) if h.pk == pk else h for h in facts.hosts]
            guests = [g._replace(power_state=RUNNING) if g.pk == system else g for g in facts.guests]
            return facts._replace(hosts=hosts, guests=guests)

        return self.figures_after(change)

    def boot_steps(self) -> list[PlannedStep]:
        """The host's self-test, and the start of the OS that it has."""
        boot = self.step("on", BOOT_HOST, self.timings.host_boot_s)
        return [boot, *(start_steps(self.system, self.timings)[-1:] if self.system else [])]

    def holds(self) -> Sequence[Held]:
        return [*super().holds(), *([Held(self.system)] if self.system else [])]


class PowerOnHost(BootOperation):
    """Boots a host."""

    name = "host.power_on"
    title = _("Power on")
    sentence = _("Power %(host)s on")
    primary = True
    from_states = (HostState.OFF,)

    def plan(self) -> Plan:
        return Plan(self.boot_steps())


class FailHost(HostStateOperation):
    """Lets a host fail, to see what happens."""

    name = "host.fail"
    queues = False
    counterpart = "fault.system_failure"
    title = _("Let it fail")
    sentence = _("%(host)s fails")
    danger = True
    from_states = (HostState.ON, HostState.MAINTENANCE)
    to_state = HostState.FAILED

    def figures(self) -> CostAndPower:
        """With its running guests stopped, and without those that jobs in progress were making with it."""
        pk, lost = self.host.pk, self.uses.guests_lost_with(self.host)

        def change(facts: EstateFacts) -> EstateFacts:
            left = [g for g in facts.guests if g.pk not in lost]
            stopped = [g._replace(power_state=STOPPED) if stops(g, pk) else g for g in left]
            hosts = [h._replace(state=str(HostState.FAILED)) if h.pk == pk else h for h in facts.hosts]
            return facts._replace(guests=stopped, hosts=hosts)

        return self.figures_after(change)

    def notes(self) -> Sequence[Text | LazyText]:
        """Who stops with it, and which jobs fail."""
        running = [vm.name for vm in self.uses.running_on(self.host)]
        stopped = say(_("Stops with it: %(names)s."), names=names(running)) if running else _("No VM runs on it.")
        nothing = _("Nothing restarts them by itself; start them on another host after a move.")
        return [stopped, *self._failing_jobs(), nothing, ONLY_ELECTRICITY_OF_HOST]

    def _failing_jobs(self) -> list[LazyText]:
        titles = [str(job.title) for job in self.uses.jobs_needing(self.host)]
        words = ngettext_lazy(
            "%(count)d job in progress needs this host and fails: %(names)s.",
            "%(count)d jobs in progress need this host and fail: %(names)s.",
            len(titles),
        )
        return [words % {"count": len(titles), "names": names(titles)}] if titles else []

    def plan(self) -> Plan:
        return Plan([PlannedStep("fail", _("The host fails"), 0.0, fail_host)])

    def holds(self) -> Sequence[Held]:
        """It comes whatever else goes on."""
        return [Held(self.host, exclusive=False)]


class RepairHost(BootOperation):
    """Repairs a failed host and boots it."""

    name = "host.repair"
    title = _("Repair")
    sentence = _("Repair %(host)s")
    from_states = (HostState.FAILED,)

    def plan(self) -> Plan:
        repair = PlannedStep("repair", _("Replace the part"), self.lab_figures["host_repair_s"], varies=True)
        return Plan([repair, *self.boot_steps()])
