"""What an import leaves open as the API says it, and its answers as the page's form takes them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

from hosts.inventory import selectors
from hosts.inventory.formats.matching import OFFERED
from hosts.inventory.packing import Packed, unpack
from hosts.models.inventory_import import ImportState, InventoryImport
from hosts.pages.imports.schemas import ChoiceOut, QuestionOut
from hosts.pages.imports.views import question_form
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.rest.why import Why, WhyNotError
from virtlab.web.requests import lookup_key


def staged_import(request: HttpRequest, slug: str, number: int) -> InventoryImport:
    """The import of an address, for whoever may change its lab."""
    return selectors.import_of(open_lab(request, slug, Role.OPERATOR), lookup_key(number))


def ready_import(request: HttpRequest, slug: str, number: int) -> tuple[InventoryImport, Packed]:
    """The same with what was understood of it; WhyNotError where that is not there."""
    staged = staged_import(request, slug, number)
    if staged.state != ImportState.READY:
        raise WhyNotError(state_of(staged), 409)
    return staged, unpack(staged.content)


def state_of(staged: InventoryImport) -> Why:
    """Why something cannot be done now: where the import stands."""
    return Why(reasons=[str(ImportState(staged.state).label)])


def question_of(staged: InventoryImport) -> QuestionOut:
    """The question of an import that asks."""
    form = question_form(None, staged)
    asked = staged.question
    fields = [_choice(form, name, asked["header"], asks=bool(asked.get("asks"))) for name in form.fields]
    plain = {name: asked[name] for name in ("tab", "header", "samples")}
    return QuestionOut(**plain, optional=asked.get("optional", False), fields=fields)


def _choice(form: forms.Form, name: str, header: list[str], *, asks: bool) -> ChoiceOut:
    field, initial = form.fields[name], str(form.initial.get(name, ""))
    assert isinstance(field.widget, forms.Select | forms.RadioSelect)
    is_column, choices = name in OFFERED and not asks, list(field.widget.choices)
    options = {} if is_column else {str(key): str(label) for key, label in choices if key}
    suggested = header[int(initial)] if is_column and initial else initial
    return ChoiceOut(name=name, label=str(field.label), needed=field.required, suggested=suggested, options=options)


def answers_as_sent(answers: Mapping[str, str | int], question: Mapping[str, Any]) -> dict[str, str]:
    """Answers as the form sends them: columns by their numbers. A header that stands twice is its first column."""
    header: list[str] = question["header"]
    sent = {name: str(value) for name, value in answers.items()}
    if question.get("asks"):
        return sent
    by_name = {head: str(number) for number, head in reversed(list(enumerate(header))) if head}
    columns = {name: by_name.get(text, text) for name, text in sent.items() if name in OFFERED}
    return {"usage_unit": "percent", **sent, **columns}
