"""Jobs and operations over REST: the same operations, refusals and rights as the pages."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from virtlab.jobs.actor import actor_of
from virtlab.jobs.choices import JobState, Source
from virtlab.jobs.listing import filtered_jobs
from virtlab.jobs.models import Job
from virtlab.jobs.progress import progress
from virtlab.jobs.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.registry import OPERATIONS, UnknownOperationError, operation_named
from virtlab.jobs.requests import Request
from virtlab.jobs.services import cancel, retry, start
from virtlab.jobs.text import say
from virtlab.labs.access import lab_for
from virtlab.labs.choices import Role

router = Router(tags=["jobs"])
MOST = 200


class StepOut(Schema):
    """A step of a job; times are lab time."""

    key: str
    title: str
    state: str
    duration_s: float
    planned_start_lab_at: datetime | None
    planned_end_lab_at: datetime | None
    started_lab_at: datetime | None
    ended_lab_at: datetime | None
    physics: dict[str, Any]


class JobOut(Schema):
    """A job."""

    id: int
    operation: str
    title: str
    side: str
    state: str
    source: str
    progress: float = Field(description="0 to 1")
    duration_s: float
    created_at: datetime
    ended_at: datetime | None
    started_lab_at: datetime | None
    ends_lab_at: datetime | None
    attempt: int
    error: str


class JobDetail(JobOut):
    """A job with its steps and its log."""

    steps: list[StepOut]
    log: list[str]


class OperationOut(Schema):
    """Something that can be done."""

    name: str
    title: str
    side: str
    subject: str
    counterpart: str
    fields: list[str]


class OperationIn(Schema):
    """A request to do something: `subject` is the object's number, `params` the form's fields.

    The same `key` again starts nothing new and gives the same job.
    """

    operation: str
    subject: int | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    key: str = Field("", max_length=64)


class Why(Schema):
    """Why not, in sentences; `fields` names the fields that are wrong, `job` the job in the way."""

    reasons: list[str]
    fields: dict[str, list[str]] = Field(default_factory=dict)
    job: int | None = None


class Listed(Schema):
    """What a list of jobs may ask for."""

    state: JobState | None = None
    q: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=MOST)
    before: int | None = Field(None, description="only jobs with a smaller number: the way to the next page")


@router.get("/labs/{lab}/operations", response=list[OperationOut])
def operations(request: HttpRequest, lab: str) -> list[OperationOut]:
    """What can be done in a lab."""
    lab_for(request, lab)
    return [
        OperationOut(
            name=operation.name,
            title=str(operation.title),
            side=operation.side,
            subject=operation.subject_model._meta.label_lower if operation.subject_model else "",
            counterpart=operation.counterpart,
            fields=list(operation.form_class.base_fields),
        )
        for operation in OPERATIONS.values()
    ]


@router.get("/labs/{lab}/jobs", response=list[JobOut])
def jobs(request: HttpRequest, lab: str, asked: Query[Listed]) -> list[JobOut]:
    """A lab's jobs, newest first."""
    found = lab_for(request, lab)
    listed, _form = filtered_jobs(found, request.GET)
    if asked.before is not None:
        listed = listed.filter(pk__lt=min(asked.before, 2**62))
    return [JobOut(**_fields(job)) for job in listed.order_by("-pk")[: asked.limit].select_related("lab")]


@router.get("/labs/{lab}/jobs/{job}", response=JobDetail)
def one_job(request: HttpRequest, lab: str, job: int) -> JobDetail:
    """One job with its steps and log."""
    found = _job(request, lab, job, Role.VIEWER)
    return JobDetail(
        **_fields(found),
        steps=[StepOut.from_orm(step) for step in _titled(found)],
        log=[str(line.text) for line in found.log.all()],
    )


@router.post("/labs/{lab}/jobs", response={201: JobOut, 409: Why, 422: Why})
def operate(request: HttpRequest, lab: str, asked: OperationIn) -> Status[JobOut | Why]:
    """Starts an operation. 409: it cannot be done now (busy, full, gone). 422: a field is wrong."""
    try:
        operation = operation_named(asked.operation)
    except UnknownOperationError:
        raise Http404 from None
    found = lab_for(request, lab, operation.role)
    subject = None
    if operation.subject_model is not None:
        subject = get_object_or_404(operation.subject_model, lab=found, pk=_key(asked.subject))
    wanted = Request(operation, subject, asked.params, actor_of(request, Source.API), asked.key)
    try:
        return Status(201, JobOut(**_fields(start(found, wanted))))
    except Refused as refused:
        return Status(409, _why(refused))
    except Invalid as invalid:
        errors = {name: [str(e) for e in each] for name, each in invalid.form.errors.items()}
        return Status(422, Why(reasons=[e for each in errors.values() for e in each], fields=errors))


@router.post("/labs/{lab}/jobs/{job}/cancel", response={200: JobOut, 409: Why})
def cancel_job(request: HttpRequest, lab: str, job: int) -> Status[JobOut | Why]:
    """Cancels a job: what it did is undone."""
    found = _job(request, lab, job, Role.OPERATOR)
    try:
        return Status(200, JobOut(**_fields(cancel(found, actor_of(request, Source.API)))))
    except Refused as refused:
        return Status(409, _why(refused))


@router.post("/labs/{lab}/jobs/{job}/retry", response={200: JobOut, 409: Why})
def retry_job(request: HttpRequest, lab: str, job: int) -> Status[JobOut | Why]:
    """Continues a failed or cancelled job where it stopped."""
    found = _job(request, lab, job, Role.OPERATOR)
    try:
        return Status(200, JobOut(**_fields(retry(found, actor_of(request, Source.API)))))
    except Refused as refused:
        return Status(409, _why(refused))


def _key(number: int | None) -> int:
    """A number that any database can look up."""
    return number if number is not None and 0 < number < 2**63 else 0


def _job(request: HttpRequest, lab: str, job: int, role: Role) -> Job:
    found = lab_for(request, lab, role)
    return get_object_or_404(Job.objects.select_related("lab"), lab=found, pk=_key(job))


def _titled(job: Job) -> list[Any]:
    return [{**vars(step), "title": str(step.title)} for step in job.steps.all()]


def _why(refused: Refused | StaleForm) -> Why:
    refusals = refused.refusals if isinstance(refused, Refused) else []
    in_the_way = next((refusal.job.pk for refusal in refusals if refusal.job), None)
    return Why(reasons=[str(say(refusal.text)) for refusal in refusals], job=in_the_way)


def _fields(job: Job) -> dict[str, Any]:
    plain = {name: getattr(job, name) for name in JobOut.model_fields if name not in {"progress", "title", "error"}}
    told = {"title": str(job.title), "error": str(job.error), "progress": progress(job, job.lab.lab_time())}
    return {**plain, **told}
