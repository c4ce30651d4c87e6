"""Pages of a lab's comparison: the report, the line items behind its figures, the workloads with their types."""

from urllib.parse import parse_qsl, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from instances.rules.risk import LEVELS, level_name
from virtlab.compare import services
from virtlab.compare.exports import files as exports
from virtlab.compare.inputs.load import estate_of
from virtlab.compare.inputs.place import regions
from virtlab.compare.inputs.question import Question, ask
from virtlab.compare.pages.addresses import Addresses
from virtlab.compare.pages.charts import outlook_charts
from virtlab.compare.pages.context import answer_context, form_context, note_context, report_context
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.explain import explanation
from virtlab.compare.report.report import Report, build
from virtlab.compare.report.workloads.power import sums
from virtlab.compare.report.workloads.rows import limits_sentence, text_of, workload_rows
from virtlab.compare.report.workloads.table import WORKLOADS
from virtlab.compare.selectors import open_links, own_assumptions
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Evidence, Role
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.htmx import address_shown, render_region, wants_region
from virtlab.web.listing import list_page, listing, moved_file
from virtlab.web.requests import is_phone


def lab_to_compare(request: HttpRequest, slug: str) -> Lab:
    """The lab of an address, where it has something to compare; Http404 otherwise."""
    lab = open_lab(request, slug)
    if not regions() or estate_of(lab).empty:
        raise Http404("There is nothing to compare.")
    return lab


def question_of(request: HttpRequest, lab: Lab) -> Question:
    """What this request asks; where a field is wrong the address that the reader sees holds."""
    shown = urlsplit(address_shown(request)).query
    return ask(lab, request.GET.dict(), dict(parse_qsl(shown)))


@require_GET
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The comparison; for htmx only what an assumption changes, with the address that asks it in the header."""
    lab = open_lab(request, slug)
    if not regions():
        return render(request, "compare/report/no_catalog.html", {"lab": lab})
    if estate_of(lab).empty:
        return render(request, "compare/report/empty.html", {"lab": lab, "import_address": _import_address(lab)})
    question = question_of(request, lab)
    answer, addresses = build(lab, question), Addresses.in_lab(lab, question)
    partial = wants_region(request)
    more = note_context(answer) if partial else form_context(answer)
    context = {"lab": lab, **report_context(answer, addresses), **more}
    context["may_change"] = may(request, lab, Role.OPERATOR)
    context["links"] = [(link, request.build_absolute_uri(link.get_absolute_url())) for link in open_links(lab)]
    context["saved"] = own_assumptions(lab)
    context["phone"] = is_phone(request)
    return render_region(request, "compare/report/report.html", "answer", context, address=addresses.report)


def _import_address(lab: Lab) -> str:
    try:
        return reverse("inventory:upload", args=[lab.slug])
    except NoReverseMatch:
        return ""


@require_GET
def items(request: HttpRequest, slug: str, alternative: str) -> HttpResponse:
    """The line items of one alternative: formulas with their numbers put in, sources, dates."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    return items_page(request, build(lab, question), alternative, Addresses.in_lab(lab, question))


def items_page(request: HttpRequest, report: Report, alternative: str, addresses: Addresses) -> HttpResponse:
    """The same for a lab and for a share link."""
    item = report.by_key.get(alternative)
    if item is None:
        raise Http404("No such alternative.")
    context = {
        **lab_of(addresses, report),
        "report": report,
        "addresses": addresses,
        "name": report.names[item.key],
        "item": item,
        "explained": explanation(report, item),
    }
    return render_region(request, "compare/items/items.html", "body", context)


def lab_of(addresses: Addresses, report: Report) -> dict[str, Lab]:
    """The lab for the header's links; behind a share link nobody learns its address."""
    return {} if addresses.shared else {"lab": report.lab}


@require_GET
def outlook(request: HttpRequest, slug: str) -> HttpResponse:
    """How sure the difference is: drawn after the page, since sizes are computed anew for it."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    return outlook_page(request, build(lab, question), Addresses.in_lab(lab, question))


def outlook_page(request: HttpRequest, report: Report, addresses: Addresses) -> HttpResponse:
    """The same for a lab and for a share link."""
    context = {
        **lab_of(addresses, report),
        "report": report,
        "addresses": addresses,
        **answer_context(report, addresses, sure_answer(report)),
        "charts": outlook_charts(report),
    }
    return render_region(request, "compare/report/outlook.html", "body", context)


@require_GET
def workloads(request: HttpRequest, slug: str) -> HttpResponse:
    """Every workload with the type that it needs, its price and its risk."""
    lab = lab_to_compare(request, slug)
    question = question_of(request, lab)
    return workloads_page(request, build(lab, question), Addresses.in_lab(lab, question))


def workloads_page(request: HttpRequest, report: Report, addresses: Addresses) -> HttpResponse:
    """The same for a lab and for a share link."""
    filters = [
        Filter("evidence", _("Demand known"), Evidence.choices, "evidence"),
        Filter("risk", _("Risk"), [(str(number), level_name(number)) for number in LEVELS], "risk_level"),
    ]
    rows, bar = filtered_rows(request, workload_rows(report), filters, text_of)
    context = {
        **lab_of(addresses, report),
        "report": report,
        "addresses": addresses,
        "bar": bar,
        "confidence": report.confidence,
        "power_sums": sums(report),
        "limits": limits_sentence(report),
        "sub": _("%(region)s, prices for %(hours)s, sized for the %(percentile)sth percentile of demand")
        % {
            "region": report.place.name,
            "hours": report.names[report.right.key],
            "percentile": f"{report.question.values['percentile']:g}",
        },
    }
    listed = listing(request, WORKLOADS, rows, file_name=f"{exports.file_name(report)}-workloads.csv")
    return list_page(request, "compare/workloads/workloads.html", listed, context)


@require_GET
def workloads_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The address that the list's file had before it was the list's own."""
    lab = lab_to_compare(request, slug)
    return moved_file(request, reverse("compare:workloads", args=[lab.slug]))


@require_POST
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes the shown assumptions the lab's own."""
    lab = open_lab(request, slug, Role.OPERATOR)
    question = posted_question(request, lab)
    count = services.save_assumptions(lab, question.overrides)
    sentence = ngettext(
        "%(count)d assumption is now the lab's own.", "%(count)d assumptions are now the lab's own.", count
    )
    messages.success(request, sentence % {"count": count})
    # Asked again, because what the lab holds now need no longer stand in the address.
    return redirect(Addresses.in_lab(lab, ask(lab, dict(parse_qsl(question.query)), {})).report)


@require_POST
def reset(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the lab's own assumptions back."""
    lab = open_lab(request, slug, Role.OPERATOR)
    services.reset_assumptions(lab)
    messages.success(request, _("The lab has no assumptions of its own any more."))
    return redirect("compare:report", lab.slug)


def posted_question(request: HttpRequest, lab: Lab) -> Question:
    """The question that a form carries in its hidden field `state`, as a query string."""
    return ask(lab, dict(parse_qsl(request.POST.get("state", ""))), {})
