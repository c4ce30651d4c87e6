"""Downloads of a lab's comparison."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from virtlab.compare import exports
from virtlab.compare.estate import estate_of
from virtlab.compare.report import Report, build
from virtlab.compare.views import question_of
from virtlab.labs.access import lab_for


@require_GET
def csv(request: HttpRequest, lab: str) -> HttpResponse:
    """The report as CSV files in a zip."""
    return exports.zipped(_report(request, lab))


@require_GET
def xlsx(request: HttpRequest, lab: str) -> HttpResponse:
    """The report as a workbook."""
    return exports.workbook(_report(request, lab))


@require_GET
def sizing(request: HttpRequest, lab: str) -> HttpResponse:
    """The workloads as CSV."""
    return exports.sizing(_report(request, lab))


def _report(request: HttpRequest, lab: str) -> Report:
    found = lab_for(request, lab)
    if estate_of(found).empty:
        raise Http404("There is nothing to export.")
    return build(found, question_of(request, found))
