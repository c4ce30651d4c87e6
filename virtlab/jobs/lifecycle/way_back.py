"""Taking back what a job did: at once where that is possible, else by steps that last and mean downtime.

A failure takes back what was done since the last point of no return; a cancel takes back all of it. What is gone stays
gone, and each step says what that is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import TO_DO, JobState, Level, StepState
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import STEP_FIELDS, begin_step, end, happen, write_line
from virtlab.jobs.models import Job, LogLine, Step
from virtlab.jobs.operations.effects import EFFECTS, NotYet, Run
from virtlab.jobs.operations.needs import unmet
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class WayBack:
    """What taking back takes: its steps in order, and what does not come back."""

    steps: Sequence[Step]
    lost: Sequence[Text]
    # So many jobs that are parts of it go back too, and what these did stays.
    parts: int = 0
    stays: Sequence[Text] = ()

    @property
    def signature(self) -> str:
        """The same for ways back on which users miss and lose the same, however long they take."""
        down = [step.key for step in self.steps if step.down]
        return str(crc32("\n".join([*down, *map(str, self.lost)]).encode()))

    @property
    def duration_s(self) -> float:
        """Seconds of lab time."""
        return sum(step.duration_s for step in self.steps)

    @property
    def down_s(self) -> float:
        """Seconds of them during which the object's users have nothing of it."""
        return sum(step.duration_s for step in self.steps if step.down)


def way_back(job: Job, steps: Sequence[Step], *, past_final: bool) -> WayBack:
    """What takes back the steps that are done, the last first; not written yet.

    `past_final`: also those up to the last point of no return.
    """
    forward = [step for step in steps if step.undoes is None]
    done = [step for step in forward if step.state == StepState.DONE]
    final = max((step.position for step in done if step.final), default=-1)
    settled = {step.settles for step in done}
    back = [step for step in reversed(done) if step.key not in settled and (past_final or step.position > final)]
    position, rows = max((step.position for step in steps), default=-1), list[Step]()
    for step in back:
        for row in _rows_back(job, step):
            position += 1
            row.position = position
            rows.append(row)
    return WayBack(rows, [Text.from_json(kept) for step in forward if _has_begun(step) for kept in step.lost])


def _has_begun(step: Step) -> bool:
    return step.state in {StepState.DONE, StepState.RUNNING}


def _rows_back(job: Job, step: Step) -> list[Step]:
    """The steps that take another one back: each knows what that one remembered."""
    of_step: dict[str, Any] = {"job": job, "memory": dict(step.memory), "undoes": step.position}
    if step.way_back:
        return [Step(**columns, **of_step) for columns in step.way_back]
    if not step.undo:
        return []
    title = say(_("Take back “%(step)s”"), step=step.title).as_json()
    return [Step(key=step.key, title_kept=title, effect=step.undo, params=step.params, **of_step)]


def turn_back(lab: Lab, job: Job, steps: Sequence[Step], lab_at: datetime, error: Text | None = None) -> None:
    """Stops a job where it is, for an error or because it is cancelled, and takes back what it did; it has ended where
    nothing of that takes time.

    `steps` are all of the job's own, as the database has them. Where the job goes back already, what cannot be taken
    back stays, and the rest is taken back all the same.
    """
    was_going_back = job.goes_back
    ends_as = job.ends_as or (JobState.FAILED if error else JobState.CANCELLED)
    current = next((step for step in steps if step.position == job.position), None)
    one_taken_back = current is not None and current.undoes is not None
    if current is not None and current.state == StepState.RUNNING and current.abort:
        _break_off(lab, job, current, steps, lab_at)
    for step in steps:
        if step.state in TO_DO:
            step.state = StepState.SKIPPED
    if current is not None and error is not None:
        current.state, current.ended_lab_at, current.ended_at = StepState.FAILED, lab_at, timezone.now()
        write_line(job, lab_at, error, Level.ERROR)
    if one_taken_back:
        _go_round(lab, job, steps, lab_at, error)
        return
    back = way_back(job, steps, past_final=ends_as == JobState.CANCELLED)
    if back.duration_s > 0:
        job.ends_as, job.error_kept = ends_as, error.as_json() if error else None
        if not was_going_back:
            job.duration_s, job.share_done, job.share_due = back.duration_s, 0.0, 0.0
        _set_off(lab, job, steps, back, lab_at)
        return
    undone = _undo_now(lab, job, steps, back, lab_at)
    if not undone and error is None and not job.children.exists():
        write_line(job, lab_at, say(_("Nothing had to be undone.")))
    write_rows(Step, steps, STEP_FIELDS)
    end(job, ends_as, lab_at, error)


