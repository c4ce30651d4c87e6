"""Whether a job can still be cancelled, as far as its steps and its operation say."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.text import Text, say

GOING_BACK = _("It is already taking back what it did.")
NOT_TAKEN_BACK = _("“%(step)s” cannot be taken back: the job goes on to its end.")


def why_not_taken_back(job: Job) -> Text | None:
    """Why an active job cannot be cancelled any more, in words; None where it can."""
    if job.goes_back:
        return say(GOING_BACK)
    if step := _not_taken_back([job]).first():
        return say(NOT_TAKEN_BACK, step=step.title)
    return _by_operation(job)


def never_cancelled(jobs: Collection[Job]) -> set[int]:
    """The keys of those active jobs that cannot be cancelled any more (one query, and what their operations ask)."""
    steps = _not_taken_back(jobs) if jobs else Step.objects.none()
    begun = set(steps.values_list("job_id", flat=True))
    return begun | {job.pk for job in jobs if job.goes_back or (job.pk not in begun and _by_operation(job))}


def _not_taken_back(jobs: Collection[Job]) -> QuerySet[Step]:
    steps = Step.objects.filter(job__in=jobs, final=True, undo="", way_back=[], interruptible=False)
    return steps.filter(state__in=(StepState.DONE, StepState.RUNNING))


def _by_operation(job: Job) -> Text | None:
    known = OPERATIONS.get(job.operation)
    return known.why_not_cancelled(job) if known else None
