"""The region view: zones with their instances as cards, live, with the scenes that can be switched on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from instances.choices import SceneKind
from instances.live.region import region_view
from instances.models import Instance, LaunchTemplate
from instances.pages.common import page_or_part
from instances.pages.region.cards import zone_cards
from instances.pages.types.explorer import place
from instances.rules.faults import scenes_of
from virtlab.labs.access import lab_for, role_in
from virtlab.labs.choices import Role

SCENES = {
    SceneKind.ZONE_OUTAGE: "scene.zone_outage",
    SceneKind.REGION_OUTAGE: "scene.region_outage",
    SceneKind.NO_CAPACITY: "scene.no_capacity",
}
CARDS = 24


@require_GET
def region(request: HttpRequest, lab: str) -> HttpResponse:
    """The lab's region, or the one that ?region= names; for htmx only what changes."""
    found = lab_for(request, lab)
    if not (code := place(found, request.GET.get("region", ""))):
        return render(request, "instances/no_catalogue.html", {"lab": found})
    view = region_view(found, code, cards=CARDS)
    may_change = role_in(request, found) in {Role.OPERATOR, Role.OWNER}
    others = Instance.objects.filter(lab=found).exclude(region=code).exclude(state="terminated")
    context: dict[str, object] = {
        "lab": found,
        "view": view,
        "zones": zone_cards(found, view, request.get_full_path() if may_change else ""),
        "scenes": scenes_of(found).rows,
        "starts": [(kind.label, name) for kind, name in SCENES.items()],
        "may_change": may_change,
        "others": sorted(set(others.order_by().values_list("region", flat=True))),
        "templates": LaunchTemplate.objects.filter(lab=found).exists(),
        "address": request.get_full_path(),
    }
    return page_or_part(request, "instances/region/region.html", "instances/region/live.html", context)
