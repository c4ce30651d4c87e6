"""Terminating an instance."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance, Volume
from instances.operations.commitment_notes import stays_committed
from instances.operations.credit_notes import end_notes
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.state_effects import CHANGED, change, end_of_life
from instances.operations.instance.steps import wait
from instances.operations.instance.store import StoreForm
from instances.operations.needing import needing_instance
from instances.operations.needs import not_terminated, zone_up
from instances.pricing.instance import VolumeShape
from virtlab.engine.durations.durations import instance_stop_steps
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.failing import jobs_that_fail
from virtlab.jobs.operations.plan import Change, Held, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText


@effect("instance.begin_termination", breaks=("instance.there", "launch.comes_up"))
def begin_termination(run: Run) -> None:
    """From here on there is no way back; StepFailed where it is protected, or gone."""
    instance = not_gone(run)
    if instance.protected:
        raise StepFailed(_("%(name)s is protected from termination."), name=instance.name)
    change(instance, InstanceState.SHUTTING_DOWN, run.lab_time)
    instance.save(update_fields=CHANGED)


@effect("instance.terminate", breaks=("instance.not_terminated", "volume.there"))
def terminate(run: Run) -> None:
    """The end: marked volumes go, the others and an Elastic IP stay without an instance; the workload runs nowhere."""
    run.log(_("Volumes deleted: %(count)s"), count=end_of_life(not_gone(run), run.lab_time))


def not_gone(run: Run) -> Instance:
    """The instance; StepFailed where the end of an outage has ended it meanwhile."""
    instance = run.get(Instance)
    if instance.state == InstanceState.TERMINATED:
        raise StepFailed(_("%(name)s is terminated."), name=instance.name)
    return instance


class TerminateInstance(InstanceOperation):
    """Ends an instance for good."""

    name = "instance.terminate"
    title = _("Terminate")
    sentence = _("Terminate %(name)s")
    form_class = StoreForm
    counterpart = "vm.delete"
    danger = True
    from_states = (InstanceState.PENDING, InstanceState.RUNNING, InstanceState.STOPPING, InstanceState.STOPPED)
    to_state = InstanceState.TERMINATED

    def check_rules(self) -> Sequence[Refusal]:
        """Protection stands in the way."""
        if not self.instance.protected:
            return []
        way = WayOut("instance.set_protection", self.instance, _("Take its protection away"), {"protected": ""})
        text = say(_("%(name)s is protected from termination."), name=self.instance.name)
        return [Refusal(text, ways_out=[way], code="OperationNotPermitted")]

    def _staying(self) -> list[Volume]:
        return [volume for volume in self.instance.volumes.all() if not volume.delete_on_termination]

    def changes(self) -> Sequence[Change]:
        """What goes and what stays."""
        return [*super().changes(), Change(_("Volumes"), len(self.instance.volumes.all()), len(self._staying()))]

    def figures(self) -> tuple[Pair | None, Pair]:
        """What stays is charged on: volumes that are kept, an Elastic IP."""
        elastic = int(self.instance.elastic_address)
        volumes = tuple(VolumeShape.of(volume) for volume in self._staying())
        return pair(self.cost(), self.cost(running=False, addresses=elastic, volumes=volumes)), (self.watts_now, 0.0)

    def notes(self) -> Sequence[Text | LazyText]:
        notes: list[Text | LazyText] = [
            _("It cannot be brought back. Its workload stays in the lab and runs nowhere."),
            _("It stays in the list for about an hour."),
        ]
        if self.committed:
            notes.append(stays_committed(self.instance.purchase, self.lab_figures))
        if self.instance.elastic_address:
            message = _("The Elastic IP %(address)s stays allocated and charged until it is released.")
            notes.append(say(message, address=self.instance.public_address or "–"))
        notes += end_notes(self.instance, self.ledger, self.lab_figures)
        gone = [volume.pk for volume in self.instance.volumes.all() if volume.delete_on_termination]
        return [*notes, *jobs_that_fail(needing_instance(self.in_progress, self.instance, gone))]

    def holds(self) -> Sequence[Held]:
        """One that is on its way up or down is terminated all the same: whatever brings it there finds it gone."""
        on_its_way = self.instance.state in {InstanceState.PENDING, InstanceState.STOPPING}
        return [Held(self.instance, exclusive=not on_its_way)]

    def plan(self) -> Plan:
        """A shutdown where it runs, then the end; one that is stopped is on no server that would have to be cleared.
        While its zone is out it stays shutting down, until that is back.
        """
        instance, timings = self.instance, self.timings
        metal = instance.instance_type.bare_metal
        shutdown, stopping = instance_stop_steps(timings, windows=instance.runs_windows, metal=metal)
        last_s = timings.ec2_release_s if instance.state == InstanceState.STOPPED else stopping.duration_s
        request = PlannedStep("request", _("The cloud takes the request"), 0.0, begin_termination)
        last = PlannedStep("terminate", _("Shutting down to terminated"), last_s, terminate)
        shuts_down = instance.state == InstanceState.RUNNING and not instance.system_failed_lab_at
        steps = [request, *([wait(instance, shutdown)] if shuts_down else []), last]
        zone = zone_up(region=self.instance.region_id, zone=self.instance.zone)
        needs = [zone, not_terminated(instance=self.instance.pk)]
        return Plan([replace(step, final=True, interruptible=False, abort=None, needs=needs) for step in steps])
