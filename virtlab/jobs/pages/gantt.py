"""A job's steps as a chart: planned and actual time of each, as shares of the whole."""

from dataclasses import dataclass
from datetime import datetime

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time as start and width, shares 0 … 1 of the chart."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One step: when it was planned, when it really was."""

    step: Step
    planned: Bar | None
    actual: Bar | None
    actual_s: float | None


@dataclass(frozen=True, slots=True)
class Gantt:
    """The whole chart over `start` … `end` of lab time; `now` is the lab time as a share, None where the job ended."""

    rows: list[GanttRow]
    start: datetime | None
    end: datetime | None
    now: float | None


def gantt(lab: Lab, job: Job, steps: list[Step]) -> Gantt:
    """The chart of a job's steps."""
    lab_now = lab.lab_time()
    marks = [
        t for step in steps for t in (*_span(step, lab_now), step.planned_start_lab_at, step.planned_end_lab_at) if t
    ]
    if job.is_active and job.ends_lab_at:
        marks.append(job.ends_lab_at)
    if not marks:
        return Gantt([GanttRow(step, None, None, None) for step in steps], None, None, None)
    start, end = min(marks), max(marks)
    scale = Scale(start, max((end - start).total_seconds(), 1e-6))
    now = scale.share(lab_now) if job.is_active else None
    return Gantt([_row(step, scale, lab_now) for step in steps], start, end, now)


@dataclass(frozen=True, slots=True)
class Scale:
    """From lab time to a share of the chart's width."""

    start: datetime
    lasts_s: float

    def share(self, at: datetime) -> float:
        """Where a moment lies, within the chart."""
        return min(max((at - self.start).total_seconds() / self.lasts_s, 0.0), 1.0)

    def bar(self, start: datetime | None, end: datetime | None) -> Bar | None:
        """Where a span lies; an instant is still visible."""
        if start is None or end is None:
            return None
        return Bar(self.share(start), max(self.share(end) - self.share(start), 0.004))


def _span(step: Step, now: datetime) -> tuple[datetime | None, datetime | None]:
    running = step.state == StepState.RUNNING
    end = step.ended_lab_at or (min(now, step.planned_end_lab_at or now) if running else None)
    return (step.started_lab_at, end) if end else (None, None)


def _row(step: Step, scale: Scale, now: datetime) -> GanttRow:
    start, end = _span(step, now)
    lasted = (end - start).total_seconds() if start and end and step.ended_lab_at else None
    return GanttRow(step, scale.bar(step.planned_start_lab_at, step.planned_end_lab_at), scale.bar(start, end), lasted)
