"""The list of placement groups, and how many instances are in each by zone."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from instances.choices import InstanceState, PlacementStrategy
from instances.models import Instance, PlacementGroup
from instances.pages.placement.tables import PLACEMENT_GROUPS, GroupRow
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.listing import list_page, listing


@require_GET
def placement_groups(request: HttpRequest, slug: str) -> HttpResponse:
    """Every placement group of the lab; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    filters = [Filter("strategy", _("Strategy"), PlacementStrategy.choices, "group.strategy")]
    rows, bar = filtered_rows(request, _rows(lab), filters, lambda row: f"{row.name} {row.group.group_id}")
    context = {"lab": lab, "bar": bar}
    listed = listing(request, PLACEMENT_GROUPS, rows, file_name="placement-groups.csv")
    return list_page(request, "instances/placement/groups.html", listed, context)


def _rows(lab: Lab) -> list[GroupRow]:
    there = Instance.objects.filter(placement_group__lab=lab).exclude(state=InstanceState.TERMINATED).order_by()
    by_group: dict[int, dict[str, int]] = {}
    for group, zone, count in there.values_list("placement_group", "zone").annotate(count=Count("pk")):
        by_group.setdefault(group, {})[zone] = count
    return [GroupRow(group, by_group.get(group.pk, {})) for group in PlacementGroup.objects.filter(lab=lab)]
