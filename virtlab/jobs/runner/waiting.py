"""Steps that wait for other jobs of the same whole: asked at once where one of those ends what it moved, or itself.

They know when that is planned, and the plan moves with what shares its resources: earlier, too.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.progress import progress

if TYPE_CHECKING:
    from virtlab.jobs.runner.drive import Batch


def ask_waiting(batch: "Batch", part: Job, at: datetime, *, siblings: bool) -> None:
    """Makes those due now that wait for a part of the same whole: the whole, and its other parts (`siblings`)."""
    if part.parent_id is None:
        return
    batch.write()
    family = Q(job=part.parent_id) | Q(job__parent=part.parent_id) if siblings else Q(job=part.parent_id)
    asking = [name for name, effect in EFFECTS.items() if effect.reads_jobs]
    steps = Step.objects.filter(family, effect__in=asking, state=StepState.RUNNING, job__state=JobState.RUNNING)
    jobs = [step.job for step in steps.filter(job__due_lab_at__gt=at).select_related("job").order_by("job")]
    batch.load(jobs)
    for job in (batch.jobs[each.pk] for each in jobs):
        if job.due_lab_at is None or job.due_lab_at <= at:
            continue
        job.share_done, job.share_lab_at = progress(job, at), at
        job.ends_lab_at = max((job.ends_lab_at or at) - (job.due_lab_at - at), at)
        job.due_lab_at = at
        batch.changed_jobs[job.pk] = job
        batch.schedule(job)
