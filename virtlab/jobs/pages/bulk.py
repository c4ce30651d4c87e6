"""The page of an operation on many objects: its form once, a row for each object, and one start for all that can."""

import json
import secrets
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from virtlab.jobs.actor import actor_of
from virtlab.jobs.operations.form_values import given_in, posted
from virtlab.jobs.requests.asking import MOST, next_address, operation_or_404, seen_in, subjects_or_404
from virtlab.jobs.requests.bulk import Bulk, Row
from virtlab.jobs.requests.bulk_totals import Totals
from virtlab.jobs.requests.prepare import request_key
from virtlab.jobs.requests.start import start_all
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.htmx import render_region

# So many refused objects are named; of the others only the number.
NAMED = 5


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """?subject= for each object; POST shows what it would do (or starts it, with do=start)."""
    operation = operation_or_404(name)
    if operation.subject_model is None:
        raise Http404
    lab = open_lab(request, slug, operation.role)
    words = request.POST.getlist("subject") or request.GET.getlist("subject")
    if len(words) > MOST:
        most = _("At most %(most)s at once: you chose %(chosen)s.") % {"most": MOST, "chosen": len(words)}
        return _turned_back(request, lab, most)
    subjects, gone = subjects_or_404(lab, operation, words)
    if not subjects:
        nothing = _("None of the objects chosen exists any more.") if gone else _("Choose at least one first.")
        return _turned_back(request, lab, nothing)
    fields = operation.form_class.base_fields
    given = posted(fields, request.POST) if request.method == "POST" else given_in(fields, request.GET)
    many = Bulk(lab, operation, subjects, given, actor_of(request))
    if request.method == "POST" and request.POST.get("do") == "start":
        return _start(request, many, gone)
    many.look()
    return _page(request, many, gone)


def _turned_back(request: HttpRequest, lab: Lab, why: str) -> HttpResponseBase:
    messages.error(request, why)
    return redirect(next_address(request, lab.get_absolute_url()))


def _start(request: HttpRequest, many: Bulk, gone: int) -> HttpResponseBase:
    batch = request_key(request.POST.get("key", "")) or secrets.token_urlsafe(16)
    started = start_all(many.lab, many.requests(seen_in(request.POST.get("seen", ""))), batch)
    if not started.jobs:
        many.show_stale(started.prepared)
        return _page(request, many, gone)
    count = len(started.jobs)
    messages.success(request, ngettext("Started %(count)s job.", "Started %(count)s jobs.", count) % {"count": count})
    _warn_of_refused(request, [many.row(prepared) for prepared in started.refused])
    return redirect(f"{reverse('jobs:list', args=[many.lab.slug])}?{urlencode({'batch': batch})}")


def _warn_of_refused(request: HttpRequest, rows: Sequence[Row]) -> None:
    for row in rows[:NAMED]:
        words = {"name": row.subject, "why": " ".join(row.sentences)}
        messages.warning(request, _("Not started for %(name)s: %(why)s") % words)
    if len(rows) > NAMED:
        count = len(rows) - NAMED
        more = ngettext("Not started for %(count)s more.", "Not started for %(count)s more.", count)
        messages.warning(request, more % {"count": count})


def _whose(rows: Sequence[Row]) -> str:
    """Whose money and watts all rows give; empty where they are not the same's."""
    named = {str(row.preview.of) for row in rows if row.preview}
    return named.pop() if len(named) == 1 else ""


def _page(request: HttpRequest, many: Bulk, gone: int) -> HttpResponse:
    if request.method == "POST":
        many.mark()
    stale = any(row.stale for row in many.rows)
    key = request_key(request.POST.get("key", "")) if not stale else ""
    context = {
        "lab": many.lab,
        "operation": many.operation,
        "bulk": many,
        "form": many.form,
        "first_look": request.method != "POST",
        "totals": Totals.of([row for row in many.rows if row.can]),
        "of": _whose(many.rows),
        "gone": gone,
        "stale": stale,
        "key": key or secrets.token_urlsafe(16),
        "seen": json.dumps(many.seen()),
        "next": next_address(request, ""),
    }
    if request.POST.get("do") == "start":
        return render(request, "jobs/bulk/bulk.html", context)
    return render_region(request, "jobs/bulk/bulk.html", "live", context)
