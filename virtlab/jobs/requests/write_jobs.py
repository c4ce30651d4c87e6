"""Writing the jobs of prepared requests: with their steps and subjects, begun as far as there is room."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from zlib import crc32

import numpy as np

from virtlab.engine.durations.spread import quantile_s
from virtlab.jobs.choices import JobKind
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.lifecycle.lifecycle import schedule, steps_of, subjects_of
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.form import kept_params
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.requests.prepare import Prepared
from virtlab.labs.models import Lab


def write_jobs(lab: Lab, able: Sequence[Prepared], lab_at: datetime, room: int) -> list[Job]:
    """The jobs of requests that can start; the first `room` begin at `lab_at`, the others queue, but for those that
    never do (three queries).
    """
    cases = [drawn(lab, prepared.ready()[0], number) for number, prepared in enumerate(able)]
    jobs = [_job(lab, prepared) for prepared in able]
    steps = [steps_of(job, case) for job, case in zip(jobs, cases, strict=True)]
    for job, own in zip(jobs, steps, strict=True):
        job.planned_s, job.duration_s = sum(step.planned_s for step in own), sum(step.duration_s for step in own)
    for prepared, job, own in zip(able, jobs, steps, strict=True):
        if prepared.request.operation.queues and not own[0].waits:
            room -= 1
        if room >= 0 or not prepared.request.operation.queues:
            schedule(job, own, lab_at)
    Job.objects.bulk_create(jobs)
    for job, own in zip(jobs, steps, strict=True):
        for step in own:
            step.job = job
    Step.objects.bulk_create(step for own in steps for step in own)
    linked = [subjects_of(job, prepared.holds) for job, prepared in zip(jobs, able, strict=True)]
    JobSubject.objects.bulk_create(subject for own in linked for subject in own)
    return jobs


def drawn(lab: Lab, operation: Operation, number: int = 0) -> Sequence[PlannedStep]:
    """The steps of a job, each as long as it lasts: of those that vary, one case of many.

    The draws follow from the lab, the number of the job in it, the operation and its object: whoever repeats a lab
    step by step sees the same again.
    """

    @cache
    def dice() -> np.random.Generator:
        subject = operation.subject.pk if operation.subject else 0
        before = Job.objects.filter(lab=lab).count()
        return np.random.default_rng(crc32(f"{lab.slug} {operation.name} {subject} {before} {number}".encode()))

    def vary(median_s: float) -> float:
        ratio = operation.lab_figures[SPREAD.key]
        return median_s if ratio == 1 else quantile_s(median_s, ratio, dice().random())

    return operation.plan().case(vary)


def _job(lab: Lab, prepared: Prepared) -> Job:
    operation, form = prepared.ready()
    request = prepared.request
    return Job(
        lab=lab,
        kind=JobKind.LAB,
        operation=operation.name,
        side=operation.side,
        title_kept=operation.describe().as_json(),
        params=kept_params(form) | ({"subject": operation.subject.pk} if operation.subject else {}),
        key=request.key,
        batch=request.batch,
        parent=request.parent,
        **request.actor.as_fields(),
    )
