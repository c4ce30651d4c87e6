"""The load that two hypervisors of the on-prem side are compared under, and on which host."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor
from hosts.models import ServerModel
from virtlab.web.hypervisors.form import LoadForm

USUAL_MODEL = "Dell PowerEdge R740"


def usual_model() -> int | None:
    """The server model shown at first, where the catalog has it (one query)."""
    return ServerModel.objects.filter(name=USUAL_MODEL).values_list("pk", flat=True).first()


class HostLoadForm(LoadForm):
    """The load, the two hypervisors, and the host's model."""

    left = forms.ChoiceField(label=_("One side"), choices=Hypervisor, initial=Hypervisor.KVM)
    right = forms.ChoiceField(label=_("Other side"), choices=Hypervisor, initial=Hypervisor.VIRTUALBOX)
    server = forms.ModelChoiceField(
        label=_("Host"), queryset=ServerModel.objects.all(), empty_label=None, initial=usual_model
    )
    guests = forms.IntegerField(label=_("Guests"), min_value=1, max_value=256, initial=30)
    vcpu = forms.IntegerField(label=_("vCPU of each"), min_value=1, max_value=64, initial=4)
    cpu_percent = forms.FloatField(label=_("CPU in use, % of its vCPU"), min_value=0, max_value=100, initial=50)
    memory_gib = forms.FloatField(label=_("Memory of each (GiB)"), min_value=0.125, max_value=4096, initial=6)
    iops = forms.FloatField(label=_("Disk accesses of each (per s)"), min_value=0, max_value=1_000_000, initial=2000)
    disk_iops = forms.FloatField(
        label=_("Disk accesses the host can do (per s)"),
        min_value=1,
        max_value=10_000_000,
        initial=100_000,
        help_text=_("Your assumption: it depends on the disks you put in."),
    )
