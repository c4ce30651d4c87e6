"""The probe's operation."""

import time
from typing import Any

from django import forms

from bench.probe.models import Mark, Probe
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, PlannedStep
from virtlab.jobs.work.work import Finish, Work, work

STEPS = 6
WORK_MARK = 100


@effect("probe.count")
def count(run: Run) -> None:
    """Raises the counter, read and written back, and leaves a mark."""
    probe = run.get(Probe)
    probe.count += 1
    probe.save(update_fields=["count"])
    Mark.objects.create(job_id=run.job.pk, position=run.step.position)


@effect("probe.uncount")
def uncount(run: Run) -> None:
    """Lowers the counter."""
    probe = run.get(Probe)
    probe.count -= 1
    probe.save(update_fields=["count"])


class CountForm(OperationForm):
    """How long each step lasts."""

    step_s = forms.FloatField(min_value=0)


class Count(Operation):
    """Raises a counter six times."""

    name = "probe.count"
    title = "Count"
    form_class = CountForm
    subject_model = Probe

    def plan(self) -> Plan:
        """Six equal steps."""
        lasts_s = self.values["step_s"]
        return Plan([PlannedStep(f"s{n}", f"Step {n}", lasts_s, count, undo=uncount) for n in range(STEPS)])


@work("probe.work")
def take_time(job: Work, params: dict[str, Any]) -> Finish:
    """Takes a worker's time, then leaves one mark."""
    for part in range(5):
        time.sleep(params["lasts_s"] / 5)  # real work stands in here: what counts is that a worker is held
        job.report(part / 5, "")
    return lambda: leave_mark(job.job.pk)


def leave_mark(job_id: int) -> None:
    """The work's one effect."""
    Mark.objects.create(job_id=job_id, position=WORK_MARK)
