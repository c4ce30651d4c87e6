"""Steps that wait for other jobs of the same whole: asked at once where one of those ends what it moved, or itself.

They know when that is planned, and the plan moves with what shares its resources: earlier, too.
"""

from datetime import datetime

from django.db.models import Q

from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.progress import progress


def waiting_for(part: Job, at: datetime, *, siblings: bool) -> list[Job]:
    """The jobs that wait beyond a lab time for a part of the same whole: that, and its other parts (`siblings`)."""
    if part.parent_id is None:
        return []
    family = Q(job=part.parent_id) | Q(job__parent=part.parent_id) if siblings else Q(job=part.parent_id)
    asking = [name for name, effect in EFFECTS.items() if effect.reads_jobs]
    steps = Step.objects.filter(family, effect__in=asking, state=StepState.RUNNING, job__state=JobState.RUNNING)
    return [step.job for step in steps.filter(job__due_lab_at__gt=at).select_related("job").order_by("job")]


def make_due(job: Job, at: datetime) -> None:
    """Its step is asked now and not later; the bar goes on from where it is."""
    job.share_done, job.share_lab_at = progress(job, at), at
    earlier = job.due_lab_at - at if job.due_lab_at else at - at
    job.ends_lab_at = max((job.ends_lab_at or at) - earlier, at)
    job.due_lab_at = at
