"""The layers page: any two hypervisors side by side under the same load."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hosts.models import Cluster
from hosts.pages.common import offered
from hosts.pages.hypervisors.charts import ready_by_guests
from hosts.pages.hypervisors.comparison import Question, outcome
from hosts.pages.hypervisors.form import LoadForm
from hosts.pages.hypervisors.rows import ability_rows, figure_rows, result_rows
from virtlab.charts.html import rendered
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


@require_GET
def hypervisors(request: HttpRequest, slug: str) -> HttpResponse:
    """Draws the layers of two hypervisors and runs the same load on both; the address says which."""
    lab = open_lab(request, slug)
    form = LoadForm.asked(request.GET)
    context: dict[str, Any] = {"lab": lab, "form": form, "clusters": Cluster.objects.filter(lab=lab)}
    context["change"] = next(iter(offered(request, lab, ("cluster.change_hypervisor",))), None)
    if form.is_valid():
        context.update(_answer(lab, form.cleaned_data))
    return render(request, "hosts/hypervisors/hypervisors.html", context)


def _answer(lab: Lab, values: dict[str, Any]) -> dict[str, Any]:
    question = Question.of(values, lab_values(lab).get("smt_gain", 1.0))
    sides = [outcome(values[key], question) for key in ("left", "right")]
    kinds = [side.kind for side in sides]
    live, features = ability_rows(kinds)
    return {
        "sides": sides,
        "results": result_rows(sides),
        "figures": figure_rows(kinds),
        "live": live,
        "features": features,
        "chart": rendered(ready_by_guests(sides), wide=True),
    }
