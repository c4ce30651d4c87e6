"""The demand of all VMs on one grid of time, whatever the length and step of each trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from hosts.live.facts import WorkloadFacts
from virtlab.engine.arrays import F32

DAY_S = 86_400
DEFAULT_STEP_S = 300
MOST_SAMPLES = 100_000


@dataclass(frozen=True, slots=True)
class Traces:
    """Demand of V VMs at T samples: vCPU and GiB (V, T), from `start` on every `step_s` seconds.

    `known` (V,): whether a VM has a trace; without one its demand counts as nothing and the report says so.
    """

    cpu_vcpu: F32
    memory_gib: F32
    known: npt.NDArray[np.bool_]
    measured: npt.NDArray[np.bool_]
    start: datetime
    step_s: int

    @property
    def samples(self) -> int:
        """Samples of the grid."""
        return int(self.cpu_vcpu.shape[1])

    def times(self) -> list[str]:
        """The samples' moments in ISO format, as the charts take them."""
        base = np.datetime64(self.start.replace(tzinfo=None), "s")
        moments = base + np.arange(self.samples) * np.timedelta64(self.step_s, "s")
        return [str(moment) for moment in np.datetime_as_string(moments, unit="m")]


def traces_of(vms: Sequence[WorkloadFacts]) -> Traces:
    """All traces on one grid: the finest step, the longest span. A shorter trace is repeated, a coarser one held.

    Traces that begin at another time of day are turned until their hours of the day agree.
    """
    known = np.array([bool(vm.samples) for vm in vms], dtype=np.bool_)
    some = [vm for vm in vms if vm.samples]
    start = min((vm.start_at for vm in some if vm.start_at), default=datetime(2026, 1, 5, tzinfo=UTC))
    step_s = min((vm.step_s or DEFAULT_STEP_S for vm in some), default=DEFAULT_STEP_S)
    span_s = max(((vm.samples or 0) * (vm.step_s or DEFAULT_STEP_S) for vm in some), default=DAY_S)
    samples = min(MOST_SAMPLES, max(1, span_s // step_s))
    measured = np.array([vm.trace_kind == "measured" for vm in vms], dtype=np.bool_)
    cpu, memory = (_grid(vms, name, samples, step_s, start) for name in ("cpu_vcpu", "memory_gib"))
    return Traces(cpu, memory, known, measured, start, step_s)


def _grid(vms: Sequence[WorkloadFacts], name: str, samples: int, step_s: int, start: datetime) -> F32:
    if all(vm.samples == samples and vm.step_s == step_s and vm.start_at == start for vm in vms):
        joined = b"".join(getattr(vm, name) or b"" for vm in vms)
        return np.frombuffer(joined, dtype="<f4").reshape(len(vms), samples)
    grid = np.zeros((len(vms), samples), dtype=np.float32)
    for row, vm in enumerate(vms):
        if vm.samples:
            grid[row] = _on_grid(np.frombuffer(getattr(vm, name), dtype="<f4"), vm, samples, step_s, start)
    return grid


def _on_grid(values: F32, vm: WorkloadFacts, samples: int, step_s: int, start: datetime) -> F32:
    factor = max(1, round((vm.step_s or step_s) / step_s))
    fine = np.repeat(values, factor)
    since_s = ((vm.start_at or start) - start) % timedelta(seconds=DAY_S)
    shift = int(since_s.total_seconds() // step_s) % fine.size
    return np.resize(np.roll(fine, shift), samples)
