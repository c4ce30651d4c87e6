"""Clusters and datastores: their lists and the page of each."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hosts.choices import Hypervisor
from hosts.live.live import live
from hosts.live.rows import ClusterLive
from hosts.models import Cluster, Datastore, VirtualMachine
from hosts.pages.common import cluster_filter, start_links
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.labs.access import open_lab
from virtlab.web.cells import csv_response
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.hypervisors.layers import drawing
from virtlab.web.tables import listing

CLUSTER_COLUMNS = {
    "name": "name",
    "hypervisor": "hypervisor",
    "hosts": "hosts",
    "guests": "guests",
    "vcpu": "vcpu_reserved",
    "memory": "memory_reserved_gib",
    "power": "power_w",
    "cost": "cost_usd_per_month",
}
DATASTORE_COLUMNS = {
    "name": "name",
    "cluster": "cluster_name",
    "capacity": "capacity_gib",
    "taken": "taken_gib",
    "promised": "promised_gib",
    "free": "free_gib",
    "throughput": "mib_per_s",
    "guests": "guests",
}


class StoreRow(NamedTuple):
    """A datastore's live figures with its cluster's name."""

    cluster_name: str
    pk: int
    name: str
    cluster_id: int
    capacity_gib: float
    promised_gib: float
    taken_gib: float
    free_gib: float
    mib_per_s: float
    guests: int


@require_GET
def clusters(request: HttpRequest, slug: str) -> HttpResponse:
    """Clusters with what is reserved, used and free in each; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    filters = [Filter("hypervisor", gettext_lazy("Hypervisor"), Hypervisor.choices, "hypervisor")]
    rows, bar = filtered_rows(request, list(live(lab).clusters.values()), filters, _text_of_cluster)
    if request.GET.get("format") == "csv":
        header = [
            _("Name"),
            _("Site"),
            _("Hypervisor"),
            _("Hosts"),
            _("Machines"),
            _("vCPU reserved"),
            _("Memory reserved (GiB)"),
            _("Power (W)"),
            _("Cost (USD per month)"),
        ]
        fields = (
            "name",
            "site",
            "hypervisor",
            "hosts",
            "guests",
            "vcpu_reserved",
            "memory_reserved_gib",
            "power_w",
            "cost_usd_per_month",
        )
        return csv_response("clusters.csv", [header, *([getattr(row, name) for name in fields] for row in rows)])
    shown = listing(request, rows, CLUSTER_COLUMNS, "name")
    start = start_links(request, lab, ("cluster.add", "host.add"))
    lines = [(row, Hypervisor(row.hypervisor).label) for row in shown.page.object_list]
    return render(
        request,
        "hosts/clusters/clusters.html",
        {"lab": lab, "rows": shown, "lines": lines, "bar": bar, "start": start},
    )


def _text_of_cluster(row: ClusterLive) -> str:
    return f"{row.name} {row.site} {Hypervisor(row.hypervisor).label}"


@require_GET
def cluster(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One cluster: its hypervisor's layers, what is promised and used, its hosts, datastores and jobs."""
    lab = open_lab(request, slug)
    one = get_object_or_404(Cluster, pk=pk, lab=lab)
    now = live(lab)
    hosts = [host for host in now.hosts.values() if host.cluster_id == one.pk]
    context = {
        "lab": lab,
        "thing": one,
        "cluster": one,
        "now": now.clusters.get(one.pk),
        "hosts": hosts,
        "datastores": [store for store in now.datastores.values() if store.cluster_id == one.pk],
        "drawing": drawing(hypervisor(one.hypervisor), 3, str(one.get_hypervisor_display())),
        "start": start_links(request, lab, ("host.add", "vm.create"), cluster=one.pk),
    }
    return render(request, "hosts/clusters/cluster.html", context)


@require_GET
def datastores(request: HttpRequest, slug: str) -> HttpResponse:
    """Datastores with what is promised, taken and free on each; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    now = live(lab)
    every = [StoreRow(now.clusters[row.cluster_id].name, *row) for row in now.datastores.values()]
    rows, bar = filtered_rows(request, every, [cluster_filter(lab, "cluster_id")], _text_of_store)
    if request.GET.get("format") == "csv":
        header = [
            _("Name"), _("Cluster"), _("Capacity (GiB)"), _("Taken (GiB)"), _("Promised (GiB)"), _("Free (GiB)"),
            _("Throughput (MiB/s)"), _("Machines"),
        ]  # fmt: skip
        names = tuple(DATASTORE_COLUMNS.values())
        return csv_response("datastores.csv", [header, *([getattr(row, name) for name in names] for row in rows)])
    shown = listing(request, rows, DATASTORE_COLUMNS, "name")
    start = start_links(request, lab, ("datastore.add",))
    return render(request, "hosts/clusters/datastores.html", {"lab": lab, "rows": shown, "bar": bar, "start": start})


def _text_of_store(row: StoreRow) -> str:
    return f"{row.name} {row.cluster_name}"


@require_GET
def datastore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One datastore: what is promised, taken and free, the machines on it, and its jobs."""
    lab = open_lab(request, slug)
    store = get_object_or_404(Datastore.objects.select_related("cluster"), pk=pk, lab=lab)
    now = live(lab)
    taken = {guest.pk: guest for guest in now.guests.values() if guest.datastore_id == store.pk}
    rows = listing(request, list(taken.values()), {"name": "name", "taken": "disk_taken_gib"}, "-taken")
    templates = VirtualMachine.objects.filter(datastore=store, is_template=True).count()
    context = {
        "lab": lab,
        "thing": store,
        "store": store,
        "now": now.datastores.get(store.pk),
        "rows": rows,
        "templates": templates,
    }
    return render(request, "hosts/clusters/datastore.html", context)
