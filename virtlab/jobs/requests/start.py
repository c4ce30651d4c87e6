"""What may be done with jobs: start, cancel, retry, run again. Each is one transaction under the lab's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import ACTIVE, JobKind, JobState, Level, Source, StepState
from virtlab.jobs.events.events import News
from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.lifecycle.admission import begin_queued, revive, room_in, subject_of
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import STEP_FIELDS, begin, bump_revision, end, undo_steps, write_line
from virtlab.jobs.models import AuditEntry, Job, JobSubject, Step
from virtlab.jobs.operations.effects import Run, StepFailed
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Held, Refusal
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm, already_ended, gone
from virtlab.jobs.operations.registry import UnknownOperationError, operation_named
from virtlab.jobs.requests.prepare import Prepared, Request, in_the_way, prepare_all
from virtlab.jobs.requests.write_jobs import write_jobs
from virtlab.jobs.selectors import things_of
from virtlab.jobs.text import say
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Started:
    """The jobs of a bulk request, and what became of each of its objects (nothing for a repeated request)."""

    jobs: list[Job]
    found: list[Prepared]


def start(lab: Lab, request: Request) -> Job:
    """Starts an operation and returns its job, the same one for the same request key.

    Raises Refused (sentences, with ways out), Invalid (the form with its errors) or StaleForm (what changed).
    """
    with transaction.atomic():
        lab = _lock(lab.pk)
        if request.key and (known := Job.objects.filter(lab=lab, key=request.key).first()):
            return known
        [job] = _make(lab, prepare_all(lab, [request]))
    return job


def start_all(lab: Lab, requests: Sequence[Request], batch: str) -> Started:
    """Starts an operation on many objects in one transaction: a job for each that can, all of this batch.

    A second call with the same batch starts nothing new and gives the same jobs. Nothing is started where the form is
    stale for any of them: the user looks again first.
    """
    with transaction.atomic():
        lab = _lock(lab.pk)
        if known := list(Job.objects.filter(lab=lab, batch=batch).order_by("pk")):
            return Started(known, [])
        found = prepare_all(lab, [replace(request, batch=batch) for request in requests])
        stale = any(isinstance(prepared.why, StaleForm) for prepared in found)
        able = [] if stale else [prepared for prepared in found if prepared.why is None]
        jobs = _make(lab, able) if able else []
    return Started(jobs, found)


def _make(lab: Lab, found: Sequence[Prepared]) -> list[Job]:
    jobs = write_jobs(lab, found, lab.lab_time(), _room(lab))
    entries = [_entry(lab, prepared, job) for prepared, job in zip(found, jobs, strict=True)]
    AuditEntry.objects.bulk_create(entries)
    _tell(lab, *jobs)
    return jobs


def _entry(lab: Lab, prepared: Prepared, job: Job) -> AuditEntry:
    operation, _form = prepared.ready()
    target = ", ".join(str(held.thing) for held in prepared.holds)
    return audit.entry(prepared.request.actor, operation.name, lab, job=job, target=target, preview=operation.preview())


def start_from_job(run: Run, operation: type[Operation], subject: models.Model | None, params: dict[str, Any]) -> Job:
    """Starts an operation from within an effect, at the effect's lab time; raises StepFailed where it is refused."""
    actor = Actor(Source.JOB, user=run.job.requested_by, visitor=run.job.visitor)
    request = Request(operation, subject, params, actor, parent=run.job)
    try:
        [prepared] = prepare_all(run.lab, [request])
        prepared.ready()
    except Refused as refused:
        raise StepFailed(refused.refusals[0].text) from refused
    except Invalid as invalid:
        raise StepFailed(_("%(operation)s: %(why)s"), operation=operation.title, why=str(invalid)) from invalid
    [job] = write_jobs(run.lab, [prepared], run.lab_time, _room(run.lab))
    audit.record(actor, operation.name, run.lab, job=job)
    return job


def begin_waiting(lab_id: int) -> list[Job]:
    """Begins what is queued in a lab and finds room, after its limit was raised; returns those that changed state."""
    with transaction.atomic():
        lab = _lock(lab_id)
        changed = begin_queued(lab, lab.lab_time())
        if changed:
            _tell(lab, *changed)
    return changed


def cancel(job: Job, actor: Actor) -> Job:
    """Ends a job early, and the jobs that are parts of it: undoes their steps in reverse and says what was undone.

    Raises Refused where it has ended.
    """
    ended: list[Job] = []
    with transaction.atomic():
        lab = _lock(job.lab_id)
        job = Job.objects.get(pk=job.pk)
        if not job.is_active:
            raise already_ended(job)
        audit.record(actor, "job.cancel", lab, job=job, before={"state": job.state})
        if job.kind == JobKind.WORK and job.state == JobState.RUNNING:
            job.cancel_requested = True
            job.save(update_fields=["cancel_requested"])
            _tell(lab, job)
        else:
            ended = _cancel_now(lab, job)
            _tell(lab, *ended, *begin_queued(lab, lab.lab_time()))
            bump_revision(lab)
    return job


