"""An update of a guest's own system, and the prepared scene: snapshot, a failed update, the way back."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.live.space import require_space, why_no_space
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.guest.base import MachineOperation
from hosts.operations.snapshot.take import TakeSnapshot
from hosts.operations.ways_out import way
from virtlab.engine.durations.copies import snapshot_s
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.choices import JobState, Level
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import NotYet, Run, StepFailed, effect
from virtlab.jobs.operations.operation import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say

GOOD, BAD = "good", "bad"
FIELDS = ["disk_used_gib", "guest_version", "health"]


@effect("guest.update")
def update_guest(run: Run) -> None:
    """Writes the update; a bad one leaves the system broken. StepFailed where the guest does not run any more."""
    vm, gib = run.get(VirtualMachine), run.params["gib"]
    if vm.power_state != PowerState.RUNNING:
        raise StepFailed(_("%(vm)s does not run."), vm=vm.name)
    require_space(vm.datastore, gib if vm.thin else 0.0, run.lab_time)
    vm.disk_used_gib = min(vm.disk_used_gib + gib, max(vm.disk_gib, vm.disk_used_gib))
    vm.guest_version += 1
    if run.params["outcome"] == BAD:
        vm.health = GuestHealth.BROKEN
        run.log(say(_("The update failed: the system of %(vm)s does not work any more."), vm=vm.name), Level.ERROR)
    vm.save(update_fields=FIELDS)


class UpdateForm(OperationForm):
    """How it ends."""

    outcome = forms.ChoiceField(
        label=_("How it ends"), choices=[(GOOD, _("Well")), (BAD, _("Fails: the system is broken"))], initial=GOOD
    )


class UpdateGuest(MachineOperation):
    """Applies an update to the guest's system and restarts it."""

    name = "guest.update"
    title = _("Update its system")
    group = _("Guest system")
    form_class = UpdateForm
    watched_fields = ("power_state", "health", "guest_version")

    @property
    def gib(self) -> float:
        """What it writes."""
        return self.lab_figures["update_gib"]

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Update the system of %(vm)s"), vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """It must run and be well; its disk and datastore have room."""
        vm = self.vm
        if vm.power_state != PowerState.RUNNING or vm.is_template:
            return [Refusal(say(_("%(vm)s does not run."), vm=vm.name), "", way("vm.start", vm, _("Start it")))]
        if vm.health == GuestHealth.BROKEN:
            back = [
                w for one in [vm.snapshot] if one for w in way("snapshot.revert", one, _("Go back to the snapshot"))
            ]
            return [Refusal(say(_("The system of %(vm)s is broken."), vm=vm.name), "", back)]
        why = why_no_space(vm.datastore, self.gib if vm.thin else 0.0, self.lab.lab_time())
        return [Refusal(why)] if why else []

    def preview(self) -> Preview:
        """Version and health before and after; the restart is what users notice."""
        bad = self.values["outcome"] == BAD
        health = GuestHealth.BROKEN if bad else GuestHealth.WELL
        changes = [
            Change(_("Updates applied"), self.vm.guest_version, self.vm.guest_version + 1),
            Change(_("Guest system"), GuestHealth(self.vm.health).label, health.label),
            Change(_("Disk written"), 0, self.gib, "GiB"),
        ]
        return Preview(changes, downtime_s=self._restart_s())

    def _restart_s(self) -> float:
        return self.timings.shutdown_s(windows=self.windows) + self.timings.boot_s(windows=self.windows)

    def plan(self) -> Plan:
        """Write it, restart."""
        duration_s = self.lab_figures["update_s"] * (2 if self.windows else 1)
        params = {"gib": self.gib, "outcome": self.values["outcome"]}
        return Plan(
            [
                PlannedStep("write", _("Write the update"), duration_s),
                PlannedStep("restart", _("Restart the guest"), self._restart_s(), update_guest, None, params),
            ]
        )


@effect("vm_scene.snapshot")
def scene_snapshot(run: Run) -> None:
    """Starts the snapshot."""
    run.start(TakeSnapshot, run.get(VirtualMachine), name=run.params["name"], note="", with_memory=run.params["memory"])


@effect("vm_scene.update")
def scene_update(run: Run) -> None:
    """Starts the update that fails, once the snapshot is there."""
    _await_children(run)
    run.start(UpdateGuest, run.get(VirtualMachine), outcome=BAD)


@effect("vm_scene.end")
def scene_end(run: Run) -> None:
    """Waits for the update and says what to do now."""
    _await_children(run)
    vm = run.get(VirtualMachine)
    run.log(say(_("Now go back: take %(vm)s to its snapshot, on its page."), vm=vm.name), Level.WARNING)


def _await_children(run: Run) -> None:
    for child in Job.objects.filter(parent=run.job).only("state", "ends_lab_at", "title_kept"):
        if child.is_active:
            left_s = (child.ends_lab_at - run.lab_time).total_seconds() if child.ends_lab_at else 1.0
            raise NotYet(max(left_s, 1.0))
        if child.state != JobState.SUCCEEDED:
            raise StepFailed(_("“%(job)s” did not succeed."), job=child.title)


class FailedUpdateScene(MachineOperation):
    """A scene: a snapshot, then an update that breaks the system. Going back is left to you."""

    name = "scene.failed_update"
    title = _("Scene: a failed update")
    group = _("Guest system")

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Scene: a failed update of %(vm)s"), vm=self.vm.name)

    @property
    def snapshot(self) -> TakeSnapshot:
        """The first part."""
        memory = self.can(Feature.MEMORY_SNAPSHOT)
        return TakeSnapshot(self.lab, self.vm, {"name": self._name(), "note": "", "with_memory": memory})

    def _name(self) -> str:
        return f"update-{Snapshot.objects.filter(vm=self.vm).count() + 1}"

    def check(self) -> Sequence[Refusal]:
        """Both parts must be possible."""
        return [*self.snapshot.check(), *UpdateGuest(self.lab, self.vm, {"outcome": BAD}).check()]

    def preview(self) -> Preview:
        """What the guest is left with."""
        health = Change(_("Guest system"), GuestHealth(self.vm.health).label, GuestHealth.BROKEN.label)
        return Preview([health], notes=[_("Afterwards go back to the snapshot: the system is well again.")])

    def plan(self) -> Plan:
        """Two parts, each a job of its own."""
        taking_s = snapshot_s(self.snapshot.memory_gib, None, self.timings)
        updating_s = UpdateGuest(self.lab, self.vm, {"outcome": BAD}).plan().duration_s
        params = {"name": self._name(), "memory": self.snapshot.values["with_memory"]}
        return Plan(
            [
                PlannedStep("snapshot", _("Start a snapshot"), 0.0, scene_snapshot, None, params),
                PlannedStep("update", _("Wait for it, and start an update that fails"), taking_s, scene_update),
                PlannedStep("end", _("Wait for the update"), updating_s, scene_end),
            ]
        )

    def holds(self) -> Sequence[Held]:
        """Its parts hold the guest."""
        return [Held(self.vm, exclusive=False)]
