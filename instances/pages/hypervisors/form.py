"""The load that the hypervisors of the cloud are compared under."""

from django import forms
from django.utils.translation import gettext_lazy as _

from virtlab.web.hypervisors.form import LoadForm


class CloudLoadForm(LoadForm):
    """The load; the hypervisors and the host are always the same."""

    guests = forms.IntegerField(label=_("Guests"), min_value=1, max_value=96, initial=12)
    vcpu = forms.IntegerField(label=_("vCPU each"), min_value=1, max_value=96, initial=8)
    cpu_percent = forms.FloatField(label=_("CPU use (%)"), min_value=0.1, max_value=100, initial=60)
    memory_gib = forms.FloatField(label=_("GiB each"), min_value=0.1, max_value=384, initial=30)
    iops = forms.FloatField(label=_("Disk accesses per s each"), min_value=0, max_value=100_000, initial=6500)
