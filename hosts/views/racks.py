"""Pages of the on-prem side."""

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hosts.models import VirtualMachine
from hosts.rack_view import rack_view
from virtlab.labs.access import lab_for
from virtlab.labs.models import Lab
from virtlab.web.tables import listing

MACHINE_COLUMNS = {
    "name": "name",
    "host": "host__name",
    "cluster": "cluster__name",
    "os": "workload__operating_system",
    "vcpu": "vcpu",
    "memory": "memory_mib",
    "disk": "disk_gib",
    "cpu": "cpu_share",
    "state": "power_state",
}


@require_GET
def estate(request: HttpRequest, lab: str) -> HttpResponse:
    """The racks: every host with its machines."""
    found = lab_for(request, lab)
    return render(request, "hosts/estate.html", {"lab": found, "estate": rack_view(found)})


@require_GET
def machines(request: HttpRequest, lab: str) -> HttpResponse:
    """Every virtual machine as a table; ?q= searches names, hosts, clusters and applications."""
    found = lab_for(request, lab)
    search = request.GET.get("q", "").strip()[:100]
    rows = listing(request, _machines(found, search), MACHINE_COLUMNS, "name")
    return render(request, "hosts/machines.html", {"lab": found, "rows": rows, "search": search})


def _machines(lab: Lab, search: str) -> QuerySet[VirtualMachine]:
    share = F("workload__trace__cpu_mean_vcpu") / F("vcpu")
    rows = VirtualMachine.objects.filter(lab=lab).select_related("host", "cluster", "workload")
    return _matching(rows, search).annotate(cpu_share=share)


def _matching(rows: QuerySet[VirtualMachine], search: str) -> QuerySet[VirtualMachine]:
    for word in search.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(host__name__icontains=word)
            | Q(cluster__name__icontains=word)
            | Q(workload__application__icontains=word)
        )
    return rows
