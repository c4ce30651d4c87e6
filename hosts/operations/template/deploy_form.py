"""The form of a deployment: how many, called what, and how the copies differ."""

import ipaddress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hosts.models import VirtualMachine
from hosts.operations.fields import (
    LABEL,
    NAME_LENGTH,
    check_one_line,
    memory_field,
    numbered_names,
    require_free_names,
    require_not_asked_for,
    vcpu_field,
)
from virtlab.jobs.operations.form import OperationForm
from virtlab.web.formats import names

MOST_COPIES = 50


class DeployForm(OperationForm):
    """Copies 1 … 50."""

    columns = ("vcpu", "memory_mib")
    count = forms.IntegerField(label=_("Copies"), min_value=1, max_value=MOST_COPIES, initial=1)
    pattern = forms.CharField(
        label=_("Names"), max_length=NAME_LENGTH, validators=[check_one_line], help_text=_("For example web-{n:02}.")
    )
    first = forms.IntegerField(label=_("First number"), min_value=0, max_value=99_999, initial=1)
    vcpu = vcpu_field()
    memory_mib = memory_field()
    linked = forms.BooleanField(label=_("Linked: they keep only what differs"), required=False)
    first_address = forms.GenericIPAddressField(
        label=_("First address"), required=False, help_text=_("The others follow it, one after the other.")
    )
    start = forms.BooleanField(label=_("Start them"), required=False, initial=True)

    def prepare(self) -> None:
        if isinstance(self.subject, VirtualMachine):
            self.fields["pattern"].initial = f"{self.subject.name[:100]}-{{n:02}}"

    def clean(self) -> dict[str, Any]:
        """Adds names, host names and addresses, one each; none may be taken."""
        data = self.cleaned_data
        if not {"count", "pattern", "first"} <= data.keys():
            return data
        try:
            data["names"] = self._names(numbered_names(data["pattern"], data["first"], data["count"]))
        except ValidationError as error:
            self.add_error("pattern", error)
            return data
        data["hostnames"] = [name if LABEL.match(name) else "" for name in data["names"]]
        try:
            data["addresses"] = self._addresses(data.get("first_address") or "", data["count"])
        except ValidationError as error:
            self.add_error("first_address", error)
        return data

    def _names(self, wanted: list[str]) -> list[str]:
        if max(map(len, wanted)) > NAME_LENGTH:
            raise ValidationError(_("The names would be too long."))
        return require_free_names(self.lab, VirtualMachine, wanted)

    def _addresses(self, first: str, count: int) -> list[str]:
        if not first:
            return [""] * count
        try:
            addresses = [str(ipaddress.ip_address(first) + n) for n in range(count)]
        except ValueError:
            raise ValidationError(_("There are not enough addresses after this one.")) from None
        users = VirtualMachine.objects.filter(lab=self.lab, address__in=addresses).order_by("name")
        if taken := list(users.values_list("name", flat=True)):
            raise ValidationError(_("In use by %(names)s."), params={"names": names(taken)})
        require_not_asked_for(self.lab, "vm.address", addresses)
        return addresses
