"""The regions: a table, a chart, what a move changes, and the choice of the lab's own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from instances.catalog.queries import region_in_force, region_list
from instances.pages.regions.charts import move_chart, regions_chart
from instances.pages.regions.comparison import BASKET, move, region_rows
from instances.pages.regions.tables import REGIONS
from instances.services.region import choose_region
from virtlab.charts.html import rendered
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.listing import list_page, listing


@require_GET
def regions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every region beside the lab's own; ?from= and ?to= compare two."""
    lab = open_lab(request, slug)
    if not (base := region_in_force(lab)):
        return render(request, "instances/no_catalog.html", {"lab": lab})
    rows = region_rows(base)
    context = {
        "lab": lab,
        "base": base,
        "chart": rendered(regions_chart(rows, base), wide=True),
        "zones": sum(row.zones for row in rows),
        "basket": ", ".join(BASKET),
        "may_change": may(request, lab, Role.OPERATOR),
        "regions": region_list(),
        **_move(lab, request, base),
    }
    listed = listing(request, REGIONS, rows, file_name="regions.csv")
    return list_page(request, "instances/regions/regions.html", listed, context)


def _move(lab: Lab, request: HttpRequest, base: str) -> dict[str, object]:
    """The two regions asked for; without a second one nothing is compared."""
    source, code = region_in_force(lab, request.GET.get("from", "")), request.GET.get("to", "")
    target = code if any(region.code == code for region in region_list()) else ""
    context: dict[str, object] = {"source": source, "target": target, "unknown": bool(code) and not target}
    if target:
        change = move(source, target)
        context |= {"move": change, "move_chart": rendered(move_chart(change))}
    return context


@require_POST
def set_region(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes a region the lab's own."""
    lab = open_lab(request, slug, Role.OPERATOR)
    try:
        name = choose_region(lab, request.POST.get("region", ""))
    except KeyError:
        raise Http404("No such region.") from None
    messages.success(request, _("The lab's region is %(region)s now.") % {"region": name})
    return redirect("instances:regions", lab.slug)
