"""How far a job is: a function of its plan and the lab's clock, so that nothing has to be written while it runs."""

from datetime import datetime

from virtlab.jobs.choices import JobKind, JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.text import Text


def progress(job: Job, lab_time: datetime) -> float:
    """The share of a job that is done, 0 … 1; an active job is never quite done before a worker has ended it."""
    if job.state == JobState.SUCCEEDED:
        return 1.0
    if job.kind == JobKind.WORK:
        return job.progress_reported
    return _share(job.started_lab_at, job.ends_lab_at, lab_time) if job.state == JobState.RUNNING else 0.0


def _share(start: datetime | None, end: datetime | None, now: datetime) -> float:
    if start is None or end is None:
        return 0.0
    lasts_s = (end - start).total_seconds()
    done_s = (now - start).total_seconds()
    return min(max(done_s / lasts_s, 0.0), 1.0) if lasts_s > 0 else 1.0


def remaining_s(job: Job, lab_time: datetime) -> float | None:
    """Seconds of lab time to the planned end; None where there is no plan in time."""
    if job.kind == JobKind.WORK or job.state != JobState.RUNNING or job.ends_lab_at is None:
        return None
    return max((job.ends_lab_at - lab_time).total_seconds(), 0.0)


def phase(step: Step, lab_time: datetime) -> Text:
    """What is going on in a step at a lab time: its last phase that has begun, else its title."""
    begun: Text = step.title
    if step.started_lab_at is not None:
        elapsed_s = (lab_time - step.started_lab_at).total_seconds()
        for phase in step.phases:
            if phase["at_s"] <= elapsed_s:
                begun = Text.from_json(phase)
    return begun
