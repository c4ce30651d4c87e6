"""The field for the name of an instance type, with names to choose from."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from instances.catalog.names.name_check import check
from instances.catalog.names.naming import typed
from instances.catalog.queries import type_table
from instances.models import Instance, InstanceType
from instances.rules.nearest_type import fitting_types
from virtlab.engine.units import MIB_PER_GIB

MOST_SUGGESTED = 60
MOST_NEAREST = 3


class Offered(NamedTuple):
    """A type to choose, with its size."""

    name: str
    vcpu: float
    memory_gib: float


def offered_in(region: str) -> list[Offered]:
    """The types that a region offers, by name (kept in the process: no query once the region is known)."""
    table = type_table(region)
    return sorted(map(Offered, table.names, table.vcpu.tolist(), table.memory_gib.tolist()))


def offered_to(instance: Instance) -> list[Offered]:
    """What an instance may become, the nearest first (two queries)."""
    types = fitting_types(instance, MOST_SUGGESTED)
    return [Offered(kind.pk, kind.vcpu, kind.memory_mib / MIB_PER_GIB) for kind in types]


def nothing() -> Iterable[Offered]:
    """No suggestions."""
    return ()


class TypeInput(forms.TextInput):
    """A text field with a native list of suggestions, which are asked for only when it is drawn."""

    suggestions: Callable[[], Iterable[Offered]] = staticmethod(nothing)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The field and its list."""
        rows = [(one.name, f"{one.vcpu:g}", f"{one.memory_gib:g}") for one in self.suggestions()]
        if not rows:
            return super().render(name, value, attrs, renderer)
        key = f"{(attrs or {}).get('id') or name}-types"
        options = format_html_join("", '<option value="{}">{} vCPU · {} GiB</option>', rows)
        control = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', control, key, options)


class TypeField(forms.CharField):
    """The name of an instance type, cleaned to its row; a name that does not exist gets the nearest that do."""

    widget: type[forms.Widget] | forms.Widget = TypeInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def suggest(self, suggestions: Callable[[], Iterable[Offered]]) -> None:
        """Sets what the list offers."""
        assert isinstance(self.widget, TypeInput)
        self.widget.suggestions = suggestions

    def clean(self, value: Any) -> InstanceType | None:
        """The type; ValidationError with the part that is wrong and the nearest names."""
        name = typed(super().clean(value))
        if not name:
            return None
        kind = InstanceType.objects.select_related("cpu_power").filter(pk=name).first()
        if kind is None:
            checked = check(name)
            text = _("There is no instance type “%(name)s”.") % {"name": name}
            near = ", ".join(checked.nearest[:MOST_NEAREST])
            hint = _("Did you mean %(near)s?") % {"near": near} if near else ""
            raise forms.ValidationError(" ".join(filter(None, (f"{text}", checked.wrong, f"{hint}"))))
        return kind
