"""The region view: zones with their instances as cards, live, with the faults that can be switched on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from instances.catalog.queries import region_in_force
from instances.choices import FaultKind
from instances.live.region import region_view
from instances.models import Instance, LaunchTemplate
from instances.pages.region.cards import zone_cards
from instances.rules.faults import faults_of
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.web.htmx import render_region

FAULTS = {
    FaultKind.ZONE_OUTAGE: "fault.zone_outage",
    FaultKind.REGION_OUTAGE: "fault.region_outage",
    FaultKind.NO_CAPACITY: "fault.no_capacity",
}
CARDS = 24


@require_GET
def region(request: HttpRequest, slug: str) -> HttpResponse:
    """The lab's region, or the one that ?region= names; for htmx only what changes."""
    lab = open_lab(request, slug)
    if not (code := region_in_force(lab, request.GET.get("region", ""))):
        return render(request, "instances/no_catalog.html", {"lab": lab})
    view = region_view(lab, code, cards=CARDS)
    may_change = may(request, lab, Role.OPERATOR)
    others = Instance.objects.filter(lab=lab).exclude(region=code).exclude(state="terminated")
    context: dict[str, object] = {
        "lab": lab,
        "view": view,
        "zones": zone_cards(lab, view, request.get_full_path() if may_change else ""),
        "faults": faults_of(lab).rows,
        "starts": [(kind.label, name) for kind, name in FAULTS.items()],
        "may_change": may_change,
        "others": sorted(set(others.order_by().values_list("region", flat=True))),
        "templates": LaunchTemplate.objects.filter(lab=lab).exists(),
        "address": request.get_full_path(),
    }
    return render_region(request, "instances/region/region.html", "live", context)
