"""Jobs and operations over REST: the same operations, refusals and rights as the pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from virtlab.jobs.actor import actor_of
from virtlab.jobs.api.answers import job_fields, preview_of, why_not
from virtlab.jobs.api.schemas import (
    BackOut,
    JobDetail,
    JobOut,
    Listed,
    OperationIn,
    OperationOut,
    PreviewOut,
    RealWorldOut,
    StepOut,
    WayBackOut,
)
from virtlab.jobs.choices import Source
from virtlab.jobs.models import Job
from virtlab.jobs.operations.real_world import real_world_of
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.operations.registry import OPERATIONS, role_for
from virtlab.jobs.pages.listing import filtered_jobs
from virtlab.jobs.requests.asking import operation_or_404
from virtlab.jobs.requests.prepare import Request, prepare, request_key
from virtlab.jobs.requests.retry import retry, run_again
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.cancel import cancel, way_back_of, why_not_cancelled
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.rest.params import LabSlug
from virtlab.rest.why import Why
from virtlab.web.requests import lookup_key

router = Router(tags=["jobs"])


@router.get("/labs/{lab}/operations", response=list[OperationOut])
def operations(request: HttpRequest, slug: LabSlug) -> list[OperationOut]:
    """What can be done in a lab."""
    open_lab(request, slug)
    return [
        OperationOut(
            name=operation.name,
            title=str(operation.title),
            side=operation.side,
            subject=operation.subject_model._meta.label_lower if operation.subject_model else "",
            counterpart=operation.counterpart,
            fields=list(operation.form_class.base_fields),
            real_world=[RealWorldOut.model_validate(way.as_json()) for way in real_world_of(operation.name)],
        )
        for operation in OPERATIONS.values()
    ]


@router.get("/labs/{lab}/jobs", response=list[JobOut])
def jobs(request: HttpRequest, slug: LabSlug, filters: Query[Listed]) -> list[JobOut]:
    """A lab's jobs, newest first."""
    lab = open_lab(request, slug)
    listed, _bar = filtered_jobs(request, lab)
    if filters.before is not None:
        listed = listed.filter(pk__lt=min(filters.before, 2**62))
    return [JobOut(**job_fields(job)) for job in listed.order_by("-pk")[: filters.limit].select_related("lab")]


@router.get("/labs/{lab}/jobs/{job}", response=JobDetail)
def one_job(request: HttpRequest, slug: LabSlug, job: int) -> JobDetail:
    """One job with its steps and log."""
    record = _job(request, slug, job, Role.VIEWER)
    return JobDetail(
        **job_fields(record),
        steps=[StepOut.from_orm(step) for step in _titled(record)],
        log=[str(line.text) for line in record.log.all()],
    )


@router.post("/labs/{lab}/jobs", response={201: JobOut, 409: Why, 422: Why})
def operate(request: HttpRequest, slug: LabSlug, body: OperationIn) -> Status[JobOut | Why]:
    """Starts an operation. 409: it cannot be done now (busy, full, gone). 422: a field is wrong."""
    lab, wanted = _wanted(request, slug, body)
    try:
        return Status(201, JobOut(**job_fields(start(lab, wanted))))
    except (Refused, StaleForm) as refused:
        return Status(409, why_not(refused))
    except Invalid as invalid:
        return Status(422, why_not(invalid))


@router.post("/labs/{lab}/operations/preview", response={200: PreviewOut, 409: Why, 422: Why})
def preview(request: HttpRequest, slug: LabSlug, body: OperationIn) -> Status[PreviewOut | Why]:
    """What an operation would do: before and after, and its steps. Starts nothing; refuses as the start would."""
    lab, wanted = _wanted(request, slug, body)
    try:
        return Status(200, preview_of(prepare(lab, wanted)))
    except (Refused, StaleForm) as refused:
        return Status(409, why_not(refused))
    except Invalid as invalid:
        return Status(422, why_not(invalid))


def _wanted(request: HttpRequest, slug: str, body: OperationIn) -> tuple[Lab, Request]:
    operation = operation_or_404(body.operation)
    lab = open_lab(request, slug, operation.role)
    subject = None
    if operation.subject_model is not None:
        subject = get_object_or_404(operation.subjects(lab), pk=lookup_key(body.subject))
    return lab, Request(operation, subject, body.params, actor_of(request, Source.API), request_key(body.key))


@router.get("/labs/{lab}/jobs/{job}/way-back", response={200: WayBackOut, 409: Why})
def way_back(request: HttpRequest, slug: LabSlug, job: int) -> Status[WayBackOut | Why]:
    """What a cancel would take now; cancels nothing. 409: it cannot be cancelled."""
    record = _job(request, slug, job, Role.VIEWER)
    if why := why_not_cancelled(record):
        return Status(409, Why(reasons=[str(why)]))
    back = way_back_of(record)
    steps = [BackOut(key=s.key, title=str(s.title), duration_s=s.duration_s, down=s.down) for s in back.steps]
    texts = {"lost": [str(text) for text in back.lost], "stays": [str(text) for text in back.stays]}
    return Status(200, WayBackOut(steps=steps, duration_s=back.duration_s, downtime_s=back.down_s, **texts))


@router.post("/labs/{lab}/jobs/{job}/cancel", response={200: JobOut, 409: Why})
def cancel_job(request: HttpRequest, slug: LabSlug, job: int) -> Status[JobOut | Why]:
    """Cancels a job: what it did is taken back, at once or in steps that last (`way-back` says which)."""
    record = _job(request, slug, job, Role.OPERATOR)
    try:
        return Status(200, JobOut(**job_fields(cancel(record, actor_of(request, Source.API)))))
    except Refused as refused:
        return Status(409, why_not(refused))


@router.post("/labs/{lab}/jobs/{job}/retry", response={200: JobOut, 409: Why})
def retry_job(request: HttpRequest, slug: LabSlug, job: int) -> Status[JobOut | Why]:
    """Continues a failed or cancelled job where it stopped."""
    record = _job(request, slug, job, Role.OPERATOR)
    open_lab(request, slug, role_for(record))
    try:
        return Status(200, JobOut(**job_fields(retry(record, actor_of(request, Source.API)))))
    except Refused as refused:
        return Status(409, why_not(refused))


@router.post("/labs/{lab}/jobs/{job}/again", response={201: JobOut, 409: Why, 422: Why})
def run_job_again(request: HttpRequest, slug: LabSlug, job: int, key: str = "") -> Status[JobOut | Why]:
    """Starts the same operation anew on the object as it is now; the same `key` again gives the same job."""
    record = _job(request, slug, job, Role.OPERATOR)
    open_lab(request, slug, role_for(record))
    try:
        return Status(201, JobOut(**job_fields(run_again(record, actor_of(request, Source.API), request_key(key)))))
    except (Refused, StaleForm) as refused:
        return Status(409, why_not(refused))
    except Invalid as invalid:
        return Status(422, why_not(invalid))


def _job(request: HttpRequest, slug: str, job: int, role: Role) -> Job:
    lab = open_lab(request, slug, role)
    return get_object_or_404(Job.objects.select_related("lab"), lab=lab, pk=lookup_key(job))


def _titled(job: Job) -> list[Any]:
    return [{**vars(step), "title": str(step.title)} for step in job.steps.all()]
