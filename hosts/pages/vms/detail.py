"""The page of one VM or template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from hosts.choices import GuestHealth, PowerState
from hosts.live.history import history_of_guest
from hosts.live.live import Live, live
from hosts.live.rows import GuestLive
from hosts.live.space import why_stands_still
from hosts.models import Backup, VirtualMachine
from hosts.operations.ways_out import backup_choice, mend
from hosts.pages.bills import guest_bill
from hosts.pages.common import offered
from hosts.pages.holding_jobs import busy_vms
from hosts.pages.last_day_charts import guest_charts
from hosts.pages.memory_pressure import pressure_of
from hosts.pages.vms.snapshot_tree import tree_of
from virtlab.charts.html import rendered
from virtlab.jobs.operations.registry import operations_for
from virtlab.jobs.requests.asking import way_out_address
from virtlab.jobs.text import Text
from virtlab.labs.access import open_lab
from virtlab.labs.traces import trace_text

RELATED = ("lab", "host", "cluster", "datastore", "workload__trace", "base", "base_snapshot", "made_from", "snapshot")
MOST_COPIES = 50


@require_GET
def vm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A VM: what it is, what it uses now, its snapshots, its last day, what it costs and what was done to it."""
    lab = open_lab(request, slug)
    subject = get_object_or_404(VirtualMachine.objects.select_related(*RELATED), pk=pk, lab=lab)
    now = live(lab)
    row = now.guests.get(pk)
    context: dict[str, Any] = {
        "lab": lab,
        "subject": subject,
        "vm": subject,
        "now": row,
        "pressure": pressure_of(row),
        "mend": _mend(request, subject),
        "busy": busy_vms(lab).get(pk),
        "stands_still": _stands_still(subject, now),
        "demand": _demand(subject),
        "backups": _backups(subject),
        "side_page": "hosts:templates" if subject.is_template else "",
    }
    context |= _snapshots(request, subject) | _more(subject, row, now)
    return render(request, "hosts/vms/vm.html", context)


def _stands_still(vm: VirtualMachine, now: Live) -> Text | None:
    """What the full datastore of one that runs means for it; None where it has room."""
    store = now.datastores.get(vm.datastore_id or 0)
    if store is None or vm.power_state != PowerState.RUNNING:
        return None
    return why_stands_still(vm, store.name, store.fullness)


def _demand(vm: VirtualMachine) -> str:
    """Where what it asks for comes from; empty where that is not known."""
    trace = getattr(vm.workload, "trace", None)
    return trace_text(trace) if trace else ""


def _mend(request: HttpRequest, vm: VirtualMachine) -> list[tuple[str, str]]:
    """How a broken guest can be well again: what the reader may start, with its address."""
    ways = mend(vm) if vm.health != GuestHealth.WELL else []
    allowed = {operation.name for operation in offered(request, vm.lab, [way.operation for way in ways])}
    return [(str(way.label), way_out_address(vm.lab, way)) for way in ways if way.operation in allowed]


def _snapshots(request: HttpRequest, vm: VirtualMachine) -> dict[str, Any]:
    snapshots = tree_of(vm)
    names = [operation.name for operation in operations_for(snapshots[0].snapshot)] if snapshots else []
    return {"snapshots": snapshots, "snapshot_actions": offered(request, vm.lab, names)}


def _backups(vm: VirtualMachine) -> list[tuple[Backup, str]]:
    """The newest first, each with how a restore's form calls it."""
    return [(backup, backup_choice(backup)) for backup in vm.backups.order_by("-taken_lab_at", "-pk")]


def _more(vm: VirtualMachine, row: GuestLive | None, now: Live) -> dict[str, Any]:
    runs = vm.power_state == PowerState.RUNNING
    copies = VirtualMachine.objects.filter(made_from=vm).select_related("base").order_by("name")
    return {
        "copies": copies[:MOST_COPIES],
        "copy_count": copies.count(),
        "linked_count": vm.linked_clones.count(),
        "bill": guest_bill(now, vm.pk),
        "charts": [rendered(chart) for chart in guest_charts(history_of_guest(vm))] if runs and row else [],
    }
