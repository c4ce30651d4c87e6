"""Ending a job early, in one transaction under the lab's lock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import ACTIVE, JobKind, JobState, Level, StepState
from virtlab.jobs.lifecycle.admission import begin_queued
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import JOB_FIELDS, STEP_FIELDS, bump_revision, write_line
from virtlab.jobs.lifecycle.way_back import WayBack, broken_by, turn_back, way_back
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.refusals import Refused, already_ended, why_not_taken_back
from virtlab.jobs.requests.forecast import time_beside
from virtlab.jobs.requests.under_lock import lock, publish
from virtlab.jobs.runner.drive import Batch
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab


def cancel(job: Job, actor: Actor, seen: str = "") -> Job:
    """Ends a job early with the jobs that are parts of it, and takes back what they did: at once, or in steps.

    Raises Refused where it has ended, or is going back already, or where its way back is not any more the one that was
    `seen` (WayBack.signature; empty: whichever it is).
    """
    with transaction.atomic():
        catch_up(lock(job.lab_id))
    with transaction.atomic():
        lab = lock(job.lab_id)
        # What became due since, so that nothing is behind the moment at which what it shared is shared anew.
        lab_at = catch_up(lab)
        job = Job.objects.get(pk=job.pk)
        _require_active(job)
        if seen and seen != way_back_of(job).signature:
            raise Refused([Refusal(say(_("It went on meanwhile: its way back is another one now.")), job=job)])
        audit.record(actor, "job.cancel", lab, job=job, before={"state": job.state})
        if job.kind == JobKind.WORK and job.state == JobState.RUNNING:
            job.cancel_requested = True
            job.save(update_fields=["cancel_requested"])
            publish(lab, job)
        else:
            batch = Batch(lab, timezone.now())
            changed = _cancel_now(batch, job, lab_at)
            _tell_others(batch, job, changed, lab_at)
            publish(lab, *changed, *begin_queued(lab, lab_at))
            bump_revision(lab)
    return job


def way_back_of(job: Job) -> WayBack:
    """What a cancel would take now, beside what else is at work: what cannot be stopped, the steps back, and what does
    not come back.

    Its parts go back side by side, and before it: of their steps those of the longest way are shown. Those that are
    done stay.
    """
    own, parts = _own_way_back(job), _parts(job)
    ways = [_own_way_back(part) for part in parts]
    time_beside(job.lab, [way.steps for way in ways] or [own.steps], [job.pk, *(part.pk for part in parts)])
    stays = [part.title for part in job.children.filter(state=JobState.SUCCEEDED).order_by("pk")]
    if not ways:
        return replace(own, stays=stays)
    longest = max(ways, key=lambda way: way.duration_s)
    kept = {str(text): text for way in [*ways, own] for text in way.lost}
    return WayBack([*longest.steps, *own.steps], list(kept.values()), len(parts), stays)


def _parts(job: Job) -> list[Job]:
    """The jobs that are parts of it, theirs among them (a query for each level)."""
    parts: list[Job] = []
    level = [job]
    while level:
        level = list(Job.objects.filter(parent__in=level, state__in=ACTIVE, ends_as="").select_related("lab"))
        parts += level
    return parts


def _own_way_back(job: Job) -> WayBack:
    steps = list(job.steps.all())
    going_on = _unstoppable(steps)
    for step in going_on:
        step.state, step.flow = StepState.DONE, {}
    back = way_back(job, steps, past_final=True)
    if going_on and job.due_lab_at:
        going_on[0].duration_s = max((job.due_lab_at - job.lab.lab_time()).total_seconds(), 0.0)
    return WayBack([*going_on, *back.steps], back.lost)


def _unstoppable(steps: Sequence[Step]) -> list[Step]:
    """The step in progress where it cannot be interrupted, with those right after it that cannot be either."""
    from_here = dropwhile(lambda step: step.state != StepState.RUNNING, steps)
    return list(takewhile(lambda step: not step.interruptible, from_here))


def catch_up(lab: Lab) -> datetime:
    """Lets happen what is due, so that a cancel comes after it; the lab time until which that is. The lab is locked."""
    now = timezone.now()
    while True:
        batch = Batch(lab, now)
        batch.run()
        batch.close()
        if not batch.driven.events:
            return lab.lab_time(now)


def _require_active(job: Job) -> None:
    if not job.is_active:
        raise already_ended(job)
    if why := why_not_cancelled(job):
        raise Refused([Refusal(why, job=job)])


def why_not_cancelled(job: Job) -> Text | None:
    """Why a job can no longer be cancelled, in words; None where it can."""
    if not job.is_active:
        return say(already_ended(job).refusals[0].text)
    return why_not_taken_back(job)


def _cancel_now(batch: Batch, job: Job, lab_at: datetime) -> list[Job]:
    """Turns back the parts, then the whole; returns them in this order. The room they leave is the caller's to fill.

    Parts that cannot be taken back any more go on to their end.
    """
    active = [part for part in job.children.filter(state__in=ACTIVE) if why_not_cancelled(part) is None]
    parts = [ended for part in active for ended in _cancel_now(batch, part, lab_at)]
    steps = list(job.steps.all())
    write_line(job, lab_at, say(_("Cancelled.")), Level.WARNING)
    current = next((step for step in steps if step.state == StepState.RUNNING), None)
    if current is not None and current.interruptible and current.rated_lab_at is not None:
        # What it moved bytes through is the others' from now on.
        batch.flows.end(job, current, lab_at, {job.pk: (job, current)}, done=False)
        batch.flows.write()
    if going_on := _unstoppable(steps):
        _end_after(job, going_on, steps, lab_at)
    else:
        turn_back(batch.lab, job, steps, lab_at)
    return [*parts, job]


def _tell_others(batch: Batch, job: Job, changed: Sequence[Job], lab_at: datetime) -> None:
    """Those that wait for it are asked again, those stop that needed what was taken back, and the ends of those move
    that would have shared with what it had still to do.
    """
    batch.ask_waiting(job, lab_at, siblings=True)
    if broken := broken_by(Step.objects.filter(job__in=changed)):
        batch.stop_needing(broken, lab_at)
    batch.flows.recheck(lab_at, {})
    batch.close()


def _end_after(job: Job, going_on: Sequence[Step], steps: Sequence[Step], lab_at: datetime) -> None:
    """The step in progress cannot be stopped: it comes to its end, and then all is taken back. The bar begins anew."""
    back = _own_way_back(job)
    job.ends_as, job.duration_s, job.share_done, job.share_lab_at = JobState.CANCELLED, back.duration_s, 0.0, lab_at
    job.share_due = back.steps[0].duration_s / back.duration_s if back.duration_s > 0 else 0.0
    job.ends_lab_at = lab_at + timedelta(seconds=back.duration_s)
    for step in steps:
        if step.state == StepState.PENDING and step not in going_on:
            step.state = StepState.SKIPPED
    write_rows(Step, steps, STEP_FIELDS)
    job.save(update_fields=[*JOB_FIELDS, "duration_s"])
