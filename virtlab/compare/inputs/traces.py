"""The demand of all VMs on one grid of time, whatever the length and step of each trace.

A month of five-minute samples of 10,000 VMs would be 690 MB. Beyond MOST_CELLS samples the grid takes a coarser step,
at most an hour: CPU as means, so that energy stays; memory as the highest value, so that its peak stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from hosts.live.facts import WorkloadFacts
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import SECONDS_PER_DAY
from virtlab.labs.traces import STEPS_S

DEFAULT_STEP_S = 300
MOST_SAMPLES = 100_000
MOST_CELLS = 20_500_000  # a week of five-minute samples of 10,000 VMs


@dataclass(frozen=True, slots=True)
class Traces:
    """Demand of V VMs at T samples: vCPU and GiB (V, T), from `start` on every `step_s` seconds.

    `known` (V,): whether a VM has a trace; without one its demand counts as nothing and the report says so. Means and
    peaks (V,) are those of the samples.
    """

    cpu_vcpu: F32
    memory_gib: F32
    known: npt.NDArray[np.bool_]
    start: datetime
    step_s: int
    cpu_mean_vcpu: F64
    memory_mean_gib: F64
    memory_peak_gib: F64

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
    """All traces on one grid: the finest step that fits, the longest span. A shorter trace is repeated, a coarser one
    held.

    Traces that begin at another time of day are turned until their hours of the day agree.
    """
    known = np.array([bool(vm.samples) for vm in vms], dtype=np.bool_)
    some = [vm for vm in vms if vm.samples]
    start = min((vm.start_at for vm in some if vm.start_at), default=datetime(2026, 1, 5, tzinfo=UTC))
    step_s = min((vm.step_s or DEFAULT_STEP_S for vm in some), default=DEFAULT_STEP_S)
    span_s = max(((vm.samples or 0) * (vm.step_s or DEFAULT_STEP_S) for vm in some), default=SECONDS_PER_DAY)
    step_s = step_that_fits(len(vms), span_s, step_s)
    samples = min(MOST_SAMPLES, max(1, span_s // step_s))
    cpu, memory = (_grid(vms, name, samples, step_s, start) for name in ("cpu_vcpu", "memory_gib"))
    return Traces(
        cpu,
        memory,
        known,
        start,
        step_s,
        cpu_mean_vcpu=cpu.mean(axis=1, dtype=np.float64),
        memory_mean_gib=memory.mean(axis=1, dtype=np.float64),
        memory_peak_gib=memory.max(axis=1).astype(np.float64),
    )


def step_that_fits(vms: int, span_s: int, step_s: int) -> int:
    """The finest step (s), no finer than `step_s`, with which so many VMs take no more than MOST_CELLS samples."""
    coarser = [step for step in STEPS_S if step % step_s == 0 and step > step_s]
    return next((step for step in (step_s, *coarser) if vms * span_s / step <= MOST_CELLS), (step_s, *coarser)[-1])


def _grid(vms: Sequence[WorkloadFacts], name: str, samples: int, step_s: int, start: datetime) -> F32:
    if all(vm.samples == samples and vm.step_s == step_s and vm.start_at == start for vm in vms):
        joined = b"".join(getattr(vm, name) or b"" for vm in vms)
        return np.frombuffer(joined, dtype="<f4").reshape(len(vms), samples)
    grid = np.zeros((len(vms), samples), dtype=np.float32)
    for row, vm in enumerate(vms):
        if vm.samples:
            values = _in_steps(np.frombuffer(getattr(vm, name), dtype="<f4"), vm, step_s, peaks=name == "memory_gib")
            grid[row] = _on_grid(values, vm, samples, step_s, start)
    return grid


def _in_steps(values: F32, vm: WorkloadFacts, step_s: int, *, peaks: bool) -> F32:
    own_s = vm.step_s or step_s
    if own_s >= step_s:
        return np.repeat(values, max(1, round(own_s / step_s)))
    width = step_s // own_s
    blocks = np.resize(values, -(-values.size // width) * width).reshape(-1, width)
    coarse: F32 = (blocks.max(axis=1) if peaks else blocks.mean(axis=1, dtype=np.float64)).astype(np.float32)
    return coarse


def _on_grid(values: F32, vm: WorkloadFacts, samples: int, step_s: int, start: datetime) -> F32:
    since_s = ((vm.start_at or start) - start) % timedelta(seconds=SECONDS_PER_DAY)
    shift = int(since_s.total_seconds() // step_s) % values.size
    return np.resize(np.roll(values, shift), samples)
