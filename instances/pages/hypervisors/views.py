"""Xen, Nitro and bare metal: layers, the same load on each, and which types run on which."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from instances.pages.hypervisors.charts import same_load_chart
from instances.pages.hypervisors.comparison import HOST, Asked, host_of, sides
from instances.pages.types.explorer import place
from virtlab.charts.html import rendered
from virtlab.labs.access import open_lab
from virtlab.labs.parameters import lab_values

USUAL = {"guests": 12, "vcpu": 8, "cpu_percent": 60.0, "memory_gib": 30.0, "iops": 6500.0}


class LoadForm(forms.Form):
    """So many guests of one size, each as busy."""

    guests = forms.IntegerField(label=_("Guests"), min_value=1, max_value=96)
    vcpu = forms.IntegerField(label=_("vCPU each"), min_value=1, max_value=96)
    cpu_percent = forms.FloatField(label=_("CPU busy (%)"), min_value=0.1, max_value=100)
    memory_gib = forms.FloatField(label=_("GiB each"), min_value=0.1, max_value=384)
    iops = forms.FloatField(label=_("Disk accesses per s each"), min_value=0, max_value=100_000)


@require_GET
def hypervisors(request: HttpRequest, slug: str) -> HttpResponse:
    """The three side by side; the address holds the load."""
    lab = open_lab(request, slug)
    server = host_of(lab_values(lab))
    if server is None:
        return render(request, "instances/no_catalogue.html", {"lab": lab})
    form = LoadForm({**USUAL, **{name: request.GET[name] for name in USUAL if name in request.GET}})
    asked = Asked(**(form.cleaned_data if form.is_valid() else USUAL))
    region = place(lab, "")
    shown = sides(asked, server, region)
    context = {
        "lab": lab,
        "form": form,
        "sides": shown,
        "chart": rendered(same_load_chart(shown, asked)),
        "server": server,
        "host": HOST,
        "region": region,
    }
    return render(request, "instances/hypervisors/hypervisors.html", context)