def _cancel_now(lab: Lab, job: Job) -> list[Job]:
    """Ends the parts, then the whole; returns them in this order. Room that they leave is for the caller to fill."""
    parts = [one for part in job.children.filter(state__in=ACTIVE) for one in _cancel_now(lab, part)]
    lab_at = _within(job, lab.lab_time())
    steps = list(job.steps.all())
    write_line(job, lab_at, say(_("Cancelled.")), Level.WARNING)
    undone = undo_steps(lab, job, steps, lab_at)
    if not undone:
        write_line(job, lab_at, say(_("Nothing had to be undone.")))
    write_rows(Step, steps, STEP_FIELDS)
    end(job, JobState.CANCELLED, lab_at)
    return [*parts, job]


def retry(job: Job, actor: Actor) -> Job:
    """Continues a failed or cancelled job: what was undone, the step that failed, and the rest. Raises Refused."""
    with transaction.atomic():
        lab = _lock(job.lab_id)
        job = Job.objects.get(pk=job.pk)
        _require_retry(lab, job)
        audit.record(actor, "job.retry", lab, job=job, before={"state": job.state})
        JobSubject.objects.filter(job=job, exclusive=True).update(held=True)
        _reset(job)
        write_line(job, lab.lab_time(), say(_("Attempt %(number)s."), number=job.attempt))
        if job.kind == JobKind.LAB and _room(lab, but=job) > 0:
            begin(job, list(job.steps.all()), lab.lab_time())
        _tell(lab, job)
    return job


def run_again(job: Job, actor: Actor, key: str = "") -> Job:
    """Starts the same operation anew, with the same parameters on the object as it is now. Raises as `start` does.

    The same key again gives the same job: a double click starts one.
    """
    try:
        operation = operation_named(job.operation)
        subject = subject_of(operation, job)
    except UnknownOperationError:
        raise Refused([Refusal(say(_("This cannot be run again from here: start it where you did before.")))]) from None
    except LookupError as missing:
        raise gone(str(missing.args[0])) from None
    return start(job.lab, Request(operation, subject, job.params, actor, key))


def _require_retry(lab: Lab, job: Job) -> None:
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise Refused([Refusal(say(_("Only a job that failed or was cancelled can be retried.")), job=job)])
    holds = [Held(s.subject) for s in job.subjects.all() if s.exclusive and s.subject is not None]
    if refusals := in_the_way(holds, but=job):
        raise Refused(refusals)
    if job.kind == JobKind.LAB:
        _require_possible(lab, job)


def _require_possible(lab: Lab, job: Job) -> None:
    try:
        revived = revive(lab, job)
    except LookupError as missing:
        raise gone(str(missing.args[0])) from None
    if revived and (refusals := list(revived.check())):
        raise Refused(refusals)


def _reset(job: Job) -> None:
    job.steps.exclude(state=StepState.DONE).update(state=StepState.PENDING, ended_lab_at=None, ended_at=None)
    job.state, job.attempt = JobState.QUEUED, job.attempt + 1
    job.error_kept = job.ended_at = job.ends_lab_at = None
    job.cancel_requested, job.progress_reported, job.lease, job.lease_until = False, 0.0, "", None
    job.save()


def _room(lab: Lab, but: Job | None = None) -> int:
    """How many more jobs may begin now; none past those that queue already (but for one that is looked at)."""
    queued = Job.objects.filter(lab=lab, kind=JobKind.LAB, state=JobState.QUEUED)
    waits = queued.exclude(pk=but.pk).exists() if but else queued.exists()
    return 0 if waits else room_in(lab)


def _tell(lab: Lab, *jobs: Job) -> None:
    agenda.refresh(lab, timezone.now())
    news = News(lab)
    for job in jobs:
        news.job(job)
    news.touch(things_of(jobs))
    news.publish_on_commit()


def _within(job: Job, lab_at: datetime) -> datetime:
    """A job in progress cannot end after the end of its step, even where no worker has driven it yet."""
    return min(lab_at, job.due_lab_at) if job.due_lab_at else lab_at


def _lock(lab_id: int) -> Lab:
    lab = locked_lab(lab_id)
    if lab is None:
        raise gone(str(Lab._meta.verbose_name))
    return lab
