"""The form of a deployment: how many, called what, and how the copies differ."""

import ipaddress
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hosts.models import VirtualMachine
from hosts.operations.fields import LABEL, NAME_LENGTH, check_one_line, memory_field, vcpu_field
from hosts.operations.guest.delete import some_of
from virtlab.jobs.operations.operation import OperationForm

MOST_COPIES = 50
NUMBER = re.compile(r"\{n(?::0?(\d))?\}")


def numbered(pattern: str, first: int, count: int) -> list[str]:
    """Names by a pattern such as “web-{n:02}”. ValidationError where it has not exactly one number."""
    found = list(NUMBER.finditer(pattern))
    rest = NUMBER.sub("", pattern)
    if len(found) != 1 or "{" in rest or "}" in rest:
        raise ValidationError(_("The pattern needs one number: {n}, or {n:02} with two digits."))
    width = int(found[0].group(1) or 0)
    head, tail = pattern[: found[0].start()], pattern[found[0].end() :]
    return [f"{head}{n:0{width}d}{tail}" for n in range(first, first + count)]


class DeployForm(OperationForm):
    """Copies 1 … 50."""

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
        """Fills in what the template has."""
        if isinstance(self.subject, VirtualMachine):
            for name in ("vcpu", "memory_mib"):
                self.fields[name].initial = getattr(self.subject, name)
            self.fields["pattern"].initial = f"{self.subject.name[:100]}-{{n:02}}"

    def clean(self) -> dict[str, Any]:
        """Adds names, host names and addresses, one each; none may be taken."""
        data = self.cleaned_data
        if not {"count", "pattern", "first"} <= data.keys():
            return data
        try:
            data["names"] = self._names(numbered(data["pattern"], data["first"], data["count"]))
        except ValidationError as wrong:
            self.add_error("pattern", wrong)
            return data
        data["hostnames"] = [name if LABEL.match(name) else "" for name in data["names"]]
        try:
            data["addresses"] = self._addresses(data.get("first_address") or "", data["count"])
        except ValidationError as wrong:
            self.add_error("first_address", wrong)
        return data

    def _names(self, names: list[str]) -> list[str]:
        if max(map(len, names)) > NAME_LENGTH:
            raise ValidationError(_("The names would be too long."))
        taken = (
            VirtualMachine.objects.filter(lab=self.lab, name__in=names).order_by("name").values_list("name", flat=True)
        )
        if taken:
            raise ValidationError(_("Taken already: %(names)s."), params={"names": some_of(list(taken))})
        return names

    def _addresses(self, first: str, count: int) -> list[str]:
        if not first:
            return [""] * count
        try:
            found = [str(ipaddress.ip_address(first) + n) for n in range(count)]
        except ValueError:
            raise ValidationError(_("There are not enough addresses after this one.")) from None
        taken = (
            VirtualMachine.objects.filter(lab=self.lab, address__in=found)
            .order_by("name")
            .values_list("name", flat=True)
        )
        if taken:
            raise ValidationError(_("In use by %(names)s."), params={"names": some_of(list(taken))})
        return found
