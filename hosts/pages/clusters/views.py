"""Clusters and datastores: their lists and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hosts.choices import Hypervisor
from hosts.live.live import live
from hosts.live.rows import ClusterLive
from hosts.models import Backup, Cluster, Datastore, VirtualMachine
from hosts.operations.flows import DATASTORE
from hosts.pages.clusters.tables import CLUSTERS, DATASTORE_VMS, DATASTORES, ListedDatastore, hypervisor_name
from hosts.pages.common import cluster_filter, start_links
from virtlab.engine.hypervisors.memory_files import MEMORY_FILES
from virtlab.engine.hypervisors.table import hypervisor
from virtlab.jobs.operations.resources import resource_key
from virtlab.jobs.pages.rows import through_now
from virtlab.labs.access import open_lab
from virtlab.web.filters import Filter, filtered_rows
from virtlab.web.hypervisors.layers import drawing
from virtlab.web.listing import list_page, listing, wants_file


@require_GET
def clusters(request: HttpRequest, slug: str) -> HttpResponse:
    """Clusters with what is allocated, used and free in each; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    filters = [Filter("hypervisor", _("Hypervisor"), Hypervisor.choices, "hypervisor")]
    rows, bar = filtered_rows(request, list(live(lab).clusters.values()), filters, _text_of_cluster)
    context = {"lab": lab, "bar": bar, "start": start_links(request, lab, ("cluster.add", "host.add"))}
    listed = listing(request, CLUSTERS, rows, file_name="clusters.csv")
    return list_page(request, "hosts/clusters/clusters.html", listed, context)


def _text_of_cluster(row: ClusterLive) -> str:
    return f"{row.name} {row.site} {hypervisor_name(row)}"


@require_GET
def cluster(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One cluster: its hypervisor's layers, what is allocated and used, its hosts, datastores, jobs, and backups of
    VMs that are gone.
    """
    lab = open_lab(request, slug)
    subject = get_object_or_404(Cluster, pk=pk, lab=lab)
    now, gone = live(lab), Backup.objects.filter(cluster=subject, vm=None).order_by("vm_name", "-taken_lab_at", "-pk")
    context = {
        "lab": lab,
        "subject": subject,
        "now": now.clusters.get(pk),
        "backups": gone,
        "hosts": [host for host in now.hosts.values() if host.cluster_id == pk],
        "datastores": [store for store in now.datastores.values() if store.cluster_id == pk],
        "drawing": drawing(hypervisor(subject.hypervisor), 3, str(subject.get_hypervisor_display())),
        "start": start_links(request, lab, ("host.add", "vm.create"), cluster=pk),
    }
    return render(request, "hosts/clusters/cluster.html", context)


@require_GET
def datastores(request: HttpRequest, slug: str) -> HttpResponse:
    """Datastores with what is allocated, taken and free on each; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    now = live(lab)
    every = [ListedDatastore(store, now.clusters[store.cluster_id].name) for store in now.datastores.values()]
    rows, bar = filtered_rows(request, every, [cluster_filter(lab, "now.cluster_id")], _text_of_datastore)
    context = {"lab": lab, "bar": bar, "start": start_links(request, lab, ("datastore.add",))}
    listed = listing(request, DATASTORES, rows, file_name="datastores.csv")
    return list_page(request, "hosts/clusters/datastores.html", listed, context)


def _text_of_datastore(row: ListedDatastore) -> str:
    return f"{row.now.name} {row.cluster}"


@require_GET
def datastore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One datastore: what is allocated, taken and free, what goes through it, the VMs on it, and its jobs."""
    lab = open_lab(request, slug)
    subject = get_object_or_404(Datastore.objects.select_related("cluster"), pk=pk, lab=lab)
    now = live(lab)
    vms = [guest for guest in now.guests.values() if guest.datastore_id == pk]
    listed = listing(request, DATASTORE_VMS, vms, file_name=f"{subject.name}.csv")
    if wants_file(request):
        return listed.file()
    context = {
        "lab": lab,
        "subject": subject,
        "now": now.datastores.get(pk),
        "memory_file": MEMORY_FILES.get(subject.cluster.hypervisor, ""),
        "through": through_now(lab, [resource_key(DATASTORE, pk)]),
        "rows": listed,
        "templates": VirtualMachine.objects.filter(datastore=subject, is_template=True).count(),
    }
    return render(request, "hosts/clusters/datastore.html", context)
