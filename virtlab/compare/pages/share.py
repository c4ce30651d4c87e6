"""Share links: made and withdrawn by those who may change a lab, read by whoever has one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from virtlab.compare import selectors, services
from virtlab.compare.exports import files as exports
from virtlab.compare.inputs.load import estate_of
from virtlab.compare.inputs.place import regions
from virtlab.compare.inputs.question import frozen_question
from virtlab.compare.models import ShareLink
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.context import report_context
from virtlab.compare.pages.paper import paper_page
from virtlab.compare.pages.readiness import readiness_page
from virtlab.compare.pages.views import items_page, outlook_page, posted_question, workloads_page
from virtlab.compare.report.anonymous import anonymised
from virtlab.compare.report.report import Report, build
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.web.listing import moved_file


@require_POST
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes a link to the report as it is shown, and goes to it; where there is none, to the notice that says why."""
    lab = open_lab(request, slug, Role.OPERATOR)
    question = posted_question(request, lab)
    back = Addresses.in_lab(lab, question).report
    try:
        link = services.share(lab, question, anonymous="anonymous" in request.POST)
    except services.TooManyLinksError:
        messages.error(request, too_many_links())
        return redirect(back)
    return redirect(f"{back}#link-{link.pk}")


def too_many_links() -> str:
    """Why there is no new link."""
    return _("This lab has %(most)d open links. Withdraw one first.") % {"most": services.MOST_LINKS}


@require_POST
def revoke(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Withdraws a link for good."""
    lab = open_lab(request, slug, Role.OPERATOR)
    services.revoke(get_object_or_404(ShareLink, lab=lab, token=token))
    messages.success(request, _("The link is withdrawn. Whoever opens it is told so."))
    return redirect("compare:report", lab.slug)


@require_GET
def report(request: HttpRequest, token: str) -> HttpResponse:
    """The report behind a link, to read only."""
    shared = _open(token)
    if shared is None:
        return _gone(request)
    answer, addresses = shared
    context = report_context(answer, addresses) | {"shared": True}
    context["changed_at"] = selectors.imported_since_shared(token)
    return _unlisted(render(request, "compare/share/shared.html", context))


@require_GET
def items(request: HttpRequest, token: str, alternative: str) -> HttpResponse:
    """The line items of one alternative."""
    shared = _open(token)
    return _unlisted(items_page(request, shared[0], alternative, shared[1])) if shared else _gone(request)


@require_GET
def outlook(request: HttpRequest, token: str) -> HttpResponse:
    """How sure the difference is."""
    shared = _open(token)
    return _unlisted(outlook_page(request, *shared)) if shared else _gone(request)


@require_GET
def workloads(request: HttpRequest, token: str) -> HttpResponse:
    """The workloads with their types."""
    shared = _open(token)
    return _unlisted(workloads_page(request, *shared)) if shared else _gone(request)


@require_GET
def readiness(request: HttpRequest, token: str) -> HttpResponse:
    """The machines with their readiness."""
    shared = _open(token)
    return _unlisted(readiness_page(request, *shared)) if shared else _gone(request)


@require_GET
def csv(request: HttpRequest, token: str) -> HttpResponse:
    """The report as CSV files in a zip."""
    shared = _open(token)
    return _unlisted(exports.zipped(shared[0])) if shared else _gone(request)


@require_GET
def xlsx(request: HttpRequest, token: str) -> HttpResponse:
    """The report as a workbook."""
    shared = _open(token)
    return _unlisted(exports.workbook(shared[0])) if shared else _gone(request)


@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The report to be printed."""
    shared = _open(token)
    return _unlisted(paper_page(request, *shared)) if shared else _gone(request)


@require_GET
def workloads_csv(request: HttpRequest, token: str) -> HttpResponse:
    """The address that the workloads' file had before it was their list's own."""
    address = reverse("compare:shared-workloads", args=[token])
    return _unlisted(moved_file(request, address)) if _open(token) else _gone(request)


def _open(token: str) -> tuple[Report, Addresses] | None:
    """The report behind a link; None where it is withdrawn, Http404 where it never was or its lab is empty now."""
    link = selectors.shared(token)
    if link is None or (link.revoked_at is None and (not regions() or estate_of(link.lab).empty)):
        raise Http404("No such link.")
    if link.revoked_at is not None:
        return None
    shown = build(link.lab, frozen_question(link.lab, link.assumptions))
    return anonymised(shown) if link.anonymous else shown, Addresses.behind(link)


def _gone(request: HttpRequest) -> HttpResponse:
    return _unlisted(render(request, "compare/share/withdrawn.html", status=410))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
