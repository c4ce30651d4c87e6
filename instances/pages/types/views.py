"""The explorer of instance types, and one type's page."""

from collections.abc import Iterator
from math import isfinite

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from instances.choices import Hypervisor
from instances.models import InstanceType
from instances.pages.types.charts import compared_chart, family_chart, region_prices_chart
from instances.pages.types.explorer import Explored, explore, place
from instances.pages.types.type_page import type_page
from instances.pages.types.words import arch_text, compared
from virtlab.charts.html import rendered
from virtlab.labs.access import open_lab
from virtlab.web.cells import csv_response
from virtlab.web.htmx import render_region, wants_region
from virtlab.web.requests import is_phone


@require_GET
def types(request: HttpRequest, slug: str) -> HttpResponse:
    """Every type of a region; for htmx only the list and the comparison."""
    lab = open_lab(request, slug)
    if not place(lab, ""):
        return render(request, "instances/no_catalogue.html", {"lab": lab})
    found = explore(request, lab)
    context: dict[str, object] = {"lab": lab, "found": found, "listing": found.listing}
    if found.compared:
        context["lines"] = compared(found)
        context["chart"] = rendered(compared_chart(found)) if len(found.compared) > 1 else ""
    if not wants_region(request):
        context |= {"form": found.form, "phone": is_phone(request)}
    return render_region(request, "instances/types/types.html", "list", context)


@require_GET
def types_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The types that the address asks for, all of them, as a spreadsheet."""
    lab = open_lab(request, slug)
    if not place(lab, ""):
        raise Http404("There is no catalogue.")
    found = explore(request, lab)
    return csv_response(f"virtlab-types-{found.table.region}.csv", csv_rows(found))


def csv_rows(found: Explored) -> Iterator[list[object]]:
    """A header and a row a type."""
    yield [
        _("Type"), _("Region"), _("vCPU"), _("Memory (GiB)"), _("Processor"), _("Architecture"), _("Hypervisor"),
        _("Generation"), _("Network"), _("EBS bandwidth (Mb/s)"), _("EBS IOPS"), _("Instance store (GB)"),
        _("Bought as"), _("USD per hour"), _("USD per month"), _("JPY per month"), _("Kind"), _("Source"), _("Date"),
    ]  # fmt: skip
    table, facts = found.table, found.facts
    for row in found.rows.tolist():
        month = found.month_usd(row)
        yield [
            table.names[row], table.region, table.vcpu[row], table.memory_gib[row], facts.cpu[row],
            arch_text(found, row), Hypervisor(table.hypervisors[row]).label, int(facts.generation[row]),
            facts.network[row], *_known(table.ebs_baseline_mbps[row], table.ebs_baseline_iops[row]),
            table.instance_store_gb[row], found.purchase, *_known(found.usd[row], month, month * found.usd_jpy),
            table.kinds[row], *facts.source[row],
        ]  # fmt: skip


def _known(*values: float) -> list[object]:
    """Figures for a spreadsheet, empty where they are not known; rounded to a thousandth of a cent."""
    return [round(float(value), 6) if isfinite(value) else "" for value in values]


@require_GET
def type_detail(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """All that is known of one type."""
    lab = open_lab(request, slug)
    kind = InstanceType.objects.select_related("cpu_power").filter(name=name).first()
    if kind is None:
        raise Http404("No such type.")
    shown = type_page(lab, kind, place(lab, request.GET.get("region", "")))
    charts = [rendered(region_prices_chart(shown))] if shown.prices else []
    charts += [rendered(family_chart(shown))] if len(shown.siblings) > 1 else []
    return render(request, "instances/types/type.html", {"lab": lab, "shown": shown, "charts": charts})
