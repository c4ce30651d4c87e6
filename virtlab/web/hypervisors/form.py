"""The form of a load. Its fields are named alike on both sides; labels, limits and first values are a side's own."""

from typing import Any, Self

from django import forms
from django.http import QueryDict


class LoadForm(forms.Form):
    """So many guests of one size, each as busy: guests, vcpu, cpu_percent, memory_gib, iops (LoadQuestion.of)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.FloatField):
                field.widget.attrs["inputmode"] = "decimal"

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """The form of an address: what the address does not say is as at first."""
        fields = cls.base_fields.items()
        return cls({name: query[name] if name in query else _first_value(field) for name, field in fields})

    @property
    def usual_load(self) -> dict[str, Any]:
        """What the form holds before anybody changes it."""
        return {name: _first_value(field) for name, field in self.fields.items()}


def _first_value(field: forms.Field) -> Any:
    return field.initial() if callable(field.initial) else field.initial
