"""Forms of labs and accounts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from virtlab.labs.models import Parameter
from virtlab.labs.parameters import SPECS, ParameterSpec
from virtlab.labs.validators import check_source_date
from virtlab.web import formats

# Generic for the type checker only: Django's own classes cannot be subscripted when they run.
if TYPE_CHECKING:
    ParameterModelForm = forms.ModelForm[Parameter]
else:
    ParameterModelForm = forms.ModelForm


class LabForm(forms.Form):
    """A lab's name."""

    name = forms.CharField(label=_("Name of the lab"), max_length=120)


class SignUpForm(UserCreationForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """A name and a password; nothing else is asked for."""

    class Meta(UserCreationForm.Meta):
        help_texts = {"username": _("Letters, digits and @ . + - _ ; at most 150 characters.")}


def range_error(spec: ParameterSpec, value: float) -> str:
    """What is wrong with a parameter's value, "" if valid."""
    if spec.allows(value):
        return ""
    if spec.options:
        return _now("%(value)s is not one of the choices: %(choices)s.") % {
            "value": formats.exact(value),
            "choices": "; ".join(f"{formats.exact(option)} {name}" for option, name in spec.options),
        }
    if not spec.is_whole(value):
        return _now("%(value)s is no multiple of %(step)s.") % {
            "value": formats.exact(value),
            "step": formats.exact(spec.multiple_of),
        }
    return _now("%(value)s is out of range: it must lie between %(minimum)s and %(maximum)s.") % {
        "value": formats.exact(value),
        "minimum": formats.exact(spec.minimum),
        "maximum": formats.measured(formats.exact(spec.maximum), spec.unit),
    }


class ParameterForm(ParameterModelForm):
    """A declared parameter's value in force for everybody, within the parameter's range."""

    key = forms.ChoiceField(label=_("Parameter"))
    source_date = forms.CharField(label=_("Date of source"), max_length=10, validators=[check_source_date])

    class Meta:
        model = Parameter
        fields = ("key", "value", "kind", "source", "source_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields.get("key")
        if isinstance(key, forms.ChoiceField):
            key.choices = _free_choices()
        spec = SPECS.get(self.instance.key)
        if spec:
            self.fields["value"].help_text = _now("%(label)s, %(minimum)s to %(maximum)s") % {
                "label": spec.label,
                "minimum": formats.exact(spec.minimum),
                "maximum": formats.measured(formats.exact(spec.maximum), spec.unit),
            }

    def clean(self) -> dict[str, Any]:
        """Checks the value against the parameter's range."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        spec, value = SPECS.get(cleaned.get("key") or self.instance.key), cleaned.get("value")
        if spec and value is not None and (problem := range_error(spec, value)):
            self.add_error("value", problem)
        return cleaned


def _free_choices() -> list[tuple[str, str]]:
    """Parameters that no row changes yet, with their units."""
    taken = set(Parameter.objects.values_list("key", flat=True))
    return [(key, _with_unit(spec)) for key, spec in SPECS.items() if key not in taken]


def _with_unit(spec: ParameterSpec) -> str:
    return f"{spec.label} ({spec.unit})" if spec.unit else str(spec.label)
