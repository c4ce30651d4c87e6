"""The hypervisors page: Xen, Nitro and bare metal side by side under the same load."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from instances.catalog.queries import region_in_force
from instances.pages.hypervisors.comparison import cloud_hypervisors, compared, example_rows, host_of
from instances.pages.hypervisors.form import CloudLoadForm
from virtlab.charts.html import rendered
from virtlab.charts.hypervisors import work_done
from virtlab.charts.theme import CLOUD
from virtlab.labs.access import open_lab
from virtlab.labs.parameters import lab_values
from virtlab.web.htmx import render_region
from virtlab.web.hypervisors.tables import usual_rows


@require_GET
def hypervisors(request: HttpRequest, slug: str) -> HttpResponse:
    """Draws the layers of the three and runs the same load on each; the address holds the load."""
    lab = open_lab(request, slug)
    host = host_of(lab_values(lab))
    if host is None:
        return render(request, "instances/no_catalog.html", {"lab": lab})
    form = CloudLoadForm.of(request.GET)
    comparison = compared(form.cleaned_data if form.is_valid() else form.usual_load, host)
    context = {
        "lab": lab,
        "form": form,
        "host": host,
        "sides": cloud_hypervisors(comparison),
        "results": [*usual_rows(comparison), *example_rows(lab, region_in_force(lab))],
        "names": comparison.names,
        "chart": rendered(work_done(comparison, CLOUD)),
    }
    return render_region(request, "instances/hypervisors/hypervisors.html", "comparison", context)
