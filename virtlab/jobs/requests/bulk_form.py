"""One form for many objects: what is given holds for all, what is left empty stays as each object has it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import Operation
from virtlab.labs.models import Lab

LIMITS = ("min", "max", "step", "maxlength", "minlength", "disabled")
Choices = list[tuple[Any, Any]]


def shared_form(
    operation: type[Operation], lab: Lab, own: Sequence[OperationForm], given: Mapping[str, Any]
) -> OperationForm:
    """The form that is shown for all of them: the first object's, widened to what any of them may choose.

    Where the objects differ it starts empty and need not be filled in. It is not bound: each object's own form judges.
    """
    first = own[0]
    initial: dict[str, Any] = dict(given)
    differ = [name for name in first.fields if name not in given and not _same(own, name)]
    shown = operation.form(lab, first.subject, initial=initial | dict.fromkeys(differ))
    for name, field in shown.fields.items():
        others = [form.fields[name] for form in own if name in form.fields]
        _widen(field, others)
        if not _same(own, name):
            _may_stay(field)
    return shown


def show_errors(shown: OperationForm, errors: Mapping[str, Iterable[str]]) -> None:
    """Marks the fields of an unbound form with what is wrong for every object."""
    if not shown.errors:
        shown.cleaned_data = {}
    for name, messages in errors.items():
        for message in messages:
            shown.add_error(name if name in shown.fields else None, message)


def _same(own: Sequence[OperationForm], name: str) -> bool:
    return len({str(form[name].value()) for form in own if name in form.fields}) <= 1


def _may_stay(field: forms.Field) -> None:
    """Left empty it keeps each object's own value."""
    field.required = False
    stays = _("as each is now")
    if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
        field.empty_label = f"({stays})"
    elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
        field.choices = [("", f"({stays})"), *(pair for pair in _pairs(field) if pair[0] != "")]
    else:
        field.widget.attrs["placeholder"] = stays


def _widen(field: forms.Field, others: Sequence[forms.Field]) -> None:
    """Offers what any of the objects may choose; limits in which they differ are left to the server."""
    field.disabled = all(other.disabled for other in others)
    for limit in LIMITS:
        if len({str(other.widget.attrs.get(limit)) for other in others}) > 1:
            field.widget.attrs.pop(limit, None)
    if isinstance(field, forms.ModelChoiceField):
        _widen_queryset(field, [other for other in others if isinstance(other, forms.ModelChoiceField)])
    elif isinstance(field, forms.ChoiceField):
        field.choices = _union(_pairs(other) for other in others if isinstance(other, forms.ChoiceField))


def _widen_queryset(
    field: "forms.ModelChoiceField[models.Model]", others: Sequence["forms.ModelChoiceField[models.Model]"]
) -> None:
    distinct = {_sql(other.queryset): other.queryset for other in others if other.queryset is not None}
    if len(distinct) < 2 or field.queryset is None:
        return
    keys = {pk for queryset in distinct.values() for pk in queryset.values_list("pk", flat=True)}
    widened = field.queryset.model._default_manager.filter(pk__in=keys)
    field.queryset = widened.order_by(*field.queryset.query.order_by) if field.queryset.query.order_by else widened


def _sql(queryset: "models.QuerySet[models.Model] | None") -> str:
    if queryset is None or queryset.query.is_empty():
        return ""
    statement, values = queryset.query.sql_with_params()
    return f"{statement} {values}"


def _pairs(field: "forms.ChoiceField") -> Choices:
    return list(cast("Iterable[tuple[Any, Any]]", field.choices))


def _union(lists: Iterable[Choices]) -> Choices:
    """All entries in order, each once; groups of the same name become one."""
    plain: dict[str, Any] = {}
    for pairs in lists:
        for value, label in pairs:
            key = f"{value!s}"
            if isinstance(label, list | tuple):
                known = plain.get(key, (value, []))[1]
                plain[key] = (value, _union([list(known), list(label)]))
            else:
                plain.setdefault(key, (value, label))
    return list(plain.values())
