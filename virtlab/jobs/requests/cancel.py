"""Ending a job early, in one transaction under the lab's lock."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import ACTIVE, JobKind, JobState, Level
from virtlab.jobs.lifecycle.admission import begin_queued
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import STEP_FIELDS, bump_revision, end, undo_steps, write_line
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.refusals import already_ended
from virtlab.jobs.requests.under_lock import lock, publish
from virtlab.jobs.text import say
from virtlab.labs.models import Lab


def cancel(job: Job, actor: Actor) -> Job:
    """Ends a job early, and the jobs that are parts of it: undoes their steps in reverse and says what was undone.

    Raises Refused where it has ended.
    """
    with transaction.atomic():
        lab = lock(job.lab_id)
        job = Job.objects.get(pk=job.pk)
        if not job.is_active:
            raise already_ended(job)
        audit.record(actor, "job.cancel", lab, job=job, before={"state": job.state})
        if job.kind == JobKind.WORK and job.state == JobState.RUNNING:
            job.cancel_requested = True
            job.save(update_fields=["cancel_requested"])
            publish(lab, job)
        else:
            ended = _cancel_now(lab, job)
            publish(lab, *ended, *begin_queued(lab, lab.lab_time()))
            bump_revision(lab)
    return job


def _cancel_now(lab: Lab, job: Job) -> list[Job]:
    """Ends the parts, then the whole; returns them in this order. Room that they leave is for the caller to fill."""
    parts = [ended for part in job.children.filter(state__in=ACTIVE) for ended in _cancel_now(lab, part)]
    lab_at = _within(job, lab.lab_time())
    steps = list(job.steps.all())
    write_line(job, lab_at, say(_("Cancelled.")), Level.WARNING)
    undone = undo_steps(lab, job, steps, lab_at)
    if not undone:
        write_line(job, lab_at, say(_("Nothing had to be undone.")))
    write_rows(Step, steps, STEP_FIELDS)
    end(job, JobState.CANCELLED, lab_at)
    return [*parts, job]


def _within(job: Job, lab_at: datetime) -> datetime:
    """A job in progress cannot end after the end of its step, even where no worker has driven it yet."""
    return min(lab_at, job.due_lab_at) if job.due_lab_at else lab_at
