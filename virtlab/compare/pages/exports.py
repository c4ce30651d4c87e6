"""Downloads of a lab's comparison."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from virtlab.compare.exports import files as exports
from virtlab.compare.pages.views import lab_to_compare, question_of
from virtlab.compare.report.report import Report, build


@require_GET
def csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as CSV files in a zip."""
    return exports.zipped(_report(request, slug))


@require_GET
def xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as a workbook."""
    return exports.workbook(_report(request, slug))


def _report(request: HttpRequest, slug: str) -> Report:
    lab = lab_to_compare(request, slug)
    return build(lab, question_of(request, lab))
