"""The racks: every host as a slab with its VMs in it, some hosts a page."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hosts.choices import HostState, Hypervisor
from hosts.models import Host, VirtualMachine
from hosts.pages.common import cluster_filter, start_links
from hosts.pages.racks.read import BY_MEMORY, BY_VCPU, rack_view
from virtlab.jobs.operations.registry import operations_for
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, FilterBar, filtered
from virtlab.web.htmx import render_region
from virtlab.web.listing import Listing

HOSTS_A_PAGE = 40
SEARCHED = ("name", "cluster__name", "rack", "virtual_machines__name")


@require_GET
def estate(request: HttpRequest, slug: str) -> HttpResponse:
    """The racks as they are now: ?q=, ?cluster=, ?state=, ?hypervisor= choose the hosts, ?size= what a block shows."""
    lab = open_lab(request, slug)
    hosts, bar = _hosts(request, lab)
    rows: Listing[Host] = Listing(request.GET, hosts, per_page=HOSTS_A_PAGE)
    size = BY_MEMORY if request.GET.get("size") == BY_MEMORY else BY_VCPU
    context = {
        "lab": lab,
        "estate": rack_view(lab, {host.pk for host in rows.page.object_list}, size),
        "bar": bar,
        "rows": rows,
        "sizes": [(BY_VCPU, _("vCPU")), (BY_MEMORY, _("Memory"))],
        "size": size,
        "start": start_links(request, lab, ("host.add", "vm.create")),
    }
    return render_region(request, "hosts/racks/estate.html", "list", context)


def _hosts(request: HttpRequest, lab: Lab) -> tuple[QuerySet[Host], FilterBar]:
    filters = [
        cluster_filter(lab),
        Filter("hypervisor", _("Hypervisor"), Hypervisor.choices, "cluster__hypervisor"),
        Filter("state", _("State"), HostState.choices, "state"),
    ]
    rows, bar = filtered(request, Host.objects.filter(lab=lab), filters, SEARCHED)
    return rows.order_by("cluster__name", "rack", "name").only("pk").distinct(), bar


@require_GET
def vm_menu(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What can be done with one VM, as a short list for the racks."""
    lab = open_lab(request, slug)
    vm = get_object_or_404(VirtualMachine, pk=pk, lab=lab)
    allowed = {role: may(request, lab, role) for role in Role}
    operations = [operation for operation in operations_for(vm) if allowed[operation.role]]
    return render(request, "hosts/racks/vm_menu.html", {"lab": lab, "vm": vm, "operations": operations})
