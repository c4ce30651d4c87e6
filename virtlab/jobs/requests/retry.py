"""Continuing a job that stopped, or running it anew. Each is one transaction under the lab's lock."""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import JobKind, JobState, StepState
from virtlab.jobs.lifecycle.admission import is_past_return, revive, subject_of, why_not_begun
from virtlab.jobs.lifecycle.left_as import changed_since
from virtlab.jobs.lifecycle.lifecycle import begin, steps_of, write_line
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Held, Refusal
from virtlab.jobs.operations.refusals import Refused, gone
from virtlab.jobs.operations.registry import UnknownOperationError, operation_named
from virtlab.jobs.requests.prepare import Request, in_the_way
from virtlab.jobs.requests.start import foresee_from, start
from virtlab.jobs.requests.under_lock import lock, publish, room_left
from virtlab.jobs.requests.write_jobs import drawn
from virtlab.jobs.text import say
from virtlab.labs.models import Lab
from virtlab.web.formats import names


def retry(job: Job, actor: Actor) -> Job:
    """Continues a failed or cancelled job: what was undone, the step that failed, and the rest. Raises Refused."""
    with transaction.atomic():
        lab = lock(job.lab_id)
        job = Job.objects.get(pk=job.pk)
        standing = standing_of(job)
        operation = _require_retry(lab, job, standing)
        in_lab = job.kind == JobKind.LAB
        audit.record(actor, "job.retry", lab, job=job, before={"state": job.state})
        JobSubject.objects.filter(job=job, exclusive=True).update(held=True)
        _reset(lab, job, operation, standing)
        write_line(job, lab.lab_time(), say(_("Attempt %(number)s."), number=job.attempt))
        steps = list(job.steps.all())
        todo = [step for step in steps if step.state == StepState.PENDING]
        # What goes on half-way was asked this already.
        if in_lab and not standing.kept and (why := why_not_begun(lab, todo, lab.lab_time())):
            raise Refused([Refusal(why, job=job)])
        if in_lab and (_takes_no_place(job, todo) or room_left(lab, excluding=job) > 0):
            begin(job, steps, lab.lab_time())
        publish(lab, job, *foresee_from(lab, [job]))
    return job


def run_again(job: Job, actor: Actor, key: str = "") -> Job:
    """Starts the same operation anew, with the same parameters on the object as it is now. Raises as `start` does.

    The same key again gives the same job: a double click starts one.
    """
    try:
        operation = operation_named(job.operation)
        subject = subject_of(operation, job)
    except UnknownOperationError:
        raise Refused([Refusal(say(_("This cannot be run again from here: start it where you did before.")))]) from None
    except LookupError as missing:
        raise gone(str(missing.args[0])) from None
    return start(job.lab, Request(operation, subject, job.params, actor, key))


class Standing(NamedTuple):
    """How many steps need not be done again, and those that are to be done."""

    kept: int
    todo: Sequence[Step]


def standing_of(job: Job) -> Standing:
    """What still stands of a job that ended: up to the last step that is done and whose outcome is there (a query)."""
    steps = list(job.steps.filter(undoes=None))
    done = takewhile(lambda step: step.state == StepState.DONE, steps)
    stands = (n for n, step in enumerate(done, 1) if step.final or step.undo or step.way_back)
    kept = max(stands, default=0)
    return Standing(kept, steps[kept:])


class RetryOffer(NamedTuple):
    """Where a job that ended without success would go on (None: it begins anew), and why it cannot be tried again."""

    first: Step | None
    why_not: str


def retry_offer(job: Job) -> RetryOffer | None:
    """What its page offers; None where there is nothing to try again (a few queries)."""
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        return None
    standing = standing_of(job)
    first = standing.todo[0] if standing.kept and standing.todo else None
    try:
        _require_retry(job.lab, job, standing)
    except Refused as refused:
        return RetryOffer(first, str(refused))
    return RetryOffer(first, "")


def _takes_no_place(job: Job, todo: Sequence[Step]) -> bool:
    """Whether it begins however many jobs run: it only waits, or is something that happens to a lab."""
    return todo[0].waits or not operation_named(job.operation).queues


def _require_retry(lab: Lab, job: Job, standing: Standing) -> Operation | None:
    """Raises Refused; the operation as it would run now, None where only what is left of it can be done."""
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise Refused([Refusal(say(_("Only a job that failed or was cancelled can be retried.")), job=job)])
    holds = [Held(s.subject) for s in job.subjects.all() if s.exclusive and s.subject is not None]
    if refusals := in_the_way(holds, excluding=job):
        raise Refused(refusals)
    return _require_possible(lab, job, standing) if job.kind == JobKind.LAB else None


def _require_possible(lab: Lab, job: Job, standing: Standing) -> Operation | None:
    if not standing.todo:
        raise Refused([Refusal(say(_("All its steps are done: nothing is left to try again.")), job=job)])
    try:
        operation = revive(lab, job)
    except LookupError as missing:
        raise gone(str(missing.args[0])) from None
    if why := operation_named(job.operation).why_not_retried(job):
        raise Refused([Refusal(why, job=job)])
    if standing.kept:
        _require_as_it_was(lab, job, standing)
    if operation is None and not standing.kept and not job.children.exists():
        # Nothing stands of it or its parts, so that somebody else has the name that it asks for, or the like.
        raise Refused([Refusal(say(_("Its parameters are not valid any more.")), job=job)])
    if operation and not is_past_return(job) and (refusals := operation.refusals()):
        raise Refused(refusals)
    return None if standing.kept else operation


def _require_as_it_was(lab: Lab, job: Job, standing: Standing) -> None:
    """What a step says that it lacks tells more than that something changed: it comes first."""
    if why := why_not_begun(lab, standing.todo, lab.lab_time()):
        raise Refused([Refusal(why, job=job)])
    if changed := changed_since(job):
        raise Refused([_changed(job, name, columns) for name, columns in changed.items()])


def _changed(job: Job, name: str, columns: Sequence[str]) -> Refusal:
    message = _("%(name)s is not as this job left it: %(columns)s. What is left to do may not fit any more.")
    return Refusal(say(message, name=name, columns=names(columns)), job=job)


def _reset(lab: Lab, job: Job, operation: Operation | None, standing: Standing) -> None:
    """What does not stand is to be done anew; what took steps back is history, which the log keeps.

    Where nothing stands it is planned anew: its object may be of another size by now, or on another host.
    """
    if operation:
        job.steps.all().delete()
        Step.objects.bulk_create(steps_of(job, drawn(lab, operation)))
    job.steps.filter(undoes__isnull=False).delete()
    afresh = {"ended_lab_at": None, "ended_at": None, "moved_gib": 0.0, "rate_mib_per_s": None, "rated_lab_at": None}
    job.steps.filter(position__gte=standing.kept).update(state=StepState.PENDING, **afresh)
    job.state, job.attempt, job.ends_as, job.position = JobState.QUEUED, job.attempt + 1, "", standing.kept
    steps = list(job.steps.all())
    job.planned_s, job.duration_s = sum(step.planned_s for step in steps), sum(step.duration_s for step in steps)
    job.share_done, job.share_due = 0.0, 0.0
    job.error_kept = job.ended_at = job.ends_lab_at = None
    job.cancel_requested, job.progress_reported, job.lease, job.lease_until = False, 0.0, "", None
    job.save()
