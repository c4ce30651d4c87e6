"""The page of any operation: its form, before and after, refusals with ways out, and the start."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from virtlab.jobs.actor import actor_of
from virtlab.jobs.operations.form_values import completed, given_in
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Plan, Preview, Refusal
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.requests.asking import (
    next_address,
    operation_or_404,
    page_address,
    refusals_shown,
    seen_in,
    seen_of_one,
    stale_shown,
    subjects_or_404,
)
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.requests.start import start
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.htmx import render_region


@dataclass
class Asked:
    """One visit to an operation's page."""

    lab: Lab
    operation: type[Operation]
    subject: models.Model | None
    form: OperationForm
    preview: Preview | None = None
    plan: Plan | None = None
    refusals: list[Refusal] = field(default_factory=list)
    stale: list[tuple[str, str, str]] = field(default_factory=list)

    def look(self, params: Any, request: HttpRequest) -> None:
        """Fills in before and after, or why not, for these parameters."""
        asked = Request(self.operation, self.subject, params, actor_of(request))
        try:
            prepared = prepare(self.lab, asked)
        except Invalid as invalid:
            self.form = invalid.form
        except Refused as refused:
            self.refusals = refused.refusals
            self.form = self.operation.form(self.lab, self.subject, params)
        else:
            self.preview, self.plan = prepared.preview(), prepared.plan()
            self.form = self.operation.form(self.lab, self.subject, params)


@require_http_methods(["GET", "HEAD", "POST"])
def operate(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """The form of an operation, what it would do, and its start."""
    operation = operation_or_404(name)
    lab = open_lab(request, slug, operation.role)
    subject = _subject(lab, operation, request)
    if operation.subject_model is not None and subject is None:
        messages.error(request, _("This object does not exist any more."))
        return redirect(lab)
    if request.method == "POST" and request.POST.get("do") == "start":
        return _start(request, Asked(lab, operation, subject, operation.form(lab, subject)))
    asked = Asked(lab, operation, subject, operation.form(lab, subject))
    if request.method == "POST":
        asked.look(request.POST, request)
    else:
        _look_if_complete(asked, request)
    return _page(request, asked)


def _subject(lab: Lab, operation: type[Operation], request: HttpRequest) -> models.Model | None:
    key = request.POST.get("subject") or request.GET.get("subject", "")
    if operation.subject_model is None or not key:
        return None
    subjects, _gone = subjects_or_404(lab, operation, [key])
    return subjects[0] if subjects else None


def _look_if_complete(asked: Asked, request: HttpRequest) -> None:
    """A link that fills in the form (a way out) shows its outcome at once; otherwise the form stands as things are."""
    given = given_in(asked.form, request.GET)
    params = completed(asked.form, given)
    if asked.operation.form(asked.lab, asked.subject, params).is_valid():
        asked.look(params, request)
        return
    asked.form = asked.operation.form(asked.lab, asked.subject, initial=given)


def _start(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    seen = seen_of_one(seen_in(request.POST.get("seen", "")))
    key = request.POST.get("key", "")[:64]
    wanted = Request(asked.operation, asked.subject, request.POST, actor_of(request), key, seen)
    try:
        job = start(asked.lab, wanted)
    except Invalid as invalid:
        asked.form = invalid.form
    except Refused as refused:
        asked.form, asked.refusals = _bound(asked, request), refused.refusals
    except StaleForm as stale:
        asked.look(request.POST, request)
        assert asked.subject is not None
        asked.stale = [stale_shown(asked.subject, change) for change in stale.changes]
    else:
        messages.success(request, _("Started: %(job)s.") % {"job": job.title})
        return redirect(next_address(request, job.get_absolute_url()))
    return _page(request, asked)


def _bound(asked: Asked, request: HttpRequest) -> OperationForm:
    form = asked.operation.form(asked.lab, asked.subject, request.POST)
    form.is_valid()
    return form


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {
        "lab": asked.lab,
        "operation": asked.operation,
        "subject": asked.subject,
        "subject_address": page_address(asked.lab, asked.subject),
        "form": asked.form,
        "preview": asked.preview,
        "plan": asked.plan,
        "refusals": refusals_shown(asked.lab, asked.refusals),
        "stale": asked.stale,
        "key": request.POST.get("key") if not asked.stale and request.POST.get("key") else secrets.token_urlsafe(16),
        "seen": json.dumps(asked.operation.fingerprint(asked.subject)),
        "next": next_address(request, ""),
    }
    if request.POST.get("do") == "start":
        return render(request, "jobs/operate/operate.html", context)
    return render_region(request, "jobs/operate/operate.html", "form", context)
