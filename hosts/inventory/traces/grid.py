"""Samples at any moments → arrays of five-minute means, gaps bridged, the last seven days.

The file is gone through twice, so that only the arrays of the result need to fit into memory: once to learn which
VMs and which time it covers, once to add its samples up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.rows import ColumnMatch
from hosts.inventory.traces.shapes import STEP_S, TraceSet
from hosts.inventory.traces.units import CpuUnit, MemoryUnit, cpu_unit, memory_mib, memory_unit
from virtlab.engine.arrays import F32, F64, I64

SAMPLES_PER_DAY = 86_400 // STEP_S
DAYS = 7
MAX_SPAN_DAYS = 3_660
MAX_CELLS = 6_000_000
MAX_VMS = 50_000
FEW = 0.5
CAPS = {"cpu": 1e8, "memory": 1e12, "cores": 4_096.0, "cpu_capacity": 1e8, "memory_capacity": 1e12}
SIZES = ("cores", "memory_capacity")


@dataclass(slots=True)
class Samples:
    """Rows of a trace file: VM (index into names, −1 for none), time (s, −1 for none) and numbers by field."""

    names: list[str]
    vm: I64
    time_s: I64
    numbers: dict[str, F64]

    def good(self) -> "npt.NDArray[np.bool_]":
        """Which rows have a name, a time and a CPU, and no negative or absurd number."""
        good = (self.vm >= 0) & (self.time_s >= 0)
        for name, numbers in self.numbers.items():
            fits = (numbers >= 0) & (numbers <= CAPS[name])
            good &= fits if name == "cpu" else fits | np.isnan(numbers)
        return good

    def only(self, rows: "npt.NDArray[np.bool_]") -> "Samples":
        """Some of the rows."""
        numbers = {name: numbers[rows] for name, numbers in self.numbers.items()}
        return Samples(self.names, self.vm[rows], self.time_s[rows], numbers)


@dataclass(frozen=True, slots=True)
class Source:
    """A trace file: `samples` goes through it from the beginning, `fields` are its columns by field."""

    samples: Callable[[], Iterator[Samples]]
    fields: dict[str, str]
    columns: list[ColumnMatch]
    tab: str


@dataclass(slots=True)
class Survey:
    """What the first pass learns: VMs, the first and last slot, the largest CPU, the VMs' sizes."""

    names: list[str] = field(default_factory=list)
    first: int = 2**62
    last: int = -1
    rows: int = 0
    bad: int = 0
    first_bad: int = 0
    largest_cpu: float = 0.0
    sizes: dict[str, F64] = field(default_factory=lambda: {name: np.zeros(0) for name in SIZES})

    def look(self, samples: Samples) -> None:
        """Takes one batch into account; UnreadableFileError where there are too many VMs."""
        good = samples.good()
        if not good.all():
            self.first_bad = self.first_bad or self.rows + int(np.flatnonzero(~good)[0]) + 2
            self.bad += int((~good).sum())
        self.rows += len(good)
        self.names = samples.names
        if len(self.names) > MAX_VMS:
            raise UnreadableFileError("zip-bomb", reason=f"> {MAX_VMS} VMs")
        if good.any():
            self._look_at(samples.only(good))

    def _look_at(self, samples: Samples) -> None:
        slots = samples.time_s // STEP_S
        self.first, self.last = min(self.first, int(slots.min())), max(self.last, int(slots.max()))
        self.largest_cpu = max(self.largest_cpu, float(samples.numbers["cpu"].max()))
        for name in SIZES:
            grown = np.zeros(len(self.names))
            grown[: len(self.sizes[name])] = self.sizes[name]
            if name in samples.numbers:
                np.fmax.at(grown, samples.vm, np.nan_to_num(samples.numbers[name]))
            self.sizes[name] = grown


