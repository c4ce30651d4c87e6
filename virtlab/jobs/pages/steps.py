"""How each step of a job stands, in words that are true of it: one that was broken off is not one that never began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.web.lazy_text import LazyText

BROKEN_OFF = "cancelled"
WORDS: dict[str, LazyText] = {
    StepState.SKIPPED: _("Not begun"),
    StepState.UNDONE: _("Taken back"),
    BROKEN_OFF: _("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step with its state, and the lab time over which it ran: to now where it still does."""

    step: Step
    state: str
    word: str
    ran: tuple[datetime, datetime] | None
    is_over: bool

    @property
    def actual_s(self) -> float | None:
        """Seconds of lab time that it ran; None while it has not come to an end."""
        return (self.ran[1] - self.ran[0]).total_seconds() if self.ran and self.is_over else None


def steps_shown(job: Job, steps: Sequence[Step], lab_now: datetime) -> list[StepShown]:
    """The steps of a job as they stand at a lab time."""
    broken_off_at = _broken_off_at(job, steps)
    return [_shown(job, step, broken_off_at, lab_now) for step in steps]


def _broken_off_at(job: Job, steps: Sequence[Step]) -> datetime | None:
    """When a cancel ended the step in progress: the way back begins then, or the job ends."""
    back = [step.started_lab_at for step in steps if step.undoes is not None and step.started_lab_at]
    return min(back, default=job.ends_lab_at if job.has_ended else None)


def _shown(job: Job, step: Step, broken_off_at: datetime | None, lab_now: datetime) -> StepShown:
    state, start, end = step.state, step.started_lab_at, step.ended_lab_at
    if state == StepState.SKIPPED and _has_begun(job, step):
        state, end = BROKEN_OFF, broken_off_at
    elif state == StepState.RUNNING:
        end = min(lab_now, job.due_lab_at or lab_now)
    elif state in {StepState.PENDING, StepState.SKIPPED}:
        start = None
    ran = (start, max(start, end)) if start and end else None
    word = WORDS[state] if state in WORDS else StepState(state).label
    return StepShown(step=step, state=state, word=str(word), ran=ran, is_over=state != StepState.RUNNING)


def _has_begun(job: Job, step: Step) -> bool:
    """Whether it began in this attempt: one that is retried starts with all that is still to be done."""
    began, attempt = step.started_lab_at, job.started_lab_at
    return began is not None and attempt is not None and began >= attempt
