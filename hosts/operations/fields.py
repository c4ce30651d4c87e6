"""Fields that several forms have, with their limits said in plain sentences."""

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster, Host, VirtualMachine
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.refusals import asked_for
from virtlab.jobs.selectors import jobs_to_name
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

MOST_VCPU = 4096
LEAST_MIB, MOST_MIB = 128, 512 * 1024 * 1024
MOST_GIB = 131_072.0
NAME_LENGTH = 120
LONGEST_KEY = 18
"""Digits of a primary key that every database takes."""
NAMED = {VirtualMachine: "vm.name", Host: "host.name"}
"""What effects call the names of rows that several are made of at once."""
YES_NO = {True: _("yes"), False: _("no")}
NUMBER = re.compile(r"\{n(?::0?(\d))?\}")
LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", re.IGNORECASE)


def vcpu_field(**more: Any) -> forms.IntegerField:
    """VCPU of a guest."""
    field = forms.IntegerField(label=_("vCPU"), min_value=1, max_value=MOST_VCPU, **more)
    too_few, too_many = (
        _("A VM needs at least %(limit_value)s vCPU."),
        _("A VM has at most %(limit_value)s vCPU."),
    )
    _say_limits(field, too_few, too_many)
    return field


def memory_field(**more: Any) -> forms.IntegerField:
    """Memory of a guest."""
    field = forms.IntegerField(label=_("Memory (MiB)"), min_value=LEAST_MIB, max_value=MOST_MIB, **more)
    too_little = _("A VM needs at least %(limit_value)s MiB of memory.")
    _say_limits(field, too_little, _("A VM has at most %(limit_value)s MiB of memory."))
    return field


def disk_field(least_gib: float = 1.0, **more: Any) -> forms.FloatField:
    """Disk of a guest."""
    field = forms.FloatField(label=_("Disk (GiB)"), min_value=least_gib, max_value=MOST_GIB, **more)
    _say_limits(field, _("A disk has at least %(limit_value)s GiB."), _("A disk has at most %(limit_value)s GiB."))
    return field


def _say_limits(field: forms.Field, too_small: Any, too_large: Any) -> None:
    for validator in field.validators:
        if isinstance(validator, MinValueValidator):
            validator.message = too_small
        elif isinstance(validator, MaxValueValidator):
            validator.message = too_large


def quiesced_field() -> forms.BooleanField:
    """Whether the guest OS takes part."""
    label = _("Quiesced: the guest OS writes everything down and holds its writes for a moment")
    return forms.BooleanField(label=label, required=False)


def not_offered(field: forms.Field, why: LazyText | Text) -> None:
    """Shows that a box cannot be ticked, and why. Whoever asks for it all the same is told by the operation."""
    field.widget.attrs["disabled"] = True
    field.help_text = str(why)


def name_field(**more: Any) -> forms.CharField:
    """A name: any script, emoji too, in one line."""
    return forms.CharField(label=_("Name"), max_length=NAME_LENGTH, validators=[check_one_line], **more)


def check_one_line(text: str) -> None:
    """Raises ValidationError for control characters, line breaks among them."""
    if any(not char.isprintable() and char not in {"\u200d", "\ufe0f"} for char in text):
        raise ValidationError(_("A name has no line breaks or control characters."))


def numbered_names(pattern: str, first: int, count: int) -> list[str]:
    """Names by a pattern such as “web-{n:02}”. ValidationError where it has not exactly one number."""
    numbers = list(NUMBER.finditer(pattern))
    rest = NUMBER.sub("", pattern)
    if len(numbers) != 1 or "{" in rest or "}" in rest:
        raise ValidationError(_("The pattern needs one number: {n}, or {n:02} with two digits."))
    width = int(numbers[0].group(1) or 0)
    head, tail = pattern[: numbers[0].start()], pattern[numbers[0].end() :]
    return [f"{head}{n:0{width}d}{tail}" for n in range(first, first + count)]


def require_free_names(lab: Lab | None, model: type[models.Model], names: list[str]) -> list[str]:
    """The names; ValidationError that says which of them a row of the lab has, or which job is to give."""
    taken = model._default_manager.filter(lab=lab, name__in=names).values_list("name", flat=True)
    if doubled := sorted({*names} & {*taken}):
        raise ValidationError(_("Taken already: %(names)s."), params={"names": formats.names(doubled)})
    require_not_asked_for(lab, NAMED[model], names)
    return names


def require_not_asked_for(lab: Lab | None, kind: str, names: Collection[str]) -> None:
    """ValidationError where a job that is still to end will give one of the names (or addresses) of this kind."""
    for name, job in jobs_to_name(lab, kind, names).items():
        raise ValidationError(str(asked_for(name, job).text))


def check_host_name(text: str) -> None:
    """Raises ValidationError for what is no host name (RFC 1123)."""
    if text and not LABEL.match(text):
        raise ValidationError(_("A host name has letters, digits and hyphens, at most 63."))


def require_free_name(lab: Lab | None, name: str, excluding: models.Model | None = None) -> str:
    """The name; ValidationError where a guest or template of the lab has it."""
    if VirtualMachine.objects.filter(lab=lab, name=name).exclude(pk=excluding.pk if excluding else 0).exists():
        raise ValidationError(_("There is a VM called %(name)s already."), params={"name": name})
    require_not_asked_for(lab, NAMED[VirtualMachine], [name])
    return name


class PlaceForm(OperationForm):
    """A form with a cluster of the lab, and perhaps a host of it."""

    cluster = forms.ModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.none())

    def prepare(self) -> None:
        clusters = Cluster.objects.filter(lab=self.lab).order_by("name")
        self.choices_of("cluster", clusters)
        host = self._host_asked_for()
        self.fields["cluster"].initial = host.cluster if host else clusters.first()
        if "host" in self.fields:
            self.choices_of("host", Host.objects.filter(lab=self.lab).order_by("name"))

    def _host_asked_for(self) -> Host | None:
        """The host that a link names: the form then stands at its cluster, since a form must not refuse itself."""
        key = str(self.initial.get("host", "")) if "host" in self.fields else ""
        hosts = Host.objects.filter(lab=self.lab).select_related("cluster")
        return hosts.filter(pk=int(key)).first() if key.isdecimal() and len(key) <= LONGEST_KEY else None

    def choices_of(self, name: str, queryset: Any) -> None:
        """Sets what a field offers."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset


def require_free_address(lab: Lab | None, address: str) -> str:
    """The address; ValidationError where a guest of the lab has it."""
    if address and (other := VirtualMachine.objects.filter(lab=lab, address=address).first()):
        raise ValidationError(_("%(name)s has this address."), params={"name": other.name})
    if address:
        require_not_asked_for(lab, "vm.address", [address])
    return address


class NewNameForm(OperationForm):
    """A new guest's name, host name and address, which nobody has or is to get."""

    name = name_field()
    hostname = forms.CharField(label=_("Host name"), max_length=63, required=False, validators=[check_host_name])
    address = forms.GenericIPAddressField(label=_("Address"), required=False)

    def clean_name(self) -> str:
        return require_free_name(self.lab, self.cleaned_data["name"])

    def clean_address(self) -> str:
        return require_free_address(self.lab, self.cleaned_data["address"])
