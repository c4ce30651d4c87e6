"""The form of an operation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from virtlab.labs.models import Lab
from virtlab.web.lazy_text import LazyText


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of a long form that belong together, under a heading."""

    title: LazyText
    names: Sequence[str]


class OperationForm(forms.Form):
    """A form that knows its lab and subject, to narrow choices and to fill in what is now.

    One form asks for many objects too: each object then gets a form of its own with what was given once for all.
    A long form names its `groups`; `columns` are the fields that stand at the subject's column of the same name.
    """

    groups: ClassVar[Sequence[FieldGroup]] = ()
    columns: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, lab: Lab | None = None, subject: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lab = lab
        self.subject = subject
        for name in self.columns if subject is not None else ():
            self.fields[name].initial = getattr(subject, name)
        self.prepare()

    def prepare(self) -> None:
        """Called once lab and subject are known: set querysets, initial values and limits here."""

    def bind(self, data: Mapping[str, Any]) -> None:
        """Binds the form to these values, to be judged anew."""
        self.data, self.is_bound, self._errors = dict(data), True, None

    def full_clean(self) -> None:
        """Judges all; a list or an object where one value is expected (JSON can hold any) is an error of its field."""
        sent = self.data if isinstance(self.data, dict) and not isinstance(self.data, QueryDict) else {}
        odd = [name for name, value in sent.items() if isinstance(value, (list, dict)) and self._has_one(name)]
        if odd:
            self.data = {**sent, **dict.fromkeys(odd, "")}
        super().full_clean()
        for name in odd:
            self.errors.pop(name, None)
            self.add_error(name, _("One value is expected here."))

    def _has_one(self, name: str) -> bool:
        field = self.fields.get(name)
        several = getattr(field.widget, "allow_multiple_selected", False) if field else True
        return not several and not getattr(field, "takes_objects", False)

    def unbind(self) -> None:
        """Makes it show what it stands at, and no errors."""
        self.data, self.is_bound, self._errors = {}, False, None

    @property
    def parts(self) -> list[tuple[LazyText, list[forms.BoundField]]]:
        """The visible fields by group with their headings; those that no group names come last, without one."""
        visible = {bound.name: bound for bound in self.visible_fields()}
        parts = [(group.title, [visible.pop(name) for name in group.names]) for group in self.groups]
        return [*parts, ("", list(visible.values()))] if visible else parts


def kept_params(form: OperationForm) -> dict[str, Any]:
    """A valid form's data as JSON: given to the same form again, they make the same values."""
    data = {name: form[name].data for name in form.fields}
    params: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return params
