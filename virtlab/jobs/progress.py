"""How far a job is: a function of its plan and the lab's clock, so that nothing has to be written while it runs.

Its steps count by how long each lasts. Between two events its share goes evenly from the one that was done to the
one that is done when its step is due: where that moment moves, the bar goes on from where it is.
"""

from datetime import datetime

from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.choices import JobKind, JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.text import Text


def progress(job: Job, lab_time: datetime) -> float:
    """The share of a job that is done, 0 … 1; of one that goes back, the share of its way back."""
    if job.state == JobState.SUCCEEDED:
        return 1.0
    if job.kind == JobKind.WORK:
        return job.progress_reported
    if job.state != JobState.RUNNING or job.share_lab_at is None:
        return 0.0
    if job.due_lab_at is None:
        return job.share_done
    lasts_s = (job.due_lab_at - job.share_lab_at).total_seconds()
    part = (lab_time - job.share_lab_at).total_seconds() / lasts_s if lasts_s > 0 else 0.0
    return job.share_done + (job.share_due - job.share_done) * min(max(part, 0.0), 1.0)


def moved_gib(step: Step, lab_time: datetime) -> float:
    """GiB that a step has moved by a lab time, at most all that it has to."""
    if step.rated_lab_at is None or not step.rate_mib_per_s:
        return step.moved_gib
    since_s = max((lab_time - step.rated_lab_at).total_seconds(), 0.0)
    return min(step.moved_gib + step.rate_mib_per_s * since_s / MIB_PER_GIB, float(step.flow["gib"]))


def phase(step: Step, lab_time: datetime) -> Text:
    """What is going on in a step at a lab time: its last phase that has begun, else its title."""
    begun: Text = step.title
    if step.started_lab_at is not None:
        elapsed_s = (lab_time - step.started_lab_at).total_seconds()
        for phase in step.phases:
            if phase["at_s"] <= elapsed_s:
                begun = Text.from_json(phase)
    return begun
