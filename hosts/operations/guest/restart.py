"""Restarting a guest, turning it off hard, and discarding the memory that was kept of it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.guest.power import ONLY_ELECTRICITY, VmStateOperation
from hosts.operations.guest.power_effects import power_off_step, power_step, server_boot_steps
from hosts.operations.needs import in_memory_of
from hosts.operations.refusals import still_broken
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep
from virtlab.jobs.operations.state import StateOperation
from virtlab.jobs.text import Text
from virtlab.web.lazy_text import LazyText


@effect("vm.require_running")
def require_running(run: Run) -> None:
    """StepFailed where the guest does not run any more."""
    vm = run.get(VirtualMachine)
    if vm.power_state != PowerState.RUNNING:
        raise StepFailed(_("%(vm)s does not run any more."), vm=vm.name)


class RestartVm(VmStateOperation):
    """Restarts the guest OS; the VM stays powered on, with its host, memory and disks. A physical server goes through
    its self-test meanwhile.
    """

    name = "vm.restart"
    title = _("Restart")
    sentence = _("Restart %(vm)s")
    group = pgettext_lazy("menu", "Power")
    counterpart = "instance.reboot"
    from_states = (PowerState.RUNNING,)
    runs_on = True

    def changes(self) -> Sequence[Change]:
        return [Change(_("State"), self.state.label, self.state.label)]

    def figures(self) -> CostAndPower:
        """As before: it goes on running."""
        return self.figures_with()

    @property
    def downtime_s(self) -> float:
        return self.plan().duration_s

    def notes(self) -> Sequence[Text]:
        return still_broken(self.vm)

    def plan(self) -> Plan:
        """An orderly shutdown of the guest OS and its start; of a physical server with its self-test between."""
        stop_s, boot_s = self.timings.shutdown_s(windows=self.windows), self.timings.boot_s(windows=self.windows)
        self_test = server_boot_steps(self.cluster, self.timings, in_memory_of(self.vm))
        return Plan(
            [
                self._step("shutdown", _("Shut down the guest OS"), stop_s),
                *(self._step(step.key, step.title, step.duration_s) for step in self_test),
                self._step("boot", _("Start the guest OS"), boot_s),
            ]
        )

    def _step(self, key: str, title: LazyText | Text, duration_s: float) -> PlannedStep:
        """Once asked for, a restart goes through; the VM stays on throughout, its users have nothing of it."""
        return PlannedStep(
            key,
            title,
            duration_s,
            require_running,
            needs=in_memory_of(self.vm),
            interruptible=False,
            down=True,
            varies=True,
        )


class PowerOffVm(VmStateOperation):
    """Turns a guest off as if its plug were pulled."""

    name = "vm.power_off"
    title = _("Power off (hard)")
    sentence = _("Power off %(vm)s")
    group = pgettext_lazy("menu", "Power")
    counterpart = "instance.stop"
    danger = True
    from_states = (PowerState.RUNNING,)
    to_state = PowerState.STOPPED

    def notes(self) -> Sequence[LazyText]:
        return [
            _("At once, without an orderly shutdown: data that is not written yet is lost."),
            ONLY_ELECTRICITY,
            _("The next start may have to repair its file systems. “Stop” shuts it down in order."),
        ]

    def plan(self) -> Plan:
        """At once."""
        return Plan([power_off_step()])


class DiscardSuspended(VmStateOperation):
    """Lets the kept memory of a suspended guest go: it is off then, and starts anew."""

    name = "vm.discard_suspended"
    title = _("Discard its kept memory")
    sentence = _("Discard the kept memory of %(vm)s")
    group = pgettext_lazy("menu", "Power")
    danger = True
    from_states = (PowerState.SUSPENDED,)
    to_state = PowerState.STOPPED

    def changes(self) -> Sequence[Change]:
        kept = Change(_("Memory kept on the datastore"), round(self.vm.suspended_gib, 1), 0.0, "GiB")
        return [*StateOperation.changes(self), kept]

    def figures(self) -> CostAndPower:
        """Its space on the datastore is free again."""
        return self.figures_with(power_state=str(self.to_state), suspended_gib=0.0)

    def notes(self) -> Sequence[LazyText]:
        return [_("What its programs held in memory is lost; the next start boots it, as after a power cut.")]

    def plan(self) -> Plan:
        title = _("Delete the kept memory")
        return Plan([power_step("discard", title, self.timings.reconfigure_s, self.to_state)])
