"""The copies of one deployment take turns: only so many are copied at once."""

from django.utils.translation import gettext_lazy as _

from virtlab.engine.durations.copies import COPIES_AT_ONCE
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Step
from virtlab.jobs.operations.effects import NotYet, Run, effect


@effect("vm.await_turn", reads_jobs=True)
def await_turn(run: Run) -> None:
    """Waits until fewer than are made at once are on their way; a copy that is made anew by itself waits for none."""
    if run.job.parent_id is None:
        return
    siblings = Step.objects.filter(job__parent=run.job.parent_id, job__state=JobState.RUNNING, state=StepState.RUNNING)
    ahead = list(siblings.filter(key="copy").exclude(job=run.job).select_related("job"))
    if len(ahead) < COPIES_AT_ONCE:
        return
    due = (step.job.due_lab_at for step in ahead if step.job.due_lab_at)
    raise NotYet(min(due, default=None), _("Waits for the copies before it."))
