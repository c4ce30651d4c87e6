"""How a job comes into being, begins and ends, and how an effect happens. All is called under the lab's lock."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobKind, JobState, Level, StepState
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.left_as import write_down
from virtlab.jobs.links import kept_name
from virtlab.jobs.models import Job, JobSubject, LogLine, Step
from virtlab.jobs.operations.effects import EFFECTS, EffectFunction, NotYet, Run, StepFailed
from virtlab.jobs.operations.needs import asking_for, lost_in_time
from virtlab.jobs.operations.plan import Held, PlannedStep
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab

logger = logging.getLogger(__name__)
# The database went away: nothing of the step counts, the whole transaction is repeated later.
DATABASE_GONE = (OperationalError, InterfaceError)
STEP_FIELDS = ["state", "memory", "started_lab_at", "ended_lab_at", "ended_at", "late_s"]
FLOW_FIELDS = ["moved_gib", "rate_mib_per_s", "rated_lab_at", "limited_by"]
BEGIN_FIELDS = ["state", "started_lab_at", "planned_start_lab_at", "planned_end_lab_at"]
SHARE_FIELDS = ["share_done", "share_lab_at", "share_due"]
DUE_FIELDS = ["due_lab_at", "needs_until_lab_at", "ends_lab_at"]
JOB_FIELDS = ["state", "position", *DUE_FIELDS, "ended_at", "error_kept", "ends_as", *SHARE_FIELDS]


def steps_of(job: Job, case: Sequence[PlannedStep]) -> list[Step]:
    """A plan's steps, not written yet, as they are in one case of it; raises ValueError for a plan without any."""
    if not case:
        raise ValueError(f"The plan of {job.operation} has no steps.")
    return [Step(job=job, position=position, **planned.columns()) for position, planned in enumerate(case)]


def write_subjects(job: Job, holds: Sequence[Held]) -> None:
    """Links the job to what it touches and holds what it must have for itself."""
    JobSubject.objects.bulk_create(subjects_of(job, holds))


def subjects_of(job: Job, holds: Sequence[Held]) -> list[JobSubject]:
    """What links the job to the objects that it touches, not written yet."""
    return [
        JobSubject(
            job=job,
            content_type=ContentType.objects.get_for_model(held.subject),
            object_id=held.subject.pk,
            name=kept_name(held.subject),
            held=held.exclusive,
            exclusive=held.exclusive,
        )
        for held in holds
    ]


def begin(job: Job, steps: list[Step], lab_at: datetime) -> None:
    """Starts a job at a lab time, at its first step that is still to be done."""
    write_rows(Step, schedule(job, steps, lab_at), BEGIN_FIELDS)
    job.save(update_fields=[*JOB_FIELDS, "started_at", "started_lab_at"])


def schedule(job: Job, steps: list[Step], lab_at: datetime) -> list[Step]:
    """Sets a job and its steps that are still to be done running from a lab time on; returns those. Writes nothing."""
    todo = [step for step in steps if step.state != StepState.DONE]
    at = lab_at
    for step in todo:
        step.state = StepState.PENDING
        step.planned_start_lab_at, at = at, at + timedelta(seconds=step.planned_s)
        step.planned_end_lab_at = at
    # One that goes on half-way began when its steps did that stand.
    stands = len(todo) < len(steps) and job.started_lab_at is not None
    job.state, job.started_at = JobState.RUNNING, timezone.now()
    job.started_lab_at = job.started_lab_at if stands else lab_at
    begin_step(job, todo, lab_at)
    return todo


def begin_step(job: Job, todo: Sequence[Step], lab_at: datetime) -> None:
    """Sets the first of the steps to come running at a lab time. Writes nothing.

    One that shares its resources is due at once: the runner finds out then, in the order of lab time, how fast it is.
    So is one that may lose what it needs by time alone: the runner finds out when.
    """
    step, left_s, timed = todo[0], sum(each.duration_s for each in todo), lost_in_time()
    step.state, step.started_lab_at = StepState.RUNNING, lab_at
    job.position = step.position
    if not job.ends_as or step.undoes is not None:  # else its way back comes after the steps that cannot be stopped
        job.ends_lab_at = lab_at + timedelta(seconds=left_s)
    job.due_lab_at = lab_at if step.flow else lab_at + timedelta(seconds=step.duration_s)
    job.needs_until_lab_at = lab_at if any(kept["need"] in timed for kept in step.needs) else None
    job.share_lab_at = lab_at
    if job.ends_as and step.undoes is None and job.duration_s > 0:
        job.share_done, job.share_due = job.share_due, job.share_due + step.duration_s / job.duration_s
    elif job.duration_s > 0:
        job.share_done = max(job.share_done, 1.0 - left_s / job.duration_s)
        job.share_due = max(job.share_done, 1.0 - (left_s - step.duration_s) / job.duration_s)


def end(job: Job, state: str, lab_at: datetime | None, error: Text | None = None) -> None:
    """Ends a job and lets go of what it held; how it leaves that is kept where it may be tried again."""
    if job.kind == JobKind.LAB and state != JobState.SUCCEEDED:
        write_down(job)
    job.state, job.ended_at, job.due_lab_at, job.needs_until_lab_at = state, timezone.now(), None, None
    job.ends_lab_at = lab_at
    job.error_kept = error.as_json() if error else None
    job.ends_as = ""
    job.save(update_fields=JOB_FIELDS)
    JobSubject.objects.filter(job=job, held=True).update(held=False)


def happen(name: str, run: Run) -> Text | NotYet | None:
    """Lets an effect happen inside a savepoint: None when it did, why not, or that it has to wait.

    Where it did not, nothing of it is left. A database that went away is raised on: the transaction is repeated later.
    """
    if not name:
        return None
    if name not in EFFECTS:
        return say(_("This VirtLab does not know the effect %(name)s."), name=name)
    return _guarded(EFFECTS[name], run)


def _guarded(function: EffectFunction, run: Run) -> Text | NotYet | None:
    memory = run.step.memory
    try:
        with transaction.atomic(), asking_for(run.job.pk):
            function(run)
    except StepFailed as failure:
        outcome: Text | NotYet = failure.text
    except NotYet as waiting:
        outcome = waiting
    except DATABASE_GONE:
        raise
    except Exception as fault:
        logger.exception("Effect %s of job %s", run.step.effect, run.job.pk)
        outcome = say(
            _("A fault in VirtLab (%(kind)s) stopped the step; the server's log has it."), kind=type(fault).__name__
        )
    else:
        return None
    run.step.memory = memory
    run.lines.clear()
    run.started.clear()
    return outcome


def write_line(job: Job, lab_at: datetime | None, text: Text, level: str = Level.INFO) -> None:
    """Adds one line to a job's log."""
    LogLine.objects.create(job=job, lab_at=lab_at, level=level, text_kept=text.as_json())


def bump_revision(lab: Lab) -> None:
    """Marks that what runs where changed, so that computed results of before are not used any more."""
    Lab.objects.filter(pk=lab.pk).update(revision=F("revision") + 1)
    lab.revision += 1
