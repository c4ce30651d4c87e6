"""Forms of labs and accounts."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _


class LabForm(forms.Form):
    """A lab's name."""

    name = forms.CharField(label=_("Name of the lab"), max_length=120)


class SignUpForm(UserCreationForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """A name and a password; nothing else is asked for."""

    class Meta(UserCreationForm.Meta):
        help_texts = {"username": _("Letters, digits and @ . + - _ ; at most 150 characters.")}
