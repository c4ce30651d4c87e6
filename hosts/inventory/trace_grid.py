"""Samples at any moments → arrays of five-minute means, gaps bridged, the last seven days."""

from dataclasses import dataclass

import numpy as np

from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import RefusedError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.trace_shapes import F32, F64, I64, MHZ_PER_VCPU, MIB_PER, STEP_S, TraceSet, unit_of

SAMPLES_PER_DAY = 86_400 // STEP_S
DAYS = 7
MAX_SPAN_DAYS = 3_660
MAX_CELLS = 10_000_000
FEW = 0.5
CAPS = {"cpu": 1e6, "memory": 1e12, "cores": 4_096, "cpu_capacity": 1e8, "memory_capacity": 1e12}


@dataclass(slots=True)
class Samples:
    """Rows of a trace file: machine (index into names), time and the numbers by field, all of one length."""

    names: list[str]
    machine: I64
    time_s: I64
    numbers: dict[str, F64]
    fields: dict[str, str]

    def only(self, rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> None:
        """Keeps some of the rows."""
        self.machine, self.time_s = self.machine[rows], self.time_s[rows]
        self.numbers = {name: numbers[rows] for name, numbers in self.numbers.items()}


def to_grid(samples: Samples, columns: list[ColumnMatch], tab: str, log: ProblemLog) -> TraceSet:
    """The traces of a file; RefusedError where no row is usable or the rows spread over many years."""
    rows = len(samples.machine)
    drop_bad_rows(samples, tab, log)
    start_s, length = window(samples, tab, log)
    used, samples.machine = np.unique(samples.machine, return_inverse=True)
    names = [samples.names[index] for index in used]
    slot = (samples.time_s - start_s) // STEP_S
    cell = samples.machine * length + slot
    counts = np.bincount(cell, minlength=len(names) * length).reshape(len(names), length)
    vcpu, memory_mib = sizes(samples, len(names))
    cpu, cpu_unit = cpu_shares(samples, tab, log)
    memory, memory_unit = memory_amounts(samples, tab, log)
    note_gaps(names, counts, tab, log)
    return TraceSet(
        names=names,
        start_s=start_s,
        cpu=mean_grid(cpu, cell, counts),
        cpu_unit=cpu_unit,
        memory=None if memory is None else mean_grid(memory, cell, counts),
        memory_unit=memory_unit,
        vcpu=vcpu,
        memory_mib=memory_mib,
        present=(counts > 0).sum(axis=1),
        columns=columns,
        rows_read=rows,
    )


def drop_bad_rows(samples: Samples, tab: str, log: ProblemLog) -> None:
    """Leaves out rows without a name, time or CPU, and those with a negative, NaN or absurd number."""
    good = (samples.time_s >= 0) & (np.array([bool(name) for name in samples.names])[samples.machine])
    for name, numbers in samples.numbers.items():
        fits = (numbers >= 0) & (numbers <= CAPS[name])
        good &= fits if name == "cpu" else fits | np.isnan(numbers)
    bad = np.flatnonzero(~good)
    if bad.size:
        log.add("trace-bad-rows", tab=tab, row=int(bad[0]) + 2, value=bad.size)
    samples.only(good)
    if not good.any():
        raise RefusedError("trace-no-rows")


def window(samples: Samples, tab: str, log: ProblemLog) -> tuple[int, int]:
    """Start (s) and length (samples) of the time that is kept: the last seven days, or fewer for very many machines."""
    first, last = int(samples.time_s.min()) // STEP_S, int(samples.time_s.max()) // STEP_S
    span_days = (last - first + 1) / SAMPLES_PER_DAY
    if span_days > MAX_SPAN_DAYS:
        raise RefusedError("trace-span", days=round(span_days), limit=MAX_SPAN_DAYS)
    machines = len(np.unique(samples.machine))
    days = max(1, min(DAYS, MAX_CELLS // (machines * SAMPLES_PER_DAY)))
    length = min(last - first + 1, days * SAMPLES_PER_DAY)
    if span_days - days > 0.1:
        log.add("trace-shortened", tab=tab, value=f"{span_days:.1f}", days=days)
    start_s = (last - length + 1) * STEP_S
    samples.only(samples.time_s >= start_s)
    return start_s, length


def sizes(samples: Samples, machines: int) -> tuple[I64, F64]:
    """vCPU and memory (MiB) of each machine as the file's capacity columns say, 0 where it has none."""
    return (
        largest(samples, "cores", machines).round().astype(np.int64),
        largest(samples, "memory_capacity", machines) * memory_scale(samples, "memory_capacity"),
    )


def largest(samples: Samples, name: str, machines: int) -> F64:
    """The largest number of a field for each machine, 0 where there is none."""
    most = np.zeros(machines)
    if name in samples.numbers:
        np.fmax.at(most, samples.machine, np.nan_to_num(samples.numbers[name]))
    return most


def memory_scale(samples: Samples, name: str) -> float:
    """MiB per unit of a memory column, by its name; MiB where it names none."""
    return MIB_PER.get(unit_of(samples.fields.get(name, ""), *MIB_PER), 1.0)


def cpu_shares(samples: Samples, tab: str, log: ProblemLog) -> tuple[F64, str]:
    """CPU of each row, with its unit: vCPU in use, or the share of the machine's vCPU."""
    column, cpu = samples.fields["cpu"], samples.numbers["cpu"]
    if unit_of(column, "vcpu", "cores"):
        return cpu, "vcpu"
    if unit_of(column, "mhz"):
        capacity = samples.numbers.get("cpu_capacity")
        if capacity is not None:
            return np.clip(np.divide(cpu, capacity, out=np.zeros_like(cpu), where=capacity > 0), 0.0, 1.0), "share"
        log.add("trace-unit", tab=tab, column=column, value=f"MHz, {MHZ_PER_VCPU:.0f} MHz = 1 vCPU")
        return cpu / MHZ_PER_VCPU, "vcpu"
    if float(cpu.max()) <= 1.0 and not unit_of(column, "percent", "pct"):
        log.add("trace-unit", tab=tab, column=column, value="0 … 1")
        return cpu, "share"
    if not unit_of(column, "percent", "pct"):
        log.add("trace-unit", tab=tab, column=column, value="%")
    return np.clip(cpu / 100.0, 0.0, 1.0), "share"


def memory_amounts(samples: Samples, tab: str, log: ProblemLog) -> tuple[F64 | None, str]:
    """Memory of each row, with its unit: GiB in use, or the share of the machine's memory; None without a column."""
    if "memory" not in samples.numbers:
        log.add("trace-no-memory", tab=tab)
        return None, ""
    column, memory = samples.fields["memory"], np.nan_to_num(samples.numbers["memory"])
    if unit := unit_of(column, *MIB_PER):
        return memory * MIB_PER[unit] / 1024.0, "gib"
    if not unit_of(column, "percent", "pct"):
        log.add("trace-unit", tab=tab, column=column, value="%")
    return np.clip(memory / 100.0, 0.0, 1.0), "share"


def mean_grid(numbers: F64, cell: I64, counts: I64) -> F32:
    """Means by machine and slot (V, T), the empty slots between and around samples bridged by straight lines."""
    sums = np.bincount(cell, weights=numbers, minlength=counts.size).reshape(counts.shape)
    means = np.divide(sums, counts, out=sums, where=counts > 0)
    slots = np.arange(counts.shape[1])
    for row in np.flatnonzero((counts == 0).any(axis=1)):
        there = counts[row] > 0
        means[row] = np.interp(slots, slots[there], means[row, there])
    return means.astype(np.float32)


def note_gaps(names: list[str], counts: I64, tab: str, log: ProblemLog) -> None:
    """Notes machines of which fewer than half of the samples are there, and files at another interval."""
    present = (counts > 0).sum(axis=1)
    expected = int(np.median(present))
    for row in np.flatnonzero(present < FEW * expected):
        log.add("trace-few-samples", tab=tab, value=names[row], samples=int(present[row]), expected=expected)
    if counts.max() > 2 or expected < FEW * counts.shape[1]:
        log.add("trace-resampled", tab=tab)
