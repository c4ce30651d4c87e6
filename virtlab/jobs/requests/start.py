"""Starting operations: one, many at once, or one as a part of a job. Each is one transaction under the lab's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import JobState, Source
from virtlab.jobs.lifecycle.admission import begin_queued
from virtlab.jobs.models import AuditEntry, Job
from virtlab.jobs.operations.effects import Run, StepFailed
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.foreseen import foresee
from virtlab.jobs.requests.prepare import Prepared, Request, prepare_all
from virtlab.jobs.requests.under_lock import lock, publish, room_left
from virtlab.jobs.requests.write_jobs import write_jobs
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Started:
    """The jobs of a bulk request, and what became of each of its objects (nothing for a repeated request)."""

    jobs: list[Job]
    prepared: list[Prepared]

    @property
    def refused(self) -> list[Prepared]:
        """Those that were not started."""
        return [prepared for prepared in self.prepared if prepared.refused]


def start(lab: Lab, request: Request) -> Job:
    """Starts an operation and returns its job, the same one for the same request key.

    Raises Refused (sentences, with ways out), Invalid (the form with its errors) or StaleForm (what changed).
    """
    with transaction.atomic():
        lab = lock(lab.pk)
        if request.key and (known := Job.objects.filter(lab=lab, key=request.key).first()):
            return known
        [job] = _write(lab, prepare_all(lab, [request]))
    return job


def start_all(lab: Lab, requests: Sequence[Request], batch: str) -> Started:
    """Starts an operation on many objects in one transaction: a job for each that can, all of this batch.

    A second call with the same batch starts nothing new and gives the same jobs. Nothing is started where the form is
    stale for any of them: the user looks again first.
    """
    with transaction.atomic():
        lab = lock(lab.pk)
        if known := list(Job.objects.filter(lab=lab, batch=batch).order_by("pk")):
            return Started(known, [])
        prepared = prepare_all(lab, [replace(request, batch=batch) for request in requests])
        stale = any(isinstance(each.refused, StaleForm) for each in prepared)
        able = [] if stale else [each for each in prepared if each.refused is None]
        jobs = _write(lab, able) if able else []
    return Started(jobs, prepared)


def _write(lab: Lab, able: Sequence[Prepared]) -> list[Job]:
    jobs = write_jobs(lab, able, lab.lab_time(), room_left(lab))
    AuditEntry.objects.bulk_create(_entry(lab, prepared, job) for prepared, job in zip(able, jobs, strict=True))
    publish(lab, *jobs, *foresee_from(lab, jobs))
    return jobs


def foresee_from(lab: Lab, jobs: Sequence[Job]) -> list[Job]:
    """What is foreseen from the begin of these jobs on, of themselves too; returns the others whose ends moved."""
    begun = {job.pk: job for job in jobs if job.state == JobState.RUNNING}
    if not begun:
        return []
    moved = foresee(lab, lab.lab_time(), begun.keys())
    for job in moved:
        if job.pk in begun:
            begun[job.pk].ends_lab_at, begun[job.pk].planned_s = job.ends_lab_at, job.planned_s
    return [job for job in moved if job.pk not in begun]


def _entry(lab: Lab, prepared: Prepared, job: Job) -> AuditEntry:
    """The audit's entry, with what changes but not what it costs: nothing slow is computed under the lock."""
    operation, _form = prepared.ready()
    target = ", ".join(str(held.subject) for held in prepared.holds)
    return audit.entry(prepared.request.actor, operation.name, lab, job=job, target=target, changes=operation.changes())


def start_from_job(run: Run, name: str, subject: models.Model | None, params: dict[str, Any]) -> Job:
    """Starts an operation from within an effect, at the effect's lab time; raises StepFailed where it is refused."""
    actor = Actor(Source.JOB, user=run.job.requested_by, visitor=run.job.visitor)
    operation = operation_named(name)
    try:
        [prepared] = prepare_all(run.lab, [Request(operation, subject, params, actor, parent=run.job)])
        prepared.ready()
    except Refused as refused:
        raise StepFailed(refused.refusals[0].text) from refused
    except Invalid as invalid:
        raise StepFailed(_("%(operation)s: %(why)s"), operation=operation.title, why=str(invalid)) from invalid
    [job] = write_jobs(run.lab, [prepared], run.lab_time, room_left(run.lab))
    audit.record(actor, operation.name, run.lab, job=job)
    return job


def begin_waiting(lab_id: int) -> list[Job]:
    """Begins what is queued in a lab and finds room, after its limit was raised; returns those that changed state."""
    with transaction.atomic():
        lab = lock(lab_id)
        changed = begin_queued(lab, lab.lab_time())
        if changed:
            publish(lab, *changed)
    return changed
