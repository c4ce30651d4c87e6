"""The hardware under an instance fails: it is impaired until the cloud or its user brings it to other hardware."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import CheckState, InstanceState
from instances.live.credits import ledger_columns
from instances.models import Instance
from instances.operations.instance.base import InstanceOperation, pair
from instances.operations.instance.state_effects import require_place
from instances.operations.needing import needing_hardware
from instances.operations.needs import within_reach
from instances.operations.refusals import failed_already
from instances.pricing.charged_time import failed_s
from instances.rules.health.recovery import recoveries, why_no_recovery
from instances.rules.health.status_checks import checks
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.jobs.models import Job
from virtlab.jobs.operations.columns import set_columns
from virtlab.jobs.operations.effects import Effect, Run, StepFailed, effect
from virtlab.jobs.operations.failing import jobs_that_fail
from virtlab.jobs.operations.plan import Change, Held, Pair, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

FAIL = "fail"
CHARGED = _(
    "It is charged all the while, since its state is “running”. For too much of that in a month the Amazon Compute SLA "
    "(2022) gives service credits on request, “only against future payments”."
)
NOTHING_TO_RECOVER = _("%(name)s was stopped or started meanwhile: nothing to recover.")
IMPAIRED = _("Impaired")


@effect("instance.system_fail", breaks=("hardware.up", "launch.comes_up"))
def system_fail(run: Run) -> None:
    """The host dies, and what was in memory with it; StepFailed where the instance is on none."""
    instance = run.get(Instance)
    if instance.state not in SystemFailure.from_states:
        raise StepFailed(_("%(name)s does not run any more."), name=instance.name)
    # One that still boots after an outage is lost anew: from here on it counts as failed.
    lost_s = failed_s(instance, run.lab_time)
    lost: dict[str, Any] = {"boots_since_lab_at": None, "failed_s": lost_s, "store_written": False}
    if instance.boots_since_lab_at:
        lost["status_checks"] = CheckState.FAILED.value  # they fail since the outage, and go on to
    if instance.store_written:
        run.log(_("What was on the instance store is lost."), level="warning")
    lost |= ledger_columns(instance, run.lab_time)
    set_columns(run, instance, {"system_failed_lab_at": run.lab_time, **lost})
    run.remember(failed_lab_at=run.lab_time.isoformat())
    run.log(_("The hardware under %(name)s fails. What was in its memory is lost."), level="error", name=instance.name)


@effect("instance.check_fails")
def check_fails(run: Run) -> None:
    """The cloud notices. Nothing to notice where the user was faster."""
    instance = run.get(Instance)
    if still_impaired(run, instance):
        instance.status_checks = CheckState.FAILED
        instance.save(update_fields=["status_checks"])


@effect("instance.migrate_away")
def migrate_away(run: Run) -> None:
    """Other hardware is found; StepFailed where the zone has none. Nothing to do where the user was faster."""
    instance = run.get(Instance)
    if still_impaired(run, instance):
        require_place(run, instance, again=True)


@effect("instance.recover")
def recover(run: Run) -> None:
    """It runs again with the same ID, addresses and volumes."""
    instance = run.get(Instance)
    if still_impaired(run, instance):
        moments = [*recoveries(instance, run.lab_time), run.lab_time.isoformat()]
        lost_s = failed_s(instance, run.lab_time)
        values: dict[str, Any] = {"system_failed_lab_at": None, "recovered_lab_at": moments, "failed_s": lost_s}
        values |= ledger_columns(instance, run.lab_time)
        set_columns(run, instance, {**values, "status_checks": CheckState.PASSED.value})


def still_impaired(run: Run, instance: Instance) -> bool:
    """Whether there is still something to recover; a later failure is another job's."""
    failed_at = instance.system_failed_lab_at
    if impaired := failed_at is not None and failed_at.isoformat() == run.result(FAIL).get("failed_lab_at"):
        return impaired
    run.log(NOTHING_TO_RECOVER, name=instance.name)
    return False


