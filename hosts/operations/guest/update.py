"""An update of a guest's own system, which may fail."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.guest.base import VmOperation
from hosts.operations.needs import in_memory_of, room_for
from hosts.operations.refusals import no_space
from hosts.operations.ways_out import mend
from hosts.services.space import require_space
from virtlab.jobs.choices import Level
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import say

GOOD, BAD = "good", "bad"
WRITTEN = ["disk_used_gib", "guest_version", "health"]


def written(vm: VirtualMachine, gib: float) -> float:
    """GiB of its disk that are in use once so many more are written."""
    return min(vm.disk_used_gib + gib, max(vm.disk_gib, vm.disk_used_gib))


@effect("guest.update", breaks=("datastore.space",))
def update_guest(run: Run) -> None:
    """Writes the update; a bad one leaves the system broken. StepFailed where the guest does not run any more."""
    vm, gib = run.get(VirtualMachine), run.params["gib"]
    if vm.power_state != PowerState.RUNNING:
        raise StepFailed(_("%(vm)s does not run."), vm=vm.name)
    require_space(vm.datastore, gib if vm.thin else 0.0, run.lab_time)
    vm.disk_used_gib = written(vm, gib)
    vm.guest_version += 1
    if run.params["outcome"] == BAD:
        vm.health = GuestHealth.BROKEN
        run.log(say(_("The update failed: the system of %(vm)s does not work any more."), vm=vm.name), Level.ERROR)
    vm.save(update_fields=WRITTEN)


class UpdateForm(OperationForm):
    """How it ends."""

    outcome = forms.ChoiceField(
        label=_("How it ends"), choices=[(GOOD, _("Well")), (BAD, _("Fails: the system is broken"))], initial=GOOD
    )


class UpdateGuest(VmOperation):
    """Applies an update to the guest's system and restarts it."""

    name = "guest.update"
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
        if vm.health == GuestHealth.BROKEN:
            return [Refusal(say(_("The system of %(vm)s is broken."), vm=vm.name), "", mend(vm))]
        return no_space(self, vm.datastore, self.gib if vm.thin else 0.0)

    def changes(self) -> Sequence[Change]:
        bad = self.values["outcome"] == BAD
        health = GuestHealth.BROKEN if bad else GuestHealth.WELL
        return [
            Change(_("Updates applied"), self.vm.guest_version, self.vm.guest_version + 1),
            Change(_("Guest OS"), GuestHealth(self.vm.health).label, health.label),
            Change(_("Disk in use"), round(self.vm.disk_used_gib, 1), round(written(self.vm, self.gib), 1), "GiB"),
        ]

    def figures(self) -> CostAndPower:
        """What it writes is backed up too."""
        return self.figures_with(disk_used_gib=written(self.vm, self.gib))

    @property
    def downtime_s(self) -> float:
        """The restart."""
        return self.timings.shutdown_s(windows=self.windows) + self.timings.boot_s(windows=self.windows)

    def plan(self) -> Plan:
        """Write it, then restart: it is in the system from then on, and nothing takes it out again."""
        write_s = self.lab_figures["update_s"] * (2 if self.windows else 1)
        params = {"gib": self.gib, "outcome": self.values["outcome"]}
        needs = [*in_memory_of(self.vm), *room_for(self.vm.datastore, self.gib if self.vm.thin else 0.0)]
        write = PlannedStep("write", _("Write the update"), write_s, needs=needs)
        title, restart_s = _("Restart the guest OS"), self.downtime_s
        restart = PlannedStep("restart", title, restart_s, update_guest, None, params, needs=needs, down=True)
        return Plan([write, replace(restart, interruptible=False, final=True, varies=True)])
