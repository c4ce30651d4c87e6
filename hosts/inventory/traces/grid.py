"""Samples at any moments → arrays of means on one grid, gaps bridged, the last thirty days.

The files are gone through twice, so that only the arrays of the result need to fit into memory: once to learn which
VMs and which time they cover and how large their numbers are, once to add their samples up. Where five-minute means of
thirty days would take more cells than MAX_CELLS, the step grows up to an hour before days are dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import Question, UnreadableFileError
from hosts.inventory.traces.clock import ClockSetter
from hosts.inventory.traces.moments import DatesSeen, DayOrder
from hosts.inventory.traces.shapes import STEP_S, TraceSet
from hosts.inventory.traces.survey import Samples, Source, Survey
from hosts.inventory.traces.units import (
    CpuUnit,
    MemoryUnit,
    capped,
    cpu_reading,
    cpu_unit,
    memory_mib,
    memory_reading,
    memory_unit,
    open_units,
    over,
)
from hosts.inventory.traces.unusable import CELLS, date_texts
from virtlab.engine.arrays import F32, F64, I64
from virtlab.engine.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from virtlab.labs.traces import STEPS_S

DAYS = 30
MAX_SPAN_DAYS = 3_660
MAX_CELLS = 16_000_000
Answers = Mapping[str, str]


@dataclass(slots=True)
class Grid:
    """Sums and counts by VM and slot of `step_s` from slot `start` on (V, T), and in them the means."""

    start: int
    step_s: int
    cpu: F32
    memory: F32 | None
    counts: npt.NDArray[np.uint16]
    memory_counts: npt.NDArray[np.uint16] | None
    over: dict[str, int] = field(default_factory=lambda: {"cpu": 0, "memory": 0})

    def add(self, samples: Samples, cpu_in: CpuUnit, memory_in: MemoryUnit | None) -> None:
        """Adds the samples of one batch that lie in the grid's time."""
        slots = samples.time_s // self.step_s - self.start
        inside = samples.good() & (slots >= 0) & (slots < self.cpu.shape[1])
        samples, slots = samples.only(inside), slots[inside]
        cell = samples.vm, slots
        np.add.at(self.cpu, cell, self.whole(cpu_in.convert(samples.numbers), cpu_in.unit, "cpu"))
        np.add.at(self.counts, cell, np.uint16(1))
        if self.memory is not None and self.memory_counts is not None and memory_in is not None:
            memory = memory_in.convert(samples.numbers)
            there = np.isfinite(memory)
            cell = samples.vm[there], slots[there]
            np.add.at(self.memory, cell, self.whole(memory[there], memory_in.unit, "memory"))
            np.add.at(self.memory_counts, cell, np.uint16(1))

    def whole(self, values: F64, unit: str, name: str) -> F32:
        """The values with those that are more than everything counted and cut to it."""
        self.over[name] += int(over(values, unit).sum())
        return capped(values, unit).astype(np.float32)


def to_grid(source: Source, log: ProblemLog, answers: Answers) -> TraceSet:
    """The traces of a file; UnreadableFileError where no row is usable, the rows spread over many years, or something
    must be asked (`answers` are those that were given before, by what was asked).
    """
    dates = source.dates()
    order = dates.order or DayOrder(answers.get("dates", DayOrder.DAY_FIRST))
    survey = surveyed(source, order)
    asked = ["dates"] if dates.order is None and dates.differing and "dates" not in answers else []
    if asked := asked + open_units(source.fields, survey.spreads, answers):
        raise question_of(source, asked, told(source, asked, survey, dates))
    units = units_of(source, survey, answers, log)
    grid = filled_grid(empty_grid(survey, source, log), source, order, survey, units)
    survey.unusable.note(log)
    note_reading(grid, survey, source, log)
    return finished(grid, survey, source, units, log)


def surveyed(source: Source, order: DayOrder) -> Survey:
    """The first way through the files; UnreadableFileError where no row is usable, or most are of no use."""
    survey = Survey()
    for samples in source.samples(order):
        survey.look(samples)
    for tab, rows in source.ragged():
        survey.unusable.add(CELLS, tab, rows)
    if not survey.days.days:
        raise UnreadableFileError("trace-no-rows")
    survey.set_far_apart(MAX_SPAN_DAYS)
    survey.unusable.refuse_most(survey.rows + survey.unusable.counts[CELLS])
    return survey


