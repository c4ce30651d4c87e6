"""Traces for imported VMs: measured ones where a file has them, a synthetic day for all others."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from django.db.models import QuerySet

from hosts.inventory.rows import VmRow
from hosts.inventory.traces.owners import owner_of, owners_of
from hosts.inventory.traces.shapes import SHARE, STEP_S, TraceSet
from hosts.inventory.traces.synthetic_day import synthetic_day
from hosts.models import VirtualMachine
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.choices import MemorySeenBy, TraceKind
from virtlab.labs.models import Lab, Trace, Workload
from virtlab.labs.parameters import lab_values
from virtlab.labs.traces import Origin, make_trace, upload_source

SYNTHETIC_START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday; synthetic days have no date of their own
Pair = tuple[VmRow, Workload]
PlacedRow = tuple[VmRow, Workload | None]


def traces_for(lab: Lab, placed: Sequence[PlacedRow], traces: TraceSet | None, source: str) -> list[Trace]:
    """An unsaved trace for every workload: the row of `traces` (from the file `source`) that is of its VM, else a
    synthetic day. Templates have none. `placed` are all VMs of the file: whose a trace is depends on all of them.
    """
    trace_of = {} if traces is None else owners_of(traces.names, [owner_of(vm) for vm, _workload in placed]).trace_of
    rows: list[Trace] = []
    synthetic: list[Pair] = []
    for place, (vm, workload) in enumerate(placed):
        row = trace_of.get(place)
        if workload is None or vm.is_template:
            continue
        if traces is None or row is None:
            synthetic.append((vm, workload))
        else:
            rows.append(measured_trace(workload, traces, row, (vm.vcpu, vm.memory_mib / MIB_PER_GIB), source))
    return rows + synthetic_traces(lab, synthetic)


def measured_trace(workload: Workload, traces: TraceSet, row: int, size: tuple[float, float], source: str) -> Trace:
    """The trace of one row, in vCPU and GiB, from its first sample to its last. Shares are of the file's own size of
    the VM, else of `size`.
    """
    vcpu = float(traces.vcpu[row]) or size[0]
    memory_gib = float(traces.memory_mib[row]) / MIB_PER_GIB or size[1]
    there = slice(int(traces.first[row]), int(traces.last[row]) + 1)
    cpu = traces.cpu[row, there] * (vcpu if traces.cpu_unit == SHARE else 1.0)
    memory, seen_by = memory_of(traces, row, memory_gib)
    start_at = datetime.fromtimestamp(traces.start_s + there.start * traces.step_s, UTC)
    origin = Origin(TraceKind.MEASURED, upload_source(source), start_at, traces.step_s, seen_by)
    return make_trace(workload, cpu, memory[there], origin, coverage=float(traces.coverage[row]))


def memory_of(traces: TraceSet, row: int, memory_gib: float) -> tuple[F32, str]:
    """Memory demand of one row (T,) and who saw it: all of the VM's memory and nobody where the file has none, since
    nothing may be cut then.
    """
    if traces.memory is None or np.isnan(traces.memory[row]).all():
        return np.full(traces.cpu.shape[1], memory_gib, dtype=np.float32), MemorySeenBy.NOBODY
    memory = traces.memory[row] * (memory_gib if traces.memory_unit == SHARE else 1.0)
    capped: F32 = np.minimum(memory, memory_gib).astype(np.float32)
    return capped, MemorySeenBy.HYPERVISOR


def synthetic_traces(lab: Lab, pairs: Sequence[Pair]) -> list[Trace]:
    """A synthetic day for every workload around the mean known or assumed for its VM."""
    if not pairs:
        return []
    values = lab_values(lab)
    names = [vm.name for vm, _ in pairs]
    cpu_means = means([vm.cpu_mean for vm, _ in pairs], values["assumed_cpu_mean_pct"])
    swing, noise = values["synthetic_swing_pct"] / 100, values["synthetic_noise_pct"] / 100
    cpu = synthetic_day(names, cpu_means, swing=swing, noise=noise)
    memory_means = means([vm.memory_mean for vm, _ in pairs], values["assumed_memory_mean_pct"])
    # Memory follows work by less: a quarter of its wave and a fifth of its noise.
    memory = synthetic_day([f"{name} memory" for name in names], memory_means, swing=swing / 4, noise=noise / 5)
    return [
        make_trace(workload, cpu[row] * vm.vcpu, memory[row] * (vm.memory_mib / MIB_PER_GIB), synthetic_origin(vm))
        for row, (vm, workload) in enumerate(pairs)
    ]


def means(known: Sequence[float | None], assumed_pct: float) -> F64:
    """Mean shares (V,), the assumed one where none is known."""
    return np.array([assumed_pct / 100 if share is None else share for share in known], dtype=np.float64)


def synthetic_origin(vm: VmRow) -> Origin:
    """What is said of a synthetic trace: whose mean it has."""
    seen_by = MemorySeenBy.NOBODY if vm.memory_mean is None else vm.memory_seen_by
    return Origin(TraceKind.SYNTHETIC, f"usage-{vm.usage_from or 'assumed'}", SYNTHETIC_START, STEP_S, seen_by)


def measured_traces(vms: Sequence[VirtualMachine], traces: TraceSet, source: str) -> list[Trace]:
    """Unsaved traces for the VMs of a lab that the file is of."""
    owners = owners_of(traces.names, [owner_of(vm) for vm in vms])
    return [
        measured_trace(vm.workload, traces, row, (vm.vcpu, vm.memory_mib / MIB_PER_GIB), source)
        for vm, row in ((vms[place], row) for place, row in owners.trace_of.items())
        if vm.workload
    ]


def traced_vms(lab: Lab) -> QuerySet[VirtualMachine]:
    """The VMs of a lab that may have a trace."""
    return VirtualMachine.objects.filter(lab=lab, workload__isnull=False, is_template=False)
