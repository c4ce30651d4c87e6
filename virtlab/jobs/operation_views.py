"""The page of any operation: its form, before and after, refusals with ways out, and the start."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from virtlab.jobs.actor import actor_of
from virtlab.jobs.links import address_of
from virtlab.jobs.models import Job
from virtlab.jobs.operation import Operation, OperationForm
from virtlab.jobs.plans import Plan, Preview, Refusal, WayOut
from virtlab.jobs.refusals import Invalid, Refused, Stale, StaleForm
from virtlab.jobs.registry import UnknownOperationError, operation_named
from virtlab.jobs.requests import Request, prepare
from virtlab.jobs.services import start
from virtlab.jobs.text import say
from virtlab.labs.access import lab_for
from virtlab.labs.models import Lab


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
def operate(request: HttpRequest, lab: str, name: str) -> HttpResponseBase:
    """The form of an operation, what it would do, and its start."""
    try:
        operation = operation_named(name)
    except UnknownOperationError:
        raise Http404 from None
    found = lab_for(request, lab, operation.role)
    subject = _subject(found, operation, request)
    if operation.subject_model is not None and subject is None:
        messages.error(request, _("This object does not exist any more."))
        return redirect(found)
    if request.method == "POST" and request.POST.get("do") == "start":
        return _start(request, Asked(found, operation, subject, operation.form(found, subject)))
    asked = Asked(found, operation, subject, operation.form(found, subject))
    if request.method == "POST":
        asked.look(request.POST, request)
    else:
        _look_if_complete(asked, request)
    return _page(request, asked)


def _subject(lab: Lab, operation: type[Operation], request: HttpRequest) -> models.Model | None:
    if operation.subject_model is None:
        return None
    key = request.POST.get("subject") or request.GET.get("subject", "")
    subject = operation.subject_model._default_manager.filter(pk=key).first() if key.isdecimal() else None
    if subject is not None and getattr(subject, "lab_id", lab.pk) != lab.pk:
        raise Http404
    return subject


def _look_if_complete(asked: Asked, request: HttpRequest) -> None:
    """A link that fills in the form (a way out) shows its outcome at once; otherwise the form stands as things are."""
    params = _prefilled(asked.form, request.GET)
    if asked.operation.form(asked.lab, asked.subject, params).is_valid():
        asked.look(params, request)
        return
    given = {name: request.GET[name] for name in asked.form.fields if name in request.GET}
    asked.form = asked.operation.form(asked.lab, asked.subject, initial=given)


def _prefilled(form: OperationForm, query: QueryDict) -> dict[str, Any]:
    """What the form would send as it stands: what is now, with the address' values over it."""
    now = {name: form[name].value() for name in form.fields}
    return {name: query.get(name, value) for name, value in now.items() if name in query or value is not None}


def _start(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    seen = _seen(request.POST.get("seen", ""))
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
        asked.stale = [_shown(asked, change) for change in stale.changes]
    else:
        messages.success(request, _("Started: %(job)s.") % {"job": job.title})
        return redirect(_next(request, job))
    return _page(request, asked)


def _bound(asked: Asked, request: HttpRequest) -> OperationForm:
    form = asked.operation.form(asked.lab, asked.subject, request.POST)
    form.is_valid()
    return form


def _seen(text: str) -> dict[str, str] | None:
    try:
        seen = json.loads(text)
    except ValueError:
        return None
    return {str(k): str(v) for k, v in seen.items()} if isinstance(seen, dict) else None


def _shown(asked: Asked, change: Stale) -> tuple[str, str, str]:
    """A changed column as (label, seen, now)."""
    assert asked.subject is not None
    columns = {f.attname: f for f in asked.subject._meta.concrete_fields}
    label = str(columns[change.name].verbose_name) if change.name in columns else change.name
    return label, _plain(columns.get(change.name), change.seen), _plain(columns.get(change.name), change.now)


def _plain(column: "models.Field[Any, Any] | None", kept: str) -> str:
    try:
        value = json.loads(kept)
    except ValueError:
        return kept
    if isinstance(column, models.ForeignKey) and value is not None:
        related = column.related_model._default_manager.filter(pk=value).first()
        return str(related or value)
    labels = dict(column.flatchoices) if column and column.choices else {}
    return str(labels.get(value, "–" if value is None else value))


def _next(request: HttpRequest, job: Job) -> str:
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and ours else job.get_absolute_url()


def way_out_address(lab: Lab, way: WayOut) -> str:
    """The page of a way out, its form filled in."""
    query = dict(way.params) | ({"subject": way.subject.pk} if way.subject else {})
    return f"{reverse('jobs:operate', args=[lab.slug, way.operation.name])}?{urlencode(query)}"


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    refusals = [
        {"text": say(r.text), "job": r.job, "ways": [(w.label, way_out_address(asked.lab, w)) for w in r.ways_out]}
        for r in asked.refusals
    ]
    context = {
        "lab": asked.lab,
        "operation": asked.operation,
        "subject": asked.subject,
        "subject_address": _address(asked),
        "form": asked.form,
        "preview": asked.preview,
        "plan": asked.plan,
        "refusals": refusals,
        "stale": asked.stale,
        "key": request.POST.get("key") if not asked.stale and request.POST.get("key") else secrets.token_urlsafe(16),
        "seen": json.dumps(asked.operation.fingerprint(asked.subject)),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    part = request.headers.get("HX-Request") == "true" and request.POST.get("do") != "start"
    template = "jobs/parts/preview.html" if part else "jobs/operate.html"
    return render(request, template, context)


def _address(asked: Asked) -> str:
    if asked.subject is None:
        return ""
    kind = ContentType.objects.get_for_model(asked.subject)
    return address_of(kind.pk, asked.subject.pk, asked.lab.slug)
