"""What a reading amounts to, as figures that a page shows at once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hosts.choices import PowerState
from hosts.inventory.problems import MESSAGES, Severity
from hosts.inventory.reading import Reading
from hosts.inventory.report.fields import missing_fields
from hosts.inventory.report.totals import totals_of
from hosts.inventory.traces.demand import traced_vms
from hosts.inventory.traces.owners import ID, SHORT_NAME, SPELLING, Owners, note_gaps, owner_of, owners_of
from hosts.inventory.traces.shapes import FORMAT as TRACES
from hosts.inventory.traces.shapes import TraceSet, display_name
from virtlab.labs.models import Lab

SHOWN_NAMES = 5


@dataclass(slots=True)
class OwnedTraces:
    """Whose the traces of a reading are: the lab's VMs that they are of, and the traces (positions) that VMs get."""

    in_lab: Owners = field(default_factory=Owners)
    given: list[int] = field(default_factory=list)


def summary_of(reading: Reading, owned: OwnedTraces) -> dict[str, Any]:
    """Counts and sums of an inventory, of its findings by severity, and of its traces (`note_owners`).

    A file of traces alone is not asked for the fields of VMs.
    """
    inventory = reading.inventory
    describes = inventory.columns and inventory.format != TRACES
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
        "missing": missing_fields(inventory) if describes else [],
        "findings": findings(reading),
        "traces": trace_summary(reading.traces, owned),
    }


def findings(reading: Reading) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = dict.fromkeys((severity.value for severity in Severity), 0)
    for code, count in reading.log.counts.items():
        counts[MESSAGES[code].severity.value] += count
    return counts


def note_owners(reading: Reading, lab: Lab) -> OwnedTraces:
    """Notes whose the traces are where that does not follow from their whole names: those of the VMs that come with
    them, else of the lab's. A trace of nobody that says how large its VM is can be added as one.

    Notes the gaps in the traces that VMs get as well.
    """
    if reading.traces is None:
        return OwnedTraces()
    names, read, own = reading.traces.names, reading.inventory.vms, reading.inventory.format == TRACES
    there = [owner_of(vm) for vm in traced_vms(lab).only("name", "identity", "vm_id")]
    owned = OwnedTraces(owners_of(names, there))
    tried = [owned.in_lab] if own or not read else [owners_of(names, [owner_of(vm) for vm in read]), owned.in_lab]
    sized = {vm.name.casefold() for vm in read} if own else set()
    ways = Counter[str]()
    for row, name in enumerate(names):
        owners = next((known for known in tried if row in known.ways or row in known.unclear), None)
        if owners is None:
            if display_name(name).casefold() not in sized:
                reading.log.add("trace-unmatched", value=name)
            else:
                owned.given.append(row)
        elif row in owners.ways:
            ways[owners.ways[row]] += 1
            owned.given.append(row)
        else:
            reading.log.add("trace-unclear", value=name, names=", ".join(owners.unclear[row][:SHOWN_NAMES]))
    for way in (ID, SPELLING, SHORT_NAME):
        if ways[way]:
            reading.log.add(f"trace-by-{way}", value=ways[way])
    note_gaps(reading.traces, owned.given, reading.log)
    return owned


def trace_summary(traces: TraceSet | None, owned: OwnedTraces) -> dict[str, Any] | None:
    """How many VMs the traces are of, how many of them the lab has and in which ways these were found, from when, how
    long and how whole (those that VMs get, where any are); None without.
    """
    if traces is None:
        return None
    samples = int(traces.cpu.shape[1])
    return {
        "machines": len(traces.names),
        "matched": len(owned.in_lab.trace_of),
        "matched_by": owned.in_lab.counts,
        "samples": samples,
        "start_s": traces.start_s,
        "span_s": samples * traces.step_s,
        "coverage": float((traces.coverage[owned.given] if owned.given else traces.coverage).mean()),
    }
