"""One operation on many objects over REST."""

import secrets

from django.http import Http404, HttpRequest
from ninja import Router, Status

from virtlab.jobs.actor import actor_of
from virtlab.jobs.api.answers import job_fields, why_not
from virtlab.jobs.api.schemas import BulkIn, BulkOut, JobOut, NotStarted
from virtlab.jobs.choices import Source
from virtlab.jobs.requests.asking import operation_or_404, subjects_or_404
from virtlab.jobs.requests.bulk import Bulk
from virtlab.jobs.requests.prepare import Prepared, request_key
from virtlab.jobs.requests.start import start_all
from virtlab.labs.access import open_lab
from virtlab.rest.params import LabSlug

router = Router(tags=["jobs"])


@router.post("/labs/{lab}/jobs/bulk", response={201: BulkOut, 409: BulkOut})
def operate_on_many(request: HttpRequest, slug: LabSlug, body: BulkIn) -> Status[BulkOut]:
    """Starts an operation on each object that can, all in one transaction. 409: on none."""
    operation = operation_or_404(body.operation)
    lab = open_lab(request, slug, operation.role)
    subjects, gone = subjects_or_404(lab, operation, [str(key) for key in body.subjects])
    if not subjects:
        raise Http404
    many = Bulk(lab, operation, subjects, body.params, actor_of(request, Source.API))
    batch = request_key(body.key) or secrets.token_urlsafe(16)
    started = start_all(lab, many.requests(), batch)
    out = BulkOut(
        batch=batch,
        jobs=[JobOut(**job_fields(job)) for job in started.jobs],
        refused=[_not_started(prepared) for prepared in started.refused],
        gone=gone,
    )
    return Status(201 if started.jobs else 409, out)


def _not_started(prepared: Prepared) -> NotStarted:
    why = why_not(prepared.refused)
    assert prepared.request.subject is not None
    return NotStarted(subject=prepared.request.subject.pk, **why.model_dump())
