"""The lists of instances and of launch templates."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from instances.choices import InstanceState, PurchaseOption
from instances.live.rows import instances_of, rows_of
from instances.models import Instance, LaunchTemplate
from instances.operations.instance.power import RebootInstance, StartInstance, StopInstance
from instances.operations.instance.terminate import TerminateInstance
from instances.pages.instances.tables import INSTANCES, LAUNCH_TEMPLATES
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import OperatingSystem, Role
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, filtered
from virtlab.web.listing import list_page, listing, moved_file

BULK = (StartInstance, StopInstance, RebootInstance, TerminateInstance)
SEARCHED = ("name", "instance_id", "instance_type__name", "zone", "workload__application")


def filters_of(lab: Lab) -> list[Filter]:
    """The list's filters; zones and families are those that the lab has (one query)."""
    there = Instance.objects.filter(lab=lab).order_by().values_list("zone", "instance_type__family").distinct()
    zones, families = (sorted({pair[n] for pair in there}) for n in (0, 1))
    return [
        Filter("state", _("State"), InstanceState.choices, "state"),
        Filter("zone", _("Zone"), [(zone, zone) for zone in zones], "zone"),
        Filter("family", _("Family"), [(family, family) for family in families], "instance_type__family"),
        Filter("os", _("System"), OperatingSystem.choices, "operating_system"),
        Filter("purchase", _("Bought as"), PurchaseOption.choices, "purchase"),
    ]


@require_GET
def instances(request: HttpRequest, slug: str) -> HttpResponse:
    """Every instance of the lab; one that is terminated for as long as the cloud lists it."""
    lab = open_lab(request, slug)
    rows, bar = filtered(request, instances_of(lab), filters_of(lab), SEARCHED)
    context = {"lab": lab, "bar": bar, "bulk": BULK if may(request, lab, Role.OPERATOR) else ()}
    keys = rows.values_list("pk", flat=True)
    listed = listing(request, INSTANCES, keys, show=partial(rows_of, lab), file_name="instances.csv")
    return list_page(request, "instances/instances/instances.html", listed, context)


@require_GET
def instances_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The address that the list's file had before it was the list's own."""
    lab = open_lab(request, slug)
    return moved_file(request, reverse("instances:list", args=[lab.slug]))


@require_GET
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    """The lab's launch templates, each with a way to launch from it."""
    lab = open_lab(request, slug)
    rows, bar = filtered(request, LaunchTemplate.objects.filter(lab=lab), (), ("name", "values__instance_type"))
    context = {"lab": lab, "bar": bar, "may_change": may(request, lab, Role.OPERATOR)}
    listed = listing(request, LAUNCH_TEMPLATES, rows, file_name="launch-templates.csv")
    return list_page(request, "instances/instances/templates.html", listed, context)