def told(source: Source, asked: list[str], survey: Survey, dates: DatesSeen) -> dict[str, Any]:
    """What helps to answer: of dates the first that differs, and the first and last second of the samples in either
    order; of numbers the largest.
    """
    facts: dict[str, Any] = {name: {"largest": survey.spreads[name].largest} for name in asked if name != "dates"}
    if "dates" in asked:
        facts["dates"] = {"sample": dates.differing, "periods": {str(way): period(source, way) for way in DayOrder}}
    return facts


def period(source: Source, order: DayOrder) -> list[int]:
    """The first and the last second of the samples with dates in an order; none where it leaves no use of them."""
    try:
        survey = surveyed(source, order)
    except UnreadableFileError:
        return []
    return [slot * STEP_S for slot in survey.slots()]


def question_of(source: Source, asked: list[str], facts: dict[str, Any]) -> UnreadableFileError:
    """The refusal that asks what a file leaves open ("dates", "cpu", "memory"), with what it tells of that."""
    error = UnreadableFileError("trace-question", tab=source.tab)
    names = {name: source.fields.get("time" if name == "dates" else name, "") for name in asked}
    error.question = Question(source.tab, source.header, source.rows, names, facts)
    return error


def units_of(source: Source, survey: Survey, answers: Answers, log: ProblemLog) -> tuple[CpuUnit, MemoryUnit | None]:
    """The units of CPU and memory: of the values, else of the answers."""
    fields, spreads = source.fields, survey.spreads
    cpu = cpu_reading(fields, spreads["cpu"]) or answers["cpu"]
    memory = memory_reading(fields["memory"], spreads["memory"]) or answers["memory"] if "memory" in fields else ""
    return cpu_unit(fields, cpu, source.tab, log), memory_unit(fields, memory, source.tab, log)


def filled_grid(
    grid: Grid, source: Source, order: DayOrder, survey: Survey, units: tuple[CpuUnit, MemoryUnit | None]
) -> Grid:
    """The grid after the second way through the files."""
    setter = ClockSetter(survey.clock.changes())
    for samples in source.samples(order):
        usable = survey.without_far(samples.only(samples.good()))
        usable.time_s = setter.right(usable.vm, usable.time_s)
        grid.add(usable, *units)
    return grid


