"""When a cluster is full: the comparison's own runway, for pages that show a cluster."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from hosts.models import Cluster
from virtlab.compare.alternatives.shapes import shape_book
from virtlab.compare.inputs.load import estate_of
from virtlab.compare.report.cash.growth import GROWTH_KEY
from virtlab.compare.report.runway import EXAMPLE_PCT, Runway, next_words, of_cluster, runway_words, runways
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web.htmx import render_region


@require_GET
def runway(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """When the hosts of a cluster and the datastores are full, at the lab's growth; without any, at one for example."""
    lab = open_lab(request, slug)
    cluster = get_object_or_404(Cluster, pk=pk, lab=lab)
    growth_pct = lab_values(lab)[GROWTH_KEY]
    rows = _rows(lab, cluster, growth_pct)
    example = "" if growth_pct else next_words(_rows(lab, cluster, EXAMPLE_PCT), EXAMPLE_PCT)
    words = runway_words(rows, growth_pct)
    context = {"lab": lab, "cluster": cluster, "rows": rows, "words": words, "example": example}
    return render_region(request, "compare/runway/runway.html", "body", context)


def _rows(lab: Lab, cluster: Cluster, growth_pct: float) -> list[Runway]:
    """Empty where the cluster has neither hosts nor VMs."""
    estate, values = estate_of(lab), lab_values(lab)
    if cluster.pk not in estate.cluster_ids:
        return []
    as_is = shape_book(estate, "", values).shape("as_is")
    every = runways(estate, as_is, {**values, GROWTH_KEY: growth_pct}, lab.lab_time().date())
    return of_cluster(every, estate.cluster_ids.index(cluster.pk))
