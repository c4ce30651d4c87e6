"""The hypervisors page: any two side by side under the same load."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hosts.models import Cluster
from hosts.pages.common import offered
from hosts.pages.hypervisors.comparison import compared
from hosts.pages.hypervisors.form import HostLoadForm
from virtlab.charts.html import rendered
from virtlab.charts.hypervisors import ready_by_guests
from virtlab.charts.theme import ONPREM
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.htmx import render_region
from virtlab.web.hypervisors.tables import feature_rows, figure_rows, live_rows, result_rows


@require_GET
def hypervisors(request: HttpRequest, slug: str) -> HttpResponse:
    """Draws the layers of two hypervisors and runs the same load on both; the address says which."""
    lab = open_lab(request, slug)
    form = HostLoadForm.of(request.GET)
    context: dict[str, Any] = {"lab": lab, "form": form, "clusters": Cluster.objects.filter(lab=lab)}
    context["change"] = next(iter(offered(request, lab, ("cluster.change_hypervisor",))), None)
    if form.is_valid():
        context.update(_comparison(lab, form.cleaned_data))
    return render_region(request, "hosts/hypervisors/hypervisors.html", "comparison", context)


def _comparison(lab: Lab, values: dict[str, Any]) -> dict[str, Any]:
    comparison = compared(values, lab_values(lab).get("smt_gain", 1.0))
    return {
        "sides": comparison.sides,
        "names": comparison.names,
        "results": result_rows(comparison),
        "figures": figure_rows(comparison),
        "live": live_rows(comparison),
        "features": feature_rows(comparison),
        "chart": rendered(ready_by_guests(comparison, ONPREM), wide=True),
    }
