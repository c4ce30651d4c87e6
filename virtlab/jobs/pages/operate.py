"""The page of any operation: its form, before and after, refusals with ways out, and the start."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from virtlab.jobs.actor import actor_of
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.models import Job
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.form_values import BLANK, completed, given_in
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, Preview
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
from virtlab.jobs.requests.forecast import Forecast, forecast
from virtlab.jobs.requests.prepare import Request, prepare, request_key
from virtlab.jobs.requests.start import start
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.htmx import render_region

LEAST_VARIES_S = 0.05


class OperatePage:
    """One visit to an operation's page. Its one form is judged, carries before and after, and is shown."""

    def __init__(self, request: HttpRequest, lab: Lab, operation: type[Operation], subject: models.Model | None):
        self.request = request
        self.lab = lab
        self.operation = operation
        self.subject = subject
        self.form: OperationForm | None = None
        self.preview: Preview | None = None
        self.plan: Plan | None = None
        self.forecast: Forecast | None = None
        self.p95_s: float | None = None
        self.refused: Refused | None = None
        self.stale: StaleForm | None = None

    def look_at_address(self) -> None:
        """A link that fills in the whole form (a way out) shows its outcome at once; else the form stands as it is."""
        given = given_in(self.operation.form_class.base_fields, self.request.GET)
        given = {name: value for name, value in given.items() if value not in BLANK}
        form = self.operation.form(self.lab, self.subject, initial=given)
        form.bind(completed(form, given))
        if form.is_valid():
            self.look(form)
        else:
            form.unbind()
            self.form = form

    def look_at_post(self) -> None:
        """What the operation would do with what was sent."""
        self.look(self.operation.form(self.lab, self.subject, self.request.POST))

    def look(self, form: OperationForm) -> None:
        """Fills in before and after, or why not."""
        self.form = form
        try:
            operation = prepare(self.lab, self._request(form=form))
        except Invalid:
            return
        except Refused as refused:
            self.refused = refused
        else:
            self.preview, self.plan = operation.preview(), operation.plan()
            self.forecast = forecast(self.lab, self.plan)
            p95_s = self.forecast.p95_s(self.plan, operation.lab_figures[SPREAD.key])
            self.p95_s = p95_s if p95_s - self.forecast.duration_s >= LEAST_VARIES_S else None

    def start(self) -> Job | None:
        """The started job; None if it was refused, and the page says why."""
        post = self.request.POST
        seen = seen_of_one(seen_in(post.get("seen", "")))
        try:
            return start(self.lab, self._request(key=request_key(post.get("key", "")), seen=seen))
        except Invalid as invalid:
            self.form = invalid.form
        except Refused as refused:
            self.refused, self.form = refused, refused.form
        except StaleForm as stale:
            self.stale = stale
            self.look_at_post()
        return None

    def _request(self, **more: Any) -> Request:
        return Request(self.operation, self.subject, self.request.POST, actor_of(self.request), **more)

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        key = self.request.POST.get("key", "")
        return {
            "lab": self.lab,
            "operation": self.operation,
            "subject": self.subject,
            "subject_address": page_address(self.lab, self.subject),
            "form": self.form or self.operation.form(self.lab, self.subject, self.request.POST),
            "preview": self.preview,
            "plan": self.plan,
            "forecast": self.forecast,
            "p95_s": self.p95_s,
            "downtime_s": self.forecast.downtime_s(self.preview) if self.forecast and self.preview else None,
            "refusals": refusals_shown(self.lab, self.refused.refusals if self.refused else []),
            "stale": self._stale_columns(),
            "key": key if key and not self.stale else secrets.token_urlsafe(16),
            "seen": json.dumps(self.operation.fingerprint(self.subject)),
            "next": next_address(self.request, ""),
        }

    def _stale_columns(self) -> Sequence[tuple[str, str, str]]:
        if self.stale is None or self.subject is None:
            return []
        return [stale_shown(self.subject, change) for change in self.stale.changes]


@require_http_methods(["GET", "HEAD", "POST"])
def operate(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """The form of an operation, what it would do, and its start."""
    operation = operation_or_404(name)
    lab = open_lab(request, slug, operation.role)
    subject = _subject(lab, operation, request)
    if operation.subject_model is not None and subject is None:
        messages.error(request, _("This object does not exist any more."))
        return redirect(lab)
    page = OperatePage(request, lab, operation, subject)
    if request.method != "POST":
        page.look_at_address()
    elif request.POST.get("do") != "start":
        page.look_at_post()
    elif job := page.start():
        messages.success(request, _("Started: %(job)s.") % {"job": job.title})
        return redirect(next_address(request, job.get_absolute_url()))
    return _shown(request, page)


def _subject(lab: Lab, operation: type[Operation], request: HttpRequest) -> models.Model | None:
    key = request.POST.get("subject") or request.GET.get("subject", "")
    if operation.subject_model is None or not key:
        return None
    subjects, _gone = subjects_or_404(lab, operation, [key])
    return subjects[0] if subjects else None


def _shown(request: HttpRequest, page: OperatePage) -> HttpResponse:
    if request.POST.get("do") == "start":
        return render(request, "jobs/operate/operate.html", page.context())
    return render_region(request, "jobs/operate/operate.html", "form", page.context())