@dataclass(slots=True)
class Grid:
    """Sums and counts by VM and slot (V, T), and in them the means."""

    start: int
    cpu: F32
    memory: F32 | None
    counts: npt.NDArray[np.uint16]

    def add(self, samples: Samples, cpu_in: CpuUnit, memory_in: MemoryUnit | None) -> None:
        """Adds the samples of one batch that lie in the grid's time."""
        samples = samples.only(samples.good() & (samples.time_s // STEP_S >= self.start))
        cell = samples.vm, samples.time_s // STEP_S - self.start
        np.add.at(self.cpu, cell, cpu_in.convert(samples.numbers).astype(np.float32))
        np.add.at(self.counts, cell, np.uint16(1))
        if self.memory is not None and memory_in is not None:
            np.add.at(self.memory, cell, memory_in.convert(samples.numbers).astype(np.float32))


def to_grid(source: Source, log: ProblemLog) -> TraceSet:
    """The traces of a file; UnreadableFileError where no row is usable or the rows spread over many years."""
    survey = Survey()
    for samples in source.samples():
        survey.look(samples)
    if survey.bad:
        log.add("trace-bad-rows", tab=source.tab, row=survey.first_bad, value=survey.bad)
    if survey.last < 0:
        raise UnreadableFileError("trace-no-rows")
    grid = empty_grid(survey, source, log)
    cpu_in = cpu_unit(source.fields, survey.largest_cpu, source.tab, log)
    memory_in = memory_unit(source.fields, source.tab, log)
    for samples in source.samples():
        grid.add(samples, cpu_in, memory_in)
    return finished(grid, survey, source, (cpu_in.unit, memory_in.unit if memory_in else ""), log)


def empty_grid(survey: Survey, source: Source, log: ProblemLog) -> Grid:
    """The grid that is kept: the last seven days, or fewer for very many VMs."""
    span_days = (survey.last - survey.first + 1) / SAMPLES_PER_DAY
    if span_days > MAX_SPAN_DAYS:
        raise UnreadableFileError("trace-span", days=round(span_days), limit=MAX_SPAN_DAYS)
    days = max(1, min(DAYS, MAX_CELLS // (len(survey.names) * SAMPLES_PER_DAY)))
    length = min(survey.last - survey.first + 1, days * SAMPLES_PER_DAY)
    if span_days - days > 0.1:
        log.add("trace-shortened", tab=source.tab, value=f"{span_days:.1f}", days=days)
    shape = (len(survey.names), length)
    memory = np.zeros(shape, dtype=np.float32) if "memory" in source.fields else None
    start = survey.last - length + 1
    return Grid(start, np.zeros(shape, dtype=np.float32), memory, np.zeros(shape, dtype=np.uint16))


def finished(grid: Grid, survey: Survey, source: Source, units: tuple[str, str], log: ProblemLog) -> TraceSet:
    """The means of the VMs that have any sample in the grid's time."""
    rows = np.flatnonzero(grid.counts.any(axis=1))
    counts = grid.counts[rows]
    names = [survey.names[index] for index in rows]
    note_gaps(names, counts, source.tab, log)
    return TraceSet(
        names=names,
        start_s=grid.start * STEP_S,
        cpu=means(grid.cpu[rows], counts),
        cpu_unit=units[0],
        memory=None if grid.memory is None else means(grid.memory[rows], counts),
        memory_unit=units[1],
        vcpu=survey.sizes["cores"][rows].round().astype(np.int64),
        memory_mib=memory_mib(survey.sizes["memory_capacity"][rows], source.fields),
        present=(counts > 0).sum(axis=1),
        columns=source.columns,
        rows_read=survey.rows,
    )


def means(sums: F32, counts: npt.NDArray[np.uint16]) -> F32:
    """Means by VM and slot, the empty slots between and around samples bridged by straight lines."""
    result = np.divide(sums, counts, out=sums, where=counts > 0)
    slots = np.arange(counts.shape[1])
    for row in np.flatnonzero((counts == 0).any(axis=1)):
        there = counts[row] > 0
        result[row] = np.interp(slots, slots[there], result[row, there])
    return result


def note_gaps(names: list[str], counts: npt.NDArray[np.uint16], tab: str, log: ProblemLog) -> None:
    """Notes VMs of which fewer than half of the samples are there, and files at another interval."""
    present = (counts > 0).sum(axis=1)
    expected = int(np.median(present))
    for row in np.flatnonzero(present < FEW * expected):
        log.add("trace-few-samples", tab=tab, value=names[row], samples=int(present[row]), expected=expected)
    if np.median(counts[counts > 0]) > 1 or expected < FEW * counts.shape[1]:
        log.add("trace-resampled", tab=tab)
