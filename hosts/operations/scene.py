"""A prepared scene: a snapshot of a guest, an update that breaks its system, and the way back, which is left to you."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth
from hosts.live.what_if import CostAndPower
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.update import BAD, UpdateGuest
from hosts.operations.snapshot.take import TakeSnapshot
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.choices import JobState, Level
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import NotYet, Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText


@effect("vm_scene.snapshot")
def start_snapshot(run: Run) -> None:
    params = {"name": run.params["name"], "note": "", "with_memory": run.params["memory"]}
    run.start("snapshot.take", run.get(VirtualMachine), **params)


@effect("vm_scene.update", reads_jobs=True)
def start_update(run: Run) -> None:
    """Starts the update that fails, once the snapshot is there."""
    _await_last_part(run)
    run.start("guest.update", run.get(VirtualMachine), outcome=BAD)


@effect("vm_scene.end", reads_jobs=True)
def end_scene(run: Run) -> None:
    """Waits for the update and says what to do now."""
    _await_last_part(run)
    vm = run.get(VirtualMachine)
    run.log(say(_("Now go back: take %(vm)s to its snapshot, on its page."), vm=vm.name), Level.WARNING)


def _await_last_part(run: Run) -> None:
    """The one that was started last: those before it are done, or of an attempt before this one."""
    part = Job.objects.filter(parent=run.job).order_by("-pk").first()
    if part is None:
        raise StepFailed(_("What it waits for is gone."))
    if part.is_active:
        raise NotYet(part.ends_lab_at, _("Waits for “%(job)s”."), job=part.title)
    if part.state != JobState.SUCCEEDED:
        raise StepFailed(_("“%(job)s” did not succeed."), job=part.title)


class FailedUpdateScene(VmOperation):
    """A snapshot, then an update that breaks the system. Going back is left to you."""

    name = "scene.failed_update"
    title = _("Scene: a failed update")
    sentence = _("Scene: a failed update of %(vm)s")
    group = _("Guest OS")

    @property
    def snapshot(self) -> TakeSnapshot:
        """The first part."""
        memory = self.can(Feature.MEMORY_SNAPSHOT)
        return TakeSnapshot(self.lab, self.vm, {"name": self._name(), "note": "", "with_memory": memory})

    @property
    def update(self) -> UpdateGuest:
        """The second part."""
        return UpdateGuest(self.lab, self.vm, {"outcome": BAD})

    def _name(self) -> str:
        return f"update-{Snapshot.objects.filter(vm=self.vm).count() + 1}"

    def check(self) -> Sequence[Refusal]:
        """Both parts must be possible."""
        return [*self.snapshot.check(), *self.update.check()]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Guest OS"), GuestHealth(self.vm.health).label, GuestHealth.BROKEN.label)]

    def figures(self) -> CostAndPower:
        """Those of the update."""
        return self.update.figures()

    @property
    def downtime_s(self) -> float:
        """While the memory is written, where that pauses the guest, and the restart after the update."""
        return (self.snapshot.downtime_s or 0.0) + self.update.downtime_s

    def notes(self) -> Sequence[LazyText]:
        return [_("Afterwards go back to the snapshot: the system is well again.")]

    def plan(self) -> Plan:
        """Its parts one after the other, which share what they move through with others."""
        snapshot, taking, writing = self.snapshot, self.snapshot.plan(), self.update.plan()
        params = {"name": snapshot.values["name"], "memory": snapshot.values["with_memory"]}
        wait = _("Wait for it, and start an update that fails")
        return Plan(
            [
                PlannedStep("snapshot", _("Start a snapshot"), 0.0, start_snapshot, params=params),
                PlannedStep("update", wait, taking.duration_s, start_update, waits=True),
                PlannedStep("end", _("Wait for the update"), writing.duration_s, end_scene, waits=True),
            ],
            [[*taking.steps, *writing.steps]],
        )

    def holds(self) -> Sequence[Held]:
        """Its parts hold the guest."""
        return [Held(self.vm, exclusive=False)]
