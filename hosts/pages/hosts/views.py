"""Every host as a table, and the page of one."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Case, Count, F, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hosts.choices import HostState, Hypervisor
from hosts.live.history import history_of_host, series_of_guests
from hosts.live.live import live, live_for_hosts
from hosts.models import Host
from hosts.operations.flows import HOST_READS, HOST_WRITES
from hosts.pages.bills import host_bill
from hosts.pages.common import cluster_filter, offered, start_links
from hosts.pages.hosts.tables import HOSTS, ListedHost
from hosts.pages.last_day_charts import host_charts
from hosts.pages.memory_pressure import pressure_of
from hosts.pages.racks.read import rack_view
from hosts.pages.racks.records import RackHost
from hosts.rules.disk_work import own_disks
from virtlab.charts.html import rendered
from virtlab.jobs.operations.resources import resource_key
from virtlab.jobs.pages.rows import ThroughNow, through_now
from virtlab.labs.access import open_lab
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, filtered
from virtlab.web.listing import list_page, listing

SEARCHED = ("name", "cluster__name", "rack", "model__name", "stated_model")
STATED_MODEL = Case(When(Q(model_matched=True) | Q(reported_model=""), then=F("model__name")), default="reported_model")
BULK = ("host.power_on", "host.power_off", "host.fail", "host.repair", "host.remove")


@require_GET
def hosts(request: HttpRequest, slug: str) -> HttpResponse:
    """Hosts: ?q= searches names, clusters, racks and models; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    filters = [
        Filter("state", _("State"), HostState.choices, "state"),
        cluster_filter(lab),
        Filter("hypervisor", _("Hypervisor"), Hypervisor.choices, "cluster__hypervisor"),
    ]
    every = Host.objects.filter(lab=lab).annotate(guest_count=Count("virtual_machines"), stated_model=STATED_MODEL)
    rows, bar = filtered(request, every.select_related("cluster", "model"), filters, SEARCHED)
    context = {
        "lab": lab,
        "bar": bar,
        "bulk": offered(request, lab, BULK),
        "start": start_links(request, lab, ("host.add",)),
    }
    listed = listing(request, HOSTS, rows, show=partial(_listed, lab), file_name="hosts.csv")
    return list_page(request, "hosts/hosts/hosts.html", listed, context)


def _listed(lab: Lab, shown: Sequence[Host]) -> list[ListedHost]:
    now = live_for_hosts(lab, [host.pk for host in shown])
    return [ListedHost(host, now.hosts[host.pk]) for host in shown]


@require_GET
def host(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One host: what it has, what is allocated and used of it, its VMs, what its link carries, its jobs and its last
    day.
    """
    lab = open_lab(request, slug)
    subject = get_object_or_404(Host.objects.select_related("cluster", "model", "lab"), pk=pk, lab=lab)
    context = {"lab": lab, "subject": subject, "through": _through_link(subject)}
    return render(request, "hosts/hosts/host.html", context | _host_context(request, lab, subject))


def _through_link(host: Host) -> ThroughNow | None:
    """What its link to storage carries, each way; None where its disks are in the host itself."""
    if own_disks(host.cluster.hypervisor):
        return None
    return through_now(host.lab, [resource_key(kind, host.pk) for kind in (HOST_READS, HOST_WRITES)])


def _host_context(request: HttpRequest, lab: Lab, subject: Host) -> dict[str, object]:
    pk = subject.pk
    now = live(lab)
    row = now.hosts.get(pk)
    if row is None:  # added in this very second
        row = live_for_hosts(lab, [pk]).hosts[pk]
    estate = rack_view(lab, {pk})
    times, guests = series_of_guests(subject)
    charts = host_charts(times, guests, history_of_host(subject)) if guests else []
    return {
        "now": row,
        "slab": next((slab for rack in estate.racks for slab in rack.slabs), RackHost(row)),
        "pressure": pressure_of(row),
        "bill": host_bill(now, pk),
        "charts": [rendered(chart) for chart in charts],
        "start": start_links(request, lab, ("vm.create",), host=pk),
    }
