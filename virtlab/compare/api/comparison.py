"""A lab's comparison over REST: the same question, figures and files as the page's, for those who may read the lab."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from virtlab.compare.api import answers
from virtlab.compare.api.asked import Asked, report_asked
from virtlab.compare.api.schemas import ComparisonOut
from virtlab.compare.exports import files as exports
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.paper import paper_page
from virtlab.rest.params import LabSlug
from virtlab.rest.why import Why

router = Router(tags=["comparison"])


def file_of(kind: str) -> dict[str, Any]:
    """What the description says of an address that gives a file."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "The file.", "content": content}}}


@router.get("/labs/{lab}/comparison", response={200: ComparisonOut, 422: Why})
def comparison(request: HttpRequest, slug: LabSlug, asked: Query[Asked]) -> ComparisonOut:
    """The comparison: its answer, every alternative, every line item. 404: no such lab, or nothing in it to compare.

    422: what was sent is no assumption, or out of its range; nothing is assumed in its place.
    """
    return answers.comparison(report_asked(request, slug))


@router.get("/labs/{lab}/comparison.xlsx", response={422: Why}, openapi_extra=file_of(exports.XLSX))
def xlsx(request: HttpRequest, slug: LabSlug, asked: Query[Asked]) -> HttpResponse:
    """The comparison as a workbook that computes its figures from the assumptions."""
    return exports.workbook(report_asked(request, slug))


@router.get("/labs/{lab}/comparison.zip", response={422: Why}, openapi_extra=file_of("application/zip"))
def csv(request: HttpRequest, slug: LabSlug, asked: Query[Asked]) -> HttpResponse:
    """The same tables as CSV files in a zip."""
    return exports.zipped(report_asked(request, slug))


@router.get("/labs/{lab}/comparison.html", response={422: Why}, openapi_extra=file_of("text/html"))
def paper(request: HttpRequest, slug: LabSlug, asked: Query[Asked]) -> HttpResponse:
    """The report to be printed; its style sheets and charts are those of this server."""
    report = report_asked(request, slug)
    return paper_page(request, report, Addresses.in_lab(report.lab, report.question))
