"""An update of a guest's own system, which may fail."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.own_disk import disk_full, taken_gib, write_inside
from hosts.operations.guest.power_effects import restart_s
from hosts.operations.guest.restart import require_running
from hosts.operations.needs import in_memory_of, room_for
from hosts.operations.refusals import no_space, not_well
from hosts.operations.ways_out import mend
from virtlab.jobs.choices import Level
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import say

GOOD, BAD = "good", "bad"
WRITTEN = ["disk_used_gib", "guest_version", "health"]
FAILED = _("The update failed: the system of %(vm)s does not work any more.")
BROKEN_OFF = _("The power went while the update was written: the system of %(vm)s does not work any more.")


@effect("guest.update", breaks=("datastore.space",))
def update_guest(run: Run) -> None:
    """The update is on the disk, whatever becomes of the restart; a bad one leaves the system broken. StepFailed where
    the guest does not run any more, or disk or datastore have no room for it.
    """
    vm = run.get(VirtualMachine)
    if vm.power_state != PowerState.RUNNING:
        raise StepFailed(_("%(vm)s does not run."), vm=vm.name)
    write_inside(vm, run.params["gib"], run.lab_time)
    vm.guest_version += 1
    if run.params["outcome"] == BAD:
        vm.health = GuestHealth.BROKEN
        run.log(say(FAILED, vm=vm.name), Level.ERROR)
    vm.save(update_fields=WRITTEN)


@effect("guest.break_off_update", breaks=("datastore.space",))
def break_off_update(run: Run) -> None:
    """What was written before the power went is on the disk, half an update, and the system broken. A guest that runs
    on takes back what it wrote.
    """
    vm, step = run.get(VirtualMachine), run.step
    if vm.power_state == PowerState.RUNNING:
        return
    lasted_s = (run.lab_time - (step.started_lab_at or run.lab_time)).total_seconds()
    write_inside(vm, run.params["gib"] * lasted_s / step.duration_s, run.lab_time)
    vm.health = GuestHealth.BROKEN
    vm.save(update_fields=WRITTEN)
    run.log(say(BROKEN_OFF, vm=vm.name), Level.ERROR)


class UpdateForm(OperationForm):
    """How it ends."""

    outcome = forms.ChoiceField(
        label=_("How it ends"), choices=[(GOOD, _("Well")), (BAD, _("Fails: the system is broken"))], initial=GOOD
    )


class UpdateGuest(VmOperation):
    """Applies an update to the guest's system and restarts it."""

    name = "guest.update"
    runs_on = True
    title = _("Update its system")
    sentence = _("Update the system of %(vm)s")
    group = _("Guest OS")
    form_class = UpdateForm
    watched_fields = ("power_state", "health", "guest_version")

    @property
    def gib(self) -> float:
        """What it writes."""
        return self.lab_figures["update_gib"]

    def check(self) -> Sequence[Refusal]:
        """It must run and be well; its disk and datastore have room."""
        vm = self.vm
        if vm.power_state != PowerState.RUNNING or vm.is_template:
            return [Refusal(say(_("%(vm)s does not run."), vm=vm.name), "", [WayOut("vm.start", vm, _("Start it"))])]
        if whys := not_well(vm, _("The system of %(vm)s is broken.")):
            return [Refusal(why, "", mend(vm)) for why in whys]
        return disk_full(vm, self.gib) or no_space(self, vm.datastore, taken_gib(vm, self.gib))

    def changes(self) -> Sequence[Change]:
        bad = self.values["outcome"] == BAD
        health = GuestHealth.BROKEN if bad else GuestHealth.WELL
        return [
            Change(_("Updates applied"), self.vm.guest_version, self.vm.guest_version + 1),
            Change(_("Guest OS"), GuestHealth(self.vm.health).label, health.label),
            Change(_("Disk in use"), round(self.vm.disk_used_gib, 1), round(self._used_gib, 1), "GiB"),
        ]

    def figures(self) -> CostAndPower:
        """What it writes is backed up too; a system that does not start asks for nothing."""
        health = GuestHealth.BROKEN if self.values["outcome"] == BAD else GuestHealth.WELL
        return self.figures_with(disk_used_gib=self._used_gib, health=health.value)

    @property
    def _used_gib(self) -> float:
        return self.vm.disk_used_gib + self.gib

    @property
    def downtime_s(self) -> float:
        """The restart."""
        return restart_s(self.vm, self.timings)

    def plan(self) -> Plan:
        """Write it, which nothing takes back once it is there, then restart."""
        vm, write_s = self.vm, self.lab_figures["update_s"] * (2 if self.windows else 1)
        params, runs = {"gib": self.gib, "outcome": self.values["outcome"]}, in_memory_of(vm)
        room, title = room_for(vm.datastore, taken_gib(vm, self.gib)), _("Write the update")
        write = PlannedStep("write", title, write_s, update_guest, params=params, needs=[*runs, *room], final=True)
        title, lasts_s = _("Restart the guest OS"), self.downtime_s
        restart = PlannedStep("restart", title, lasts_s, require_running, needs=runs, down=True, varies=True)
        return Plan([replace(write, abort=break_off_update), replace(restart, interruptible=False, final=True)])
