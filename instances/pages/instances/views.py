"""The list of instances: filters, search, sort, selection, CSV."""

from collections.abc import Iterator
from math import isfinite

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from instances.choices import InstanceState, PurchaseOption
from instances.live.rows import SORTS, InstanceRow, instances_of, present, rows_of
from instances.models import Instance, LaunchTemplate
from instances.operations.instance.power import RebootInstance, StartInstance, StopInstance
from instances.operations.instance.terminate import TerminateInstance
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import OperatingSystem, Role
from virtlab.labs.models import Lab
from virtlab.web.cells import csv_response
from virtlab.web.filters import Filter, filtered
from virtlab.web.tables import listing

BULK = (StartInstance, StopInstance, RebootInstance, TerminateInstance)
SEARCHED = ("name", "instance_id", "instance_type__name", "zone", "workload__application")


def filters_of(lab: Lab) -> list[Filter]:
    """The list's filters; zones and families are those that the lab has (one query)."""
    there = Instance.objects.filter(lab=lab).order_by().values_list("zone", "instance_type__family").distinct()
    zones, families = (sorted({pair[n] for pair in there}) for n in (0, 1))
    return [
        Filter("state", gettext_lazy("State"), InstanceState.choices, "state"),
        Filter("zone", gettext_lazy("Zone"), [(one, one) for one in zones], "zone"),
        Filter("family", gettext_lazy("Family"), [(one, one) for one in families], "instance_type__family"),
        Filter("os", gettext_lazy("System"), OperatingSystem.choices, "operating_system"),
        Filter("purchase", gettext_lazy("Bought as"), PurchaseOption.choices, "purchase"),
    ]


@require_GET
def instances(request: HttpRequest, slug: str) -> HttpResponse:
    """Every instance of the lab; terminated ones only where the state filter asks for them."""
    lab = open_lab(request, slug)
    terminated = request.GET.get("state") == InstanceState.TERMINATED
    rows, bar = filtered(request, instances_of(lab, terminated=terminated), filters_of(lab), SEARCHED)
    page = listing(request, rows.values_list("pk", flat=True), SORTS, "name")
    context = {
        "lab": lab,
        "bar": bar,
        "listing": page,
        "rows": rows_of(lab, list(page.page)),
        "operations": BULK if may(request, lab, Role.OPERATOR) else (),
    }
    return render(request, "instances/instances/instances.html", context)


@require_GET
def instances_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The instances that the address asks for, all of them, as a spreadsheet."""
    lab = open_lab(request, slug)
    terminated = request.GET.get("state") == InstanceState.TERMINATED
    rows, _bar = filtered(request, instances_of(lab, terminated=terminated), filters_of(lab), SEARCHED)
    return csv_response("virtlab-instances.csv", csv_rows(present(lab, rows.order_by("name", "pk"))))


def csv_rows(rows: list[InstanceRow]) -> Iterator[list[object]]:
    """A header and a row an instance."""
    yield [
        _("Name"), _("ID"), _("State"), _("Type"), _("Zone"), _("System"), _("vCPU"), _("Memory (GiB)"),
        _("CPU used, mean"), _("Volumes (GiB)"), _("USD per hour"), _("USD per month"), _("Accrued (USD)"),
    ]  # fmt: skip
    for row in rows:
        one = row.instance
        mean = round(row.cpu_mean_share, 4) if isfinite(row.cpu_mean_share) else ""
        money = (row.usd_per_hour, row.usd_per_month, row.accrued_usd)
        yield [
            one.name, one.instance_id, row.state_label, one.instance_type_id, one.zone,
            one.get_operating_system_display(), row.vcpu, row.memory_gib, mean, row.volumes_gib,
            *("" if usd is None else round(usd, 6) for usd in money),
        ]  # fmt: skip


@require_GET
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    """The lab's launch templates, each with a way to launch from it."""
    lab = open_lab(request, slug)
    rows = LaunchTemplate.objects.filter(lab=lab).order_by("name")
    return render(request, "instances/instances/templates.html", {"lab": lab, "templates": rows})
