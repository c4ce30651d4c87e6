"""What a reading amounts to, as figures that a page shows at once."""

from typing import Any

from django.db.models import QuerySet

from hosts.choices import PowerState
from hosts.inventory.problems import MESSAGES, Severity
from hosts.inventory.reading import Reading
from hosts.inventory.report.fields import missing_fields
from hosts.inventory.report.totals import totals_of
from hosts.inventory.traces.demand import by_name
from hosts.inventory.traces.shapes import TraceSet, display_name
from hosts.models import VirtualMachine
from virtlab.labs.models import Lab


def summary_of(reading: Reading, lab: Lab) -> dict[str, Any]:
    """Counts and sums of an inventory, of its findings by severity, and of its traces for the lab's VMs."""
    inventory = reading.inventory
    return {
        "rows_read": inventory.rows_read,
        "clusters": len(inventory.clusters),
        "hosts": len(inventory.hosts),
        "host_cores": sum(host.cores for host in inventory.hosts),
        "host_memory_mib": sum(host.memory_mib for host in inventory.hosts),
        "vms": len(inventory.vms),
        "running": sum(vm.runs for vm in inventory.vms),
        "stopped": sum(vm.power_state != PowerState.RUNNING and not vm.is_template for vm in inventory.vms),
        "templates": sum(vm.is_template for vm in inventory.vms),
        "set_apart": sum(bool(vm.set_apart) for vm in inventory.vms),
        "vcpu": sum(vm.vcpu for vm in inventory.vms),
        "memory_mib": sum(vm.memory_mib for vm in inventory.vms),
        "disk_gib": sum(vm.disk_gib for vm in inventory.vms),
        "disk_used_gib": sum(vm.disk_used_gib for vm in inventory.vms),
        "totals": totals_of(inventory, reading.tally, reading.log),
        "missing": missing_fields(inventory) if inventory.columns else [],
        "findings": findings(reading),
        "traces": trace_summary(reading.traces, lab),
    }


def findings(reading: Reading) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = dict.fromkeys((severity.value for severity in Severity), 0)
    for code, count in reading.log.counts.items():
        counts[MESSAGES[code].severity.value] += count
    return counts


def note_unmatched(reading: Reading, lab: Lab) -> None:
    """Notes the VMs of traces that the lab does not know, where the files do not say how large they are either."""
    sized = {vm.name.casefold() for vm in reading.inventory.vms}
    there = sized | {name.casefold() for name in traced_names(lab)}
    for name in reading.traces.names if reading.traces else ():
        if there.isdisjoint({name.casefold(), display_name(name).casefold()}):
            reading.log.add("trace-unmatched", value=name)


def traced_names(lab: Lab) -> "QuerySet[VirtualMachine, str]":
    """The names of a lab's VMs that may have a trace."""
    return VirtualMachine.objects.filter(lab=lab, workload__isnull=False).values_list("name", flat=True)


def trace_summary(traces: TraceSet | None, lab: Lab) -> dict[str, float] | None:
    """How many VMs the traces are of, how many of them the lab has, from when, how long and how whole; None without."""
    if traces is None:
        return None
    samples, rows = int(traces.cpu.shape[1]), by_name(traces)
    return {
        "machines": len(traces.names),
        "matched": sum(name.casefold() in rows for name in traced_names(lab)),
        "samples": samples,
        "start_s": traces.start_s,
        "span_s": samples * traces.step_s,
        "coverage": float(traces.coverage.mean()),
    }