class SystemFailure(InstanceOperation):
    """Lets the host under an instance fail, to see what the cloud does."""

    name = "fault.system_failure"
    title = _("System failure")
    sentence = _("The host under %(name)s fails")
    counterpart = "host.fail"
    danger = True
    from_states = (InstanceState.RUNNING, InstanceState.STOPPING)

    def check_rules(self) -> Sequence[Refusal]:
        """Once is enough."""
        return [failed_already(self.instance)] if self.instance.system_failed_lab_at else []

    @property
    def why_not(self) -> Text | None:
        """Why the cloud does not recover it; None where it does."""
        if self.instance.state == InstanceState.STOPPING:
            return say(_("It is on its way down: there is nothing to recover."))
        return why_no_recovery(self.instance, self.lab.lab_time())

    def changes(self) -> Sequence[Change]:
        """As it is when all is over."""
        if self.instance.state == InstanceState.STOPPING:
            return [Change(_("State"), self.state.label, InstanceState.STOPPED.label)]
        address = self.instance.public_address or "–"
        passed = checks(self.instance.instance_type).passed
        after = passed if self.why_not is None else IMPAIRED
        return [Change(_("Status checks"), passed, after), Change(_("Public address"), address, address)]

    def figures(self) -> tuple[Pair | None, Pair | None]:
        """The instance counts as running, and is charged; a dead host draws nothing for it."""
        if self.instance.state == InstanceState.STOPPING:
            return None, None
        watts = self.watts()
        return pair(self.cost(), self.cost()), (watts, watts if self.why_not is None else 0.0)

    @property
    def downtime_s(self) -> float | None:
        return self.plan().duration_s if self.why_not is None else None

    def notes(self) -> Sequence[Text | LazyText]:
        failing = jobs_that_fail(needing_hardware(self.in_progress, self.instance))
        notes = [*failing, _("What is in its memory is lost; ID, addresses and volumes stay.")]
        if self.instance.store_written:
            notes.append(_("What is on its instance store is lost too: its disks are in the host that fails."))
        if (why := self.why_not) is None:
            return [*notes, _("The cloud notices and starts it on other hardware, as after a reboot."), CHARGED]
        if self.instance.state == InstanceState.STOPPING:
            return [*notes, why]
        stays = _("It stays impaired until it is stopped and started, which brings it to other hardware.")
        return [*notes, why, stays, CHARGED]

    @classmethod
    def why_not_retried(cls, job: Job) -> Text | None:
        """Only what is still impaired can be recovered."""
        instance = Instance.objects.filter(lab=job.lab_id, pk=job.params.get("subject")).first()
        if instance is None or instance.system_failed_lab_at:
            return None
        return say(NOTHING_TO_RECOVER, name=instance.name)

    def holds(self) -> Sequence[Held]:
        """It comes whatever else goes on."""
        return [Held(self.instance, exclusive=False)]

    def plan(self) -> Plan:
        """The failure; then what automatic recovery does, where it does anything."""
        timings = self.timings
        # Nobody can cancel what the hardware did, nor what the provider does about it.
        fail = PlannedStep(FAIL, _("The hardware fails"), 0.0, system_fail, final=True, interruptible=False)
        check = self._takes("check", _("The system status check fails"), timings.ec2_status_check_s, check_fails)
        # Where an outage comes in between nobody looks at it any more: once its zone is back, the check has failed.
        check = replace(check, abort=check_fails)
        if self.instance.state == InstanceState.STOPPING:
            return Plan([fail])
        if self.why_not is not None:
            return Plan([fail, check])
        boot_s = instance_start_steps(timings, windows=self.instance.runs_windows)[-1].duration_s
        away = self._takes("migrate", _("The cloud finds other hardware"), timings.ec2_recovery_s, migrate_away)
        return Plan([fail, check, away, self._takes("boot", _("The operating system starts"), boot_s, recover)])

    def _takes(self, key: str, title: LazyText, duration_s: float, happens: Effect | None = None) -> PlannedStep:
        """A step during which the instance's users have nothing of it, while there is something to bring back."""
        needs = within_reach(self.instance)
        return PlannedStep(key, title, duration_s, happens, down=True, varies=True, needs=needs)
