"""What a form is given, and what it stands for: values from an address, a POST or JSON, over those that are now."""

from collections.abc import Mapping
from typing import Any

from django.forms import CheckboxInput, Field
from django.http import QueryDict

from virtlab.jobs.operations.form import OperationForm

BLANK: tuple[Any, ...] = ("", None, [])


def given_in(fields: Mapping[str, Field], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The values of these fields that were sent, as their widgets read them (lists where many may be chosen)."""
    return {name: field.widget.value_from_datadict(sent, {}, name) for name, field in fields.items() if name in sent}


def posted(fields: Mapping[str, Field], sent: QueryDict) -> dict[str, Any]:
    """What a browser sent with a whole form: an unticked box is not sent and means no."""
    boxes = {name for name, field in fields.items() if isinstance(field.widget, CheckboxInput)}
    return given_in(fields, sent) | dict.fromkeys(boxes - sent.keys(), False)


def completed(form: OperationForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values given, and for each that was not, or was left empty, what the form stands at."""
    now = {name: form[name].value() for name in form.fields}
    return {
        name: given[name] if given.get(name) not in BLANK else value
        for name, value in now.items()
        if given.get(name) not in BLANK or value is not None
    }
