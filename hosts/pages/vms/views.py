"""Every virtual machine, and every template, as a table."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hosts.choices import Hypervisor, PowerState, SetApart
from hosts.live.live import live_for_hosts
from hosts.models import Host, VirtualMachine
from hosts.pages.common import cluster_filter, offered, start_links
from hosts.pages.holding_jobs import busy_vms
from hosts.pages.vms.tables import SYSTEM, TEMPLATES, VMS, ListedVm
from virtlab.labs.access import open_lab
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, filtered
from virtlab.web.listing import list_page, listing

SEARCHED = ("name", "host__name", "cluster__name", "workload__application")
BULK = (
    "vm.start",
    "vm.stop",
    "vm.restart",
    "vm.suspend",
    "vm.resume",
    "vm.resize",
    "snapshot.take",
    "backup.take",
    "vm.move",
    "vm.set_apart",
    "vm.delete",
)
TEMPLATE_BULK = ("template.deploy", "template.to_vm", "vm.delete")
BY_SYSTEM = Filter("os", _("System"), OperatingSystem.choices, SYSTEM)


@require_GET
def vms(request: HttpRequest, slug: str) -> HttpResponse:
    """Virtual machines: ?q= searches names, hosts, clusters and applications; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    share = F("workload__trace__cpu_mean_vcpu") / F("vcpu")
    every = VirtualMachine.objects.filter(lab=lab).annotate(cpu_share=share)
    rows, bar = filtered(request, every.select_related("host", "cluster", "workload"), _vm_filters(lab), SEARCHED)
    context = {
        "lab": lab,
        "bar": bar,
        "bulk": offered(request, lab, BULK),
        "start": start_links(request, lab, ("vm.create",)),
    }
    listed = listing(request, VMS, rows, show=partial(_listed, lab), file_name="vms.csv")
    return list_page(request, "hosts/vms/vms.html", listed, context)


def _vm_filters(lab: Lab) -> list[Filter]:
    hosts = Host.objects.filter(lab=lab).order_by("name").values_list("pk", "name")
    return [
        Filter("state", _("State"), PowerState.choices, "power_state"),
        cluster_filter(lab),
        Filter("host", _("Host"), [(str(pk), name) for pk, name in hosts], "host"),
        BY_SYSTEM,
        Filter("apart", _("Set apart"), SetApart.choices[1:], "set_apart"),
        Filter("hypervisor", _("Hypervisor"), Hypervisor.choices, "cluster__hypervisor"),
    ]


def _listed(lab: Lab, shown: Sequence[VirtualMachine]) -> list[ListedVm]:
    now = live_for_hosts(lab, {vm.host_id for vm in shown if vm.host_id})
    jobs = busy_vms(lab)
    return [ListedVm(vm, now.guests.get(vm.pk), jobs.get(vm.pk)) for vm in shown]


@require_GET
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    """Templates, with what was made from each; ?format=csv gives what is shown."""
    lab = open_lab(request, slug)
    every = VirtualMachine.objects.filter(lab=lab, is_template=True).annotate(
        copy_count=Count("copies", distinct=True), linked_count=Count("linked_clones", distinct=True)
    )
    rows, bar = filtered(
        request, every.select_related("cluster", "workload"), [cluster_filter(lab), BY_SYSTEM], SEARCHED
    )
    context = {"lab": lab, "bar": bar, "bulk": offered(request, lab, TEMPLATE_BULK)}
    listed = listing(request, TEMPLATES, rows, file_name="templates.csv")
    return list_page(request, "hosts/vms/templates.html", listed, context)