def empty_grid(survey: Survey, source: Source, log: ProblemLog) -> Grid:
    """The grid that is kept: the last thirty days, or fewer for very many VMs, in the finest step that fits."""
    first, last = survey.slots()
    last_s = (last + 1) * STEP_S + (SECONDS_PER_HOUR if survey.clock.changes() else 0)
    first_s = first * STEP_S
    span_days = (last_s - first_s) / SECONDS_PER_DAY
    if span_days > MAX_SPAN_DAYS:
        ends = dict(zip(("first", "last"), date_texts(np.array([first_s, last_s])), strict=True))
        raise UnreadableFileError("trace-span", days=round(span_days), limit=MAX_SPAN_DAYS, **ends)
    vms = len(survey.names)
    wanted_s = min(last_s - first_s, DAYS * SECONDS_PER_DAY)
    step_s = next((step for step in STEPS_S if vms * wanted_s / step <= MAX_CELLS), STEPS_S[-1])
    end = -(-last_s // step_s)
    a_day = SECONDS_PER_DAY // step_s
    length = min(end - first_s // step_s, DAYS * a_day, max(a_day, MAX_CELLS // vms))
    if span_days - length / a_day > 0.1:
        log.add("trace-shortened", tab=source.tab, value=f"{span_days:.1f}", days=round(length / a_day))
    memory = "memory" in source.fields
    return new_grid(end - length, step_s, (vms, length), memory=memory)


def new_grid(start: int, step_s: int, shape: tuple[int, int], *, memory: bool) -> Grid:
    """A grid of that shape (V, T) with nothing in it."""
    return Grid(
        start=start,
        step_s=step_s,
        cpu=np.zeros(shape, dtype=np.float32),
        memory=np.zeros(shape, dtype=np.float32) if memory else None,
        counts=np.zeros(shape, dtype=np.uint16),
        memory_counts=np.zeros(shape, dtype=np.uint16) if memory else None,
    )


def note_reading(grid: Grid, survey: Survey, source: Source, log: ProblemLog) -> None:
    """Notes what was cut to everything, times without a zone, and clocks that went back."""
    if survey.unzoned:
        log.add("trace-no-zone", tab=source.tab)
    for name, count in grid.over.items():
        if count:
            log.add("trace-over-100", tab=source.tab, column=source.fields[name], value=count)
    if changes := survey.clock.changes():
        days = sorted({str(np.datetime64(time_s, "s"))[:10] for time_s in changes.values()})
        log.add("trace-clock-back", tab=source.tab, value=", ".join(days), machines=len(changes))


def finished(
    grid: Grid, survey: Survey, source: Source, units: tuple[CpuUnit, MemoryUnit | None], log: ProblemLog
) -> TraceSet:
    """The means of the VMs that have any sample in the grid's time."""
    rows = np.flatnonzero(grid.counts.any(axis=1))
    counts = grid.counts[rows]
    names = [survey.names[index] for index in rows]
    first, last = extents(counts)
    coverage = coverage_of(counts, last - first + 1, grid.step_s, survey.clock.interval_s)
    note_step(counts, grid.step_s, source.tab, log)
    memory = memory_means(grid, rows)
    return TraceSet(
        names=names,
        start_s=grid.start * grid.step_s,
        step_s=grid.step_s,
        cpu=means(grid.cpu[rows], counts),
        cpu_unit=units[0].unit,
        memory=memory,
        memory_unit=units[1].unit if units[1] and memory is not None else "",
        vcpu=survey.sizes["cores"][rows].round().astype(np.int64),
        memory_mib=memory_mib(survey.sizes["memory_capacity"][rows], source.fields),
        first=first,
        last=last,
        coverage=coverage,
        columns=source.columns,
        rows_read=survey.rows,
        present=(counts > 0).sum(axis=1),
    )


def memory_means(grid: Grid, rows: I64) -> F32 | None:
    """The means of memory, NaN throughout for a VM that has none; None where no VM has any."""
    if grid.memory is None or grid.memory_counts is None or not grid.memory_counts[rows].any():
        return None
    return means(grid.memory[rows], grid.memory_counts[rows])


def means(sums: F32, counts: npt.NDArray[np.uint16]) -> F32:
    """Means by VM and slot, the empty slots between and around samples bridged by straight lines; NaN for a VM that has
    no sample at all.
    """
    result = np.divide(sums, counts, out=sums, where=counts > 0)
    slots = np.arange(counts.shape[1])
    for row in np.flatnonzero((counts == 0).any(axis=1)):
        there = counts[row] > 0
        result[row] = np.interp(slots, slots[there], result[row, there]) if there.any() else np.nan
    return result


def extents(counts: npt.NDArray[np.uint16]) -> tuple[I64, I64]:
    """The first and last slot (V,) of which there is a sample."""
    there = counts > 0
    return there.argmax(axis=1), counts.shape[1] - 1 - there[:, ::-1].argmax(axis=1)


def coverage_of(counts: npt.NDArray[np.uint16], slots: I64, step_s: int, interval_s: int) -> F64:
    """Which share (V,) of the samples is there that a VM's first and last one and the usual interval let expect."""
    expected = slots * step_s / max(step_s, interval_s)
    present: F64 = (counts > 0).sum(axis=1) / np.maximum(1.0, expected)
    return np.minimum(1.0, present)


def note_step(counts: npt.NDArray[np.uint16], step_s: int, tab: str, log: ProblemLog) -> None:
    """Notes means over more than a file's own interval, and files at a longer one than the grid's."""
    if np.median(counts[counts > 0]) > 1 or step_s > STEP_S:
        log.add("trace-resampled", tab=tab, value=step_s // 60)
