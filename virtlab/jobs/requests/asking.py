"""What the pages that start operations have in common: whom they ask, what they show, and where they lead."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from virtlab.jobs.links import address_of
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.operations.refusals import Stale
from virtlab.jobs.operations.registry import UnknownOperationError, operation_named
from virtlab.jobs.text import say
from virtlab.labs.models import Lab
from virtlab.web.formats import exact
from virtlab.web.requests import own_address

# So many objects are asked for at once.
MOST = 200


def operation_or_404(name: str) -> type[Operation]:
    """The operation of an address."""
    try:
        return operation_named(name)
    except UnknownOperationError:
        raise Http404 from None


def subjects_or_404(lab: Lab, operation: type[Operation], words: Sequence[str]) -> tuple[list[models.Model], int]:
    """The objects of these keys, in their order, each once, and how many do not exist any more.

    Http404 for what is no key and for another lab's objects.
    """
    if not all(word.isdecimal() and len(word) < 19 for word in words):
        raise Http404
    keys = list(dict.fromkeys(int(word) for word in words))
    subjects = {subject.pk: subject for subject in operation.subjects(lab).filter(pk__in=keys)}
    missing = [key for key in keys if key not in subjects]
    model = operation.subject_model
    if missing and model is not None and model._default_manager.filter(pk__in=missing).exists():
        raise Http404
    return [subjects[key] for key in keys if key in subjects], len(missing)


def page_address(lab: Lab, subject: models.Model | None) -> str:
    """The address of an object's page, empty where it has none."""
    if subject is None:
        return ""
    return address_of(ContentType.objects.get_for_model(subject).pk, subject.pk, lab.slug)


def refusals_shown(lab: Lab, refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Refusals as templates show them: the sentence, the code, the job in the way, and the ways out as links."""
    return [
        {
            "text": say(r.text),
            "code": r.code,
            "job": r.job,
            "ways": [(w.label, way_out_address(lab, w)) for w in r.ways_out],
        }
        for r in refusals
    ]


def way_out_address(lab: Lab, way: WayOut) -> str:
    """The page of a way out, its form filled in: for several objects their bulk page."""
    subjects = [subject.pk for subject in ([way.subject] if way.subject else way.subjects)][:MOST]
    query = dict(way.params) | ({"subject": subjects} if subjects else {})
    page = "jobs:bulk" if len(subjects) > 1 else "jobs:operate"
    return f"{reverse(page, args=[lab.slug, way.operation])}?{urlencode(query, doseq=True)}"


def seen_in(text: str) -> dict[str, Any] | None:
    """What a form says it showed; None for nonsense."""
    try:
        seen = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return seen if isinstance(seen, dict) else None


def seen_of_one(seen: object) -> dict[str, str] | None:
    """The columns of one object as a form showed them; None where it says nothing of it."""
    return {str(name): str(value) for name, value in seen.items()} if isinstance(seen, dict) else None


def stale_shown(subject: models.Model, change: Stale) -> tuple[str, str, str]:
    """A changed column as (label, seen, now)."""
    columns = {f.attname: f for f in subject._meta.concrete_fields}
    column = columns.get(change.name)
    label = str(column.verbose_name) if column else change.name
    return label, _plain(column, change.seen), _plain(column, change.now)


def _plain(column: "models.Field[Any, Any] | None", encoded: str) -> str:
    try:
        value = json.loads(encoded)
    except ValueError:
        return encoded
    if isinstance(column, models.ForeignKey) and value is not None:
        related = column.related_model._default_manager.filter(pk=value).first() if isinstance(value, int) else None
        return str(related or value)
    labels = dict(column.flatchoices) if column and column.choices else {}
    shown = labels.get(value, value) if isinstance(value, str | int) else value
    if isinstance(shown, int | float) and not isinstance(shown, bool):
        return exact(shown)
    return "–" if shown is None else str(shown)


def next_address(request: HttpRequest, otherwise: str) -> str:
    """Where the form says to go on to, if that is one of ours."""
    return own_address(request, request.POST.get("next") or request.GET.get("next", ""), otherwise)
