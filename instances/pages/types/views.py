"""The explorer of instance types, and one type's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from instances.catalog.network_words import network_text
from instances.catalog.queries import region_in_force
from instances.models import InstanceType
from instances.pages.types.charts import compared_chart, family_chart, region_prices_chart
from instances.pages.types.explorer import explore
from instances.pages.types.tables import TYPES, ListedType
from instances.pages.types.type_page import type_page
from instances.pages.types.words import compared
from virtlab.charts.html import rendered
from virtlab.labs.access import open_lab
from virtlab.web.listing import list_page, listing, moved_file
from virtlab.web.requests import is_phone


@require_GET
def types(request: HttpRequest, slug: str) -> HttpResponse:
    """Every type of a region; for htmx only the list and the comparison."""
    lab = open_lab(request, slug)
    if not region_in_force(lab):
        return render(request, "instances/no_catalog.html", {"lab": lab})
    explored = explore(request, lab)
    context: dict[str, object] = {"lab": lab, "explored": explored, "phone": is_phone(request)}
    if explored.compared:
        context["lines"] = compared(explored)
        context["chart"] = rendered(compared_chart(explored)) if len(explored.compared) > 1 else ""
    listed = listing(
        request,
        TYPES,
        explored.in_order,
        show=lambda rows: [ListedType(explored, row) for row in rows],
        file_name=f"types-{explored.table.region}.csv",
    )
    return list_page(request, "instances/types/types.html", listed, context)


@require_GET
def types_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The address that the list's file had before it was the list's own."""
    lab = open_lab(request, slug)
    if not region_in_force(lab):
        raise Http404("There is no catalog.")
    return moved_file(request, reverse("instances:types", args=[lab.slug]))


@require_GET
def type_detail(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """All that is known of one type."""
    lab = open_lab(request, slug)
    kind = InstanceType.objects.select_related("cpu_power").filter(name=name).first()
    if kind is None:
        raise Http404("No such type.")
    shown = type_page(lab, kind, region_in_force(lab, request.GET.get("region", "")))
    charts = [rendered(region_prices_chart(shown))] if shown.prices else []
    charts += [rendered(family_chart(shown))] if shown.siblings_priced > 1 else []
    context = {"lab": lab, "shown": shown, "charts": charts, "network": network_text(kind.network_performance)}
    return render(request, "instances/types/type.html", context)