def broken_by(steps: Iterable[Step]) -> set[str]:
    """Needs of others that the end of a job may have taken away: by what was undone at once, or broken off."""
    undone = [step.undo for step in steps if step.state == StepState.UNDONE]
    broken_off = [step.abort for step in steps if step.state in {StepState.SKIPPED, StepState.FAILED}]
    return {need for name in (*undone, *broken_off) if name in EFFECTS for need in EFFECTS[name].breaks}


def _break_off(lab: Lab, job: Job, step: Step, steps: Sequence[Step], lab_at: datetime) -> None:
    run = Run(lab, job, step, lab_at, steps=steps)
    outcome = happen(step.abort, run)
    LogLine.objects.bulk_create(run.lines)
    if isinstance(outcome, Text):
        write_line(job, lab_at, outcome, Level.ERROR)


def _go_round(lab: Lab, job: Job, steps: Sequence[Step], lab_at: datetime, error: Text | None) -> None:
    """One step cannot be taken back: what it did stays as it is. What others did is taken back all the same, and the
    job fails.
    """
    write_line(job, lab_at, say(_("Part of what it did could not be taken back: it stays as it is now.")), Level.ERROR)
    first = Text.from_json(job.error_kept) if job.error_kept else None
    if first and error:
        error = say(_("%(why)s What it did was not taken back: %(block)s"), why=first, block=error)
    job.ends_as, job.error_kept = JobState.FAILED, (error or first or Text("")).as_json()
    blocked = next(step.undoes for step in steps if step.position == job.position)
    left = [step for step in steps if step.position > job.position and step.undoes not in {None, blocked}]
    for step in left:
        step.state = StepState.PENDING
    if left:
        begin_step(job, left, lab_at)
    write_rows(Step, steps, STEP_FIELDS)
    if not left:
        end(job, JobState.FAILED, lab_at, error or first)
        return
    job.save()
    if why := unmet(lab, left[:1], lab_at).get(left[0].pk):
        turn_back(lab, job, steps, lab_at, why)


def _set_off(lab: Lab, job: Job, steps: Sequence[Step], back: WayBack, lab_at: datetime) -> None:
    write_rows(Step, steps, STEP_FIELDS)
    # Going back never queues: also one that waited to be tried again begins now.
    job.state, job.started_at = JobState.RUNNING, job.started_at or timezone.now()
    job.note_kept = None
    begin_step(job, back.steps, lab_at)
    rows = Step.objects.bulk_create(back.steps)
    job.save()
    write_line(job, lab_at, say(_("Takes back what it did.")), Level.WARNING)
    if why := unmet(lab, rows[:1], lab_at).get(rows[0].pk):
        turn_back(lab, job, [*steps, *rows], lab_at, why)


def _undo_now(lab: Lab, job: Job, steps: Sequence[Step], back: WayBack, lab_at: datetime) -> list[Step]:
    """Each undoing that takes no time; what one cannot do does not keep the others from it."""
    by_position = {step.position: step for step in steps}
    undone: list[Step] = []
    for row in back.steps:
        step = by_position[row.undoes or 0]
        run = Run(lab, job, step, lab_at, steps=steps)
        outcome = happen(row.effect, run)
        LogLine.objects.bulk_create(run.lines)
        if outcome is None:
            undone.append(step)
            mark_undone(job, step, lab_at)
        else:
            why = outcome.text if isinstance(outcome, NotYet) else outcome
            text = say(_("Could not undo “%(step)s”: %(why)s"), step=step.title, why=why)
            write_line(job, lab_at, text, Level.ERROR)
    return undone


def mark_undone(job: Job, step: Step, lab_at: datetime) -> None:
    """Says that a step is taken back; the caller writes it."""
    step.state = StepState.UNDONE
    write_line(job, lab_at, say(_("Undone: %(step)s"), step=step.title), Level.WARNING)
