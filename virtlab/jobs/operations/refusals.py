"""The ways in which a request is turned down, each with what the user is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.text import Text, say

GOING_BACK = _("It is already taking back what it did.")
NOT_TAKEN_BACK = _("“%(step)s” cannot be taken back: the job goes on to its end.")


class Refused(Exception):
    """The operation cannot start (or the job cannot be changed): each refusal is a sentence.

    `form` is the request's, valid, where it has come so far.
    """

    def __init__(self, refusals: Sequence[Refusal], form: OperationForm | None = None) -> None:
        self.refusals = list(refusals)
        self.form = form
        super().__init__(" ".join(str(refusal.text) for refusal in refusals))


class Invalid(Exception):
    """The form's fields have errors."""

    def __init__(self, form: OperationForm) -> None:
        self.form = form
        super().__init__(form.errors.as_text())


@dataclass(frozen=True, slots=True)
class Stale:
    """A column of the subject that changed since the form was shown."""

    name: str
    seen: str
    now: str


class StaleForm(Exception):
    """The subject changed since the form was shown; nothing was started."""

    def __init__(self, changes: Sequence[Stale]) -> None:
        self.changes = list(changes)
        super().__init__(", ".join(change.name for change in changes))


def gone(name: str) -> Refused:
    """The object was deleted meanwhile."""
    return Refused([Refusal(say(_("%(name)s does not exist any more."), name=name))])


def busy(name: str, job: Job, *, may_cancel: bool | None = None) -> Refusal:
    """Another job holds the object. Whether that one can be cancelled is asked where the caller does not know."""
    if may_cancel is None:
        may_cancel = why_not_taken_back(job) is None
    cancelled = _("%(name)s is busy: “%(job)s” (job %(id)s) is still to end. Wait for it or cancel it.")
    waited = _("%(name)s is busy: “%(job)s” (job %(id)s) is still to end and cannot be cancelled. Wait for it.")
    text = say(cancelled if may_cancel else waited, name=name, job=job.title, id=str(job.pk))
    return Refusal(text, job=job)


def asked_for(name: str, job: Job, field: str = "") -> Refusal:
    """Another job will give this name, or address, to what it makes."""
    cancelled = _(
        "%(name)s is asked for by “%(job)s” (job %(id)s), which is still to end: choose another, or cancel it."
    )
    chosen = _("%(name)s is asked for by “%(job)s” (job %(id)s), which is still to end: choose another.")
    message = chosen if why_not_taken_back(job) else cancelled
    return Refusal(say(message, name=name, job=job.title, id=str(job.pk)), field, job=job)


def needed_twice(name: str) -> Refusal:
    """Another job of the same bulk request needs the object for itself."""
    return Refusal(
        say(_("%(name)s is needed by another job of the same request. Start this one afterwards."), name=name)
    )


def already_ended(job: Job) -> Refused:
    """A job that ended cannot be cancelled."""
    text = say(_("“%(job)s” has ended already (%(state)s)."), job=job.title, state=job.get_state_display())
    return Refused([Refusal(text, job=job)])


def why_not_taken_back(job: Job) -> Text | None:
    """Why an active job cannot be cancelled any more, in words; None where it can."""
    if job.goes_back:
        return say(GOING_BACK)
    if step := _not_taken_back([job]).first():
        return say(NOT_TAKEN_BACK, step=step.title)
    return _by_operation(job)


def never_cancelled(jobs: Collection[Job]) -> set[int]:
    """The keys of those active jobs that cannot be cancelled any more (one query, and what their operations ask)."""
    steps = _not_taken_back(jobs) if jobs else Step.objects.none()
    begun = set(steps.values_list("job_id", flat=True))
    return begun | {job.pk for job in jobs if job.goes_back or (job.pk not in begun and _by_operation(job))}


def _not_taken_back(jobs: Collection[Job]) -> QuerySet[Step]:
    steps = Step.objects.filter(job__in=jobs, final=True, undo="", way_back=[], interruptible=False)
    return steps.filter(state__in=(StepState.DONE, StepState.RUNNING))


def _by_operation(job: Job) -> Text | None:
    known = OPERATIONS.get(job.operation)
    return known.why_not_cancelled(job) if known else None
