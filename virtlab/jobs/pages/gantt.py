"""A job's steps as a chart: planned and actual time of each, as shares of the whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from virtlab.jobs.models import Job, Step
from virtlab.jobs.pages.steps import StepShown, steps_shown
from virtlab.jobs.pages.ticks import is_dated, lab_moment, ticks
from virtlab.labs.models import Lab

Span = tuple[datetime, datetime]
LEAST_WIDTH = 0.004
LEAST_S = 1.0
"""Seconds that a chart covers at least: a job that takes no time has an axis too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time as start and width, shares 0 … 1 of the chart."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the axis at a share of the chart; `anchor` keeps its words within the chart."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One step: when it was planned, when it really was."""

    shown: StepShown
    planned: Bar | None
    actual: Bar | None

    @property
    def grows(self) -> bool:
        """Whether its bar goes on to grow with the lab's clock."""
        return self.actual is not None and not self.shown.is_over


@dataclass(frozen=True, slots=True)
class Scale:
    """From lab time to a share of the chart's width."""

    start: datetime
    lasts_s: float

    @property
    def start_s(self) -> float:
        """Where the chart begins: lab time, seconds since 1970."""
        return self.start.timestamp()

    def share(self, at: datetime) -> float:
        """Where a moment lies, within the chart."""
        return min(max((at - self.start).total_seconds() / self.lasts_s, 0.0), 1.0)

    def bar(self, span: Span | None) -> Bar | None:
        """Where a span lies; an instant is still visible."""
        if span is None:
            return None
        x = self.share(span[0])
        return Bar(x, max(self.share(span[1]) - x, LEAST_WIDTH))

    def mark(self, at: datetime, label: str) -> Mark:
        """A mark whose words stand in its middle, at the chart's ends inside."""
        x = self.share(at)
        return Mark(x, label, "start" if x < 0.08 else "end" if x > 0.92 else "middle")


@dataclass(frozen=True, slots=True)
class Gantt:
    """The whole chart; `first` and `last` are its ends in words (empty while nothing has a time), `dated` whether they
    are not of one day, `now` the lab time as a share, None where the job ended. From `scale` and `due_s`, when the step
    in progress ends, a browser moves the line of now and the bar that grows between two events.
    """

    rows: list[GanttRow]
    marks: Sequence[Mark] = ()
    first: str = ""
    last: str = ""
    dated: bool = False
    now: float | None = None
    scale: Scale | None = None
    due_s: float | None = None


def gantt(lab: Lab, job: Job, steps: list[Step]) -> Gantt:
    """The chart of a job's steps; it reaches to the planned end while the job is active."""
    lab_now = lab.lab_time()
    shown = steps_shown(job, steps, lab_now)
    planned = list(_planned(steps))
    times = [moment for span in (*planned, *(each.ran for each in shown)) if span for moment in span]
    if job.is_active and job.ends_lab_at:
        times.append(job.ends_lab_at)
    if not times:
        return Gantt([GanttRow(each, None, None) for each in shown])
    start, end = min(times), max(times)
    scale = Scale(start, max((end - start).total_seconds(), LEAST_S))
    dated = is_dated(start, end)
    return Gantt(
        rows=[GanttRow(each, scale.bar(plan), scale.bar(each.ran)) for each, plan in zip(shown, planned, strict=True)],
        marks=[scale.mark(tick.at, tick.label) for tick in ticks(start, start + timedelta(seconds=scale.lasts_s))],
        first=lab_moment(start, dated=True),
        last=lab_moment(end if job.is_active else job.ends_lab_at or end, dated=dated),
        dated=dated,
        now=scale.share(lab_now) if job.is_active else None,
        scale=scale,
        due_s=job.due_lab_at.timestamp() if job.due_lab_at else None,
    )


def _planned(steps: Iterable[Step]) -> Iterator[Span | None]:
    """When each step was to be: those of the way back one after the other from where it began."""
    at: datetime | None = None
    for step in steps:
        if step.undoes is None:
            start, end = step.planned_start_lab_at, step.planned_end_lab_at
        else:
            start = step.started_lab_at or at
            at = end = start + timedelta(seconds=step.planned_s) if start else None
        yield (start, end) if start and end else None
