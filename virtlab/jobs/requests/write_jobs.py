"""Writing the jobs of prepared requests: with their steps and subjects, begun as far as there is room."""

from collections.abc import Sequence
from datetime import datetime

from virtlab.jobs.choices import JobKind
from virtlab.jobs.lifecycle.lifecycle import schedule, steps_of, subjects_of
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.form import kept_params
from virtlab.jobs.operations.plan import Plan
from virtlab.jobs.requests.prepare import Prepared
from virtlab.labs.models import Lab


def write_jobs(lab: Lab, able: Sequence[Prepared], lab_at: datetime, room: int) -> list[Job]:
    """The jobs of requests that can start; the first `room` begin at `lab_at`, the others queue (three queries)."""
    plans = [prepared.ready()[0].plan() for prepared in able]
    jobs = [_job(lab, prepared, plan) for prepared, plan in zip(able, plans, strict=True)]
    steps = [steps_of(job, plan) for job, plan in zip(jobs, plans, strict=True)]
    for job, own in list(zip(jobs, steps, strict=True))[: max(room, 0)]:
        schedule(job, own, lab_at)
    Job.objects.bulk_create(jobs)
    for job, own in zip(jobs, steps, strict=True):
        for step in own:
            step.job = job
    Step.objects.bulk_create(step for own in steps for step in own)
    linked = [subjects_of(job, prepared.holds) for job, prepared in zip(jobs, able, strict=True)]
    JobSubject.objects.bulk_create(subject for own in linked for subject in own)
    return jobs


def _job(lab: Lab, prepared: Prepared, plan: Plan) -> Job:
    operation, form = prepared.ready()
    request = prepared.request
    return Job(
        lab=lab,
        kind=JobKind.LAB,
        operation=operation.name,
        side=operation.side,
        title_kept=operation.describe().as_json(),
        params=kept_params(form) | ({"subject": operation.subject.pk} if operation.subject else {}),
        duration_s=plan.duration_s,
        key=request.key,
        batch=request.batch,
        parent=request.parent,
        **request.actor.as_fields(),
    )
