"""What a reading amounts to, as figures that a page shows at once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hosts.choices import PowerState
from hosts.inventory.problems import MESSAGES, Severity
from hosts.inventory.reading import Reading
from hosts.inventory.report.fields import missing_fields
from hosts.inventory.report.totals import totals_of
from hosts.inventory.traces.demand import traced_vms
from hosts.inventory.traces.grid import note_gaps
from hosts.inventory.traces.owners import ID, SHORT_NAME, SPELLING, TraceOwner, owner_of, owners_of
from hosts.inventory.traces.shapes import FORMAT as TRACES
from hosts.inventory.traces.shapes import TraceSet, display_name
from virtlab.labs.models import Lab

SHOWN_NAMES = 5


def summary_of(reading: Reading, lab: Lab, given: Sequence[int] = ()) -> dict[str, Any]:
    """Counts and sums of an inventory, of its findings by severity, and of its traces for the lab's VMs; `given` are
    the traces that VMs get. A file of traces alone is not asked for the fields of VMs.
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
        "traces": trace_summary(reading.traces, lab, given),
    }


def findings(reading: Reading) -> dict[str, int]:
    """How many findings there are of each severity."""
    counts = dict.fromkeys((severity.value for severity in Severity), 0)
    for code, count in reading.log.counts.items():
        counts[MESSAGES[code].severity.value] += count
    return counts


def note_owners(reading: Reading, lab: Lab) -> list[int]:
    """Notes whose the traces are where that does not follow from their whole names: those of the VMs that come with
    them, else of the lab's. A trace of nobody that says how large its VM is can be added as one.

    Returns the positions of the traces that VMs get, and notes the gaps in these.
    """
    if reading.traces is None:
        return []
    names, read, own = reading.traces.names, reading.inventory.vms, reading.inventory.format == TRACES
    found = [owners_of(names, owners_in(lab))]
    if not own and read:
        found.insert(0, owners_of(names, [owner_of(vm) for vm in read]))
    sized = {vm.name.casefold() for vm in read} if own else set()
    ways, given = Counter[str](), list[int]()
    for row, name in enumerate(names):
        owners = next((one for one in found if row in one.ways or row in one.unclear), None)
        if owners is None:
            if display_name(name).casefold() not in sized:
                reading.log.add("trace-unmatched", value=name)
            else:
                given.append(row)
        elif row in owners.ways:
            ways[owners.ways[row]] += 1
            given.append(row)
        else:
            reading.log.add("trace-unclear", value=name, names=", ".join(owners.unclear[row][:SHOWN_NAMES]))
    for way in (ID, SPELLING, SHORT_NAME):
        if ways[way]:
            reading.log.add(f"trace-by-{way}", value=ways[way])
    note_gaps(reading.traces, given, reading.log)
    return given


def owners_in(lab: Lab) -> list[TraceOwner]:
    """The VMs of a lab that may have a trace, by what a trace may name them."""
    return [TraceOwner(*known) for known in traced_vms(lab).values_list("name", "identity", "vm_id")]


def trace_summary(traces: TraceSet | None, lab: Lab, given: Sequence[int]) -> dict[str, Any] | None:
    """How many VMs the traces are of, how many of them the lab has and in which ways these were found, from when, how
    long and how whole (those that VMs get, where any are); None without.
    """
    if traces is None:
        return None
    samples, owners = int(traces.cpu.shape[1]), owners_of(traces.names, owners_in(lab))
    return {
        "machines": len(traces.names),
        "matched": len(owners.trace_of),
        "matched_by": owners.counts,
        "samples": samples,
        "start_s": traces.start_s,
        "span_s": samples * traces.step_s,
        "coverage": float((traces.coverage[given] if given else traces.coverage).mean()),
    }
