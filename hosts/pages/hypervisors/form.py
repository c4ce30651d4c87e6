"""Forms of the on-prem side."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor
from hosts.models import ServerModel

SERVER = "Dell PowerEdge R740"


class LoadForm(forms.Form):
    """The same load for two hypervisors: the server, the guests, and what each of them wants."""

    left = forms.ChoiceField(label=_("One side"), choices=Hypervisor, initial=Hypervisor.KVM)
    right = forms.ChoiceField(label=_("Other side"), choices=Hypervisor, initial=Hypervisor.VIRTUALBOX)
    server = forms.ModelChoiceField(label=_("Server"), queryset=ServerModel.objects.all(), empty_label=None)
    guests = forms.IntegerField(label=_("Guests"), min_value=1, max_value=256, initial=30)
    vcpu = forms.IntegerField(label=_("vCPU of each"), min_value=1, max_value=64, initial=4)
    cpu_percent = forms.FloatField(label=_("CPU in use, % of its vCPU"), min_value=0, max_value=100, initial=50)
    memory_gib = forms.FloatField(label=_("Memory of each (GiB)"), min_value=0.125, max_value=4096, initial=6)
    iops = forms.FloatField(label=_("Disk accesses of each (per s)"), min_value=0, max_value=1_000_000, initial=2000)
    disk_iops = forms.FloatField(
        label=_("Disk accesses the server can do (per s)"),
        min_value=1,
        max_value=10_000_000,
        initial=100_000,
        help_text=_("Your assumption: it depends on the disks you put in."),
    )

    @classmethod
    def asked(cls, query: QueryDict) -> "LoadForm":
        """The form of an address: what it does not say is as at first."""
        data = {name: field.initial for name, field in cls.base_fields.items()}
        if "server" not in query:
            data["server"] = ServerModel.objects.filter(name=SERVER).values_list("pk", flat=True).first()
        told = {name: query[name] for name in cls.base_fields if name in query}
        form = cls(data | told)
        for bound in form:
            bound.field.widget.attrs |= _described(bound)
        return form


def _described(bound: forms.BoundField) -> dict[str, Any]:
    return {"inputmode": "decimal"} if isinstance(bound.field, forms.FloatField) else {}
