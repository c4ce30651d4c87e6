"""Every host as a table, and the page of one."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hosts.choices import HostState, Hypervisor
from hosts.live.history import history_of_host, series_of_guests
from hosts.live.live import live
from hosts.live.page_live import live_for_hosts
from hosts.models import Host
from hosts.pages.bills import host_bill
from hosts.pages.common import cluster_filter, offered, start_links
from hosts.pages.last_day_charts import host_charts
from hosts.pages.racks.read import rack_view
from hosts.pages.racks.records import Slab
from virtlab.charts.html import rendered
from virtlab.labs.access import open_lab
from virtlab.web.cells import csv_response
from virtlab.web.filters import Filter, filtered
from virtlab.web.tables import listing

COLUMNS = {
    "name": "name",
    "cluster": "cluster__name",
    "rack": "rack",
    "model": "model__name",
    "state": "state",
    "cores": "cores",
    "memory": "memory_mib",
    "guests": "guest_count",
}
SEARCHED = ("name", "cluster__name", "rack", "model__name")
BULK = ("host.power_on", "host.power_off", "host.fail", "host.repair", "host.remove")
CSV_FIELDS = ("name", "cluster__name", "rack", "model__name", "state", "cores", "memory_mib", "guest_count")


@require_GET
def servers(request: HttpRequest, slug: str) -> HttpResponse:
    """Hosts: ?q= searches names, clusters, racks and models; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    filters = [
        Filter("state", gettext_lazy("State"), HostState.choices, "state"),
        cluster_filter(lab),
        Filter("hypervisor", gettext_lazy("Hypervisor"), Hypervisor.choices, "cluster__hypervisor"),
    ]
    every = Host.objects.filter(lab=lab).annotate(guest_count=Count("virtual_machines"))
    rows, bar = filtered(request, every, filters, SEARCHED)
    if request.GET.get("format") == "csv":
        return _csv(rows)
    shown = listing(request, rows.select_related("cluster", "model"), COLUMNS, "name")
    now = live_for_hosts(lab, [host.pk for host in shown.page.object_list])
    context = {
        "lab": lab,
        "rows": shown,
        "lines": [(host, now.hosts[host.pk]) for host in shown.page.object_list],
        "bar": bar,
        "bulk": offered(request, lab, BULK),
        "start": start_links(request, lab, ("host.add",)),
    }
    return render(request, "hosts/hosts/hosts.html", context)


def _csv(rows: QuerySet[Any]) -> HttpResponse:
    header = [
        _("Name"), _("Cluster"), _("Rack"), _("Model"), _("State"), _("Cores"), _("Memory (MiB)"), _("Machines"),
    ]  # fmt: skip
    return csv_response("hosts.csv", [header, *rows.order_by("name").values_list(*CSV_FIELDS)])


@require_GET
def server(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One host: what it has, what is promised and used of it, its machines, its jobs and its last day."""
    lab = open_lab(request, slug)
    host = get_object_or_404(Host.objects.select_related("cluster", "model", "lab"), pk=pk, lab=lab)
    now = live(lab)
    row = now.hosts.get(host.pk)
    if row is None:  # added in this very second
        row = live_for_hosts(lab, [host.pk]).hosts[host.pk]
    estate = rack_view(lab, {host.pk})
    charts = host_charts(*series_of_guests(host), history_of_host(host))
    context = {
        "lab": lab,
        "thing": host,
        "host": host,
        "now": row,
        "slab": next((slab for rack in estate.racks for slab in rack.slabs), Slab(row)),
        "bill": host_bill(now, host.pk),
        "charts": [rendered(chart) for chart in charts],
        "start": start_links(request, lab, ("vm.create",), host=host.pk),
    }
    return render(request, "hosts/hosts/host.html", context)
