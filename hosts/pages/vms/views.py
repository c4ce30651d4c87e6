"""Every virtual machine, and every template, as a table."""

from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hosts.choices import Hypervisor, PowerState
from hosts.live.page_live import live_for_hosts
from hosts.models import Host, VirtualMachine
from hosts.pages.common import cluster_filter, offered, start_links
from hosts.pages.holding_jobs import busy_machines
from virtlab.labs.access import open_lab
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab
from virtlab.web.cells import csv_response
from virtlab.web.filters import Filter, FilterBar, filtered
from virtlab.web.tables import listing

COLUMNS = {
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
TEMPLATE_COLUMNS = {
    "name": "name",
    "cluster": "cluster__name",
    "os": "workload__operating_system",
    "vcpu": "vcpu",
    "memory": "memory_mib",
    "disk": "disk_gib",
    "copies": "copy_count",
    "linked": "linked_count",
}
SEARCHED = ("name", "host__name", "cluster__name", "workload__application")
BULK = ("vm.start", "vm.stop", "vm.suspend", "vm.resume", "vm.resize", "snapshot.take", "vm.move", "vm.delete")
TEMPLATE_BULK = ("template.deploy", "template.to_vm", "vm.delete")
CSV_FIELDS = (
    "name", "host__name", "cluster__name", "workload__operating_system", "power_state", "is_template", "vcpu",
    "memory_mib", "disk_gib", "disk_used_gib", "cpu_share",
)  # fmt: skip


@require_GET
def machines(request: HttpRequest, slug: str) -> HttpResponse:
    """Virtual machines: ?q= searches names, hosts, clusters and applications; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    share = F("workload__trace__cpu_mean_vcpu") / F("vcpu")
    rows, bar = _filtered(request, lab, VirtualMachine.objects.filter(lab=lab).annotate(cpu_share=share))
    if request.GET.get("format") == "csv":
        return _csv(request, rows)
    shown = listing(request, rows.select_related("host", "cluster", "workload"), COLUMNS, "name")
    context = {
        "lab": lab,
        "rows": shown,
        "lines": _lines(lab, shown.page.object_list),
        "bar": bar,
        "bulk": offered(request, lab, BULK),
        "start": start_links(request, lab, ("vm.create",)),
    }
    return render(request, "hosts/vms/vms.html", context)


def _filtered(request: HttpRequest, lab: Lab, rows: QuerySet[Any]) -> tuple[QuerySet[Any], FilterBar]:
    hosts = Host.objects.filter(lab=lab).order_by("name").values_list("pk", "name")
    choices = [(str(pk), name) for pk, name in hosts]
    filters = [
        Filter("state", gettext_lazy("State"), PowerState.choices, "power_state"),
        cluster_filter(lab),
        Filter("host", gettext_lazy("Host"), choices, "host"),
        Filter("os", gettext_lazy("System"), OperatingSystem.choices, "workload__operating_system"),
        Filter("hypervisor", gettext_lazy("Hypervisor"), Hypervisor.choices, "cluster__hypervisor"),
    ]
    return filtered(request, rows, filters, SEARCHED)


def _lines(lab: Lab, vms: Any) -> list[dict[str, Any]]:
    """Each machine of the page with what it uses now, and the job that holds it."""
    listed: list[VirtualMachine] = list(vms)
    now = live_for_hosts(lab, {vm.host_id for vm in listed if vm.host_id})
    busy = busy_machines(lab)
    return [{"vm": vm, "now": now.guests.get(vm.pk), "busy": busy.get(vm.pk)} for vm in listed]


def _csv(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    header = [
        _("Name"), _("Host"), _("Cluster"), _("System"), _("State"), _("Template"), _("vCPU"), _("Memory (MiB)"),
        _("Disk (GiB)"), _("Disk in use (GiB)"), _("CPU used, mean (share)"),
    ]  # fmt: skip
    sort = request.GET.get("sort", "name")
    field = COLUMNS.get(sort.removeprefix("-"), "name")
    ordered = rows.order_by(f"-{field}" if sort.startswith("-") else field, "pk")
    return csv_response("machines.csv", [header, *ordered.values_list(*CSV_FIELDS)])


@require_GET
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    """Templates, with what was made from each."""
    lab = open_lab(request, slug)
    rows = VirtualMachine.objects.filter(lab=lab, is_template=True).select_related("cluster", "workload", "datastore")
    counted = rows.annotate(
        copy_count=Count("copies", distinct=True), linked_count=Count("linked_clones", distinct=True)
    )
    filters = [
        cluster_filter(lab),
        Filter("os", gettext_lazy("System"), OperatingSystem.choices, "workload__operating_system"),
    ]
    kept, bar = filtered(request, counted, filters, SEARCHED)
    if request.GET.get("format") == "csv":
        header = [_("Name"), _("Cluster"), _("vCPU"), _("Memory (MiB)"), _("Disk (GiB)"), _("Copies"), _("Linked")]
        fields = ("name", "cluster__name", "vcpu", "memory_mib", "disk_gib", "copy_count", "linked_count")
        return csv_response("templates.csv", [header, *kept.order_by("name").values_list(*fields)])
    context = {
        "lab": lab,
        "rows": listing(request, kept, TEMPLATE_COLUMNS, "name"),
        "bar": bar,
        "bulk": offered(request, lab, TEMPLATE_BULK),
    }
    return render(request, "hosts/vms/templates.html", context)
