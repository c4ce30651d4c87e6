"""How many jobs of a lab run at once, and which queued one begins next."""

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import StepState
from virtlab.jobs.lifecycle.lifecycle import begin
from virtlab.jobs.lifecycle.way_back import turn_back
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.needs import asking_for, unmet
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.registry import UnknownOperationError, operation_named
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Assumption, Lab, Parameter
from virtlab.labs.parameters import ParameterSpec, register

logger = logging.getLogger(__name__)
AT_ONCE = ParameterSpec(
    key="jobs_at_once",
    label=_("Jobs at once in a lab"),
    unit="",
    default=32,
    minimum=1,
    maximum=10_000,
    step=1,
    group="jobs",
    source=_("VirtLab's own choice: more jobs queue, so that no lab can starve the others"),
    source_date="2026-11",
)


SPREAD = ParameterSpec(
    key="duration_p95_ratio",
    label=_("Durations that vary: 95th percentile ÷ median"),
    unit="",
    default=1.3,
    minimum=1,
    maximum=5,
    step=0.05,
    group="jobs",
    source=_("An assumption: boots, shutdowns and launches of the same kind differ by some tenths; 1 means no spread"),
    source_date="2026-11",
)


def declare() -> None:
    """Makes limit and spread parameters that administrators and labs may change."""
    register([AT_ONCE, SPREAD])


def limit_of(lab: Lab) -> int:
    """How many jobs may run at once in a lab: its own value, else the one in force for all."""
    own = Assumption.objects.filter(lab=lab, key=AT_ONCE.key).first()
    value = own or Parameter.objects.filter(key=AT_ONCE.key).first()
    return int(value.value) if value else int(AT_ONCE.default)


def begin_queued(lab: Lab, lab_at: datetime) -> list[Job]:
    """Begins as many queued jobs as there is room for, the oldest first; returns those that changed state.

    One that cannot begin any more fails and leaves its room to the next, so that none waits behind it for ever.
    """
    changed: list[Job] = []
    while (room := room_in(lab)) > 0:
        batch = list(_queued(lab)[:room])
        for job in batch:
            begin_or_refuse(lab, job, lab_at)
        changed += batch
        if len(batch) < room:
            break
    return changed


def room_in(lab: Lab) -> int:
    """How many more jobs may run at once in a lab; those that only wait take none of the places."""
    waiting = Step.objects.only_waiting().filter(job=OuterRef("pk"))
    running = Job.objects.running().filter(lab=lab)
    return limit_of(lab) - running.exclude(Exists(waiting)).count()


def labs_that_wait() -> list[int]:
    """Labs in which jobs are queued and none runs, so that no job's end will begin one (one query)."""
    running = Job.objects.running().filter(lab=OuterRef("lab"))
    queued = Job.objects.queued().exclude(Exists(running))
    return list(queued.order_by().values_list("lab_id", flat=True).distinct())


def _queued(lab: Lab) -> QuerySet[Job]:
    queued = Job.objects.queued().filter(lab=lab)
    return queued.select_related("lab").order_by("pk")


def begin_or_refuse(lab: Lab, job: Job, lab_at: datetime) -> None:
    """Begins a queued job, or turns it back with the reason where the world has changed so that it cannot start."""
    steps = list(job.steps.all())
    if why := why_not(lab, job, lab_at):
        turn_back(lab, job, steps, lab_at, why)
        return
    begin(job, steps, lab_at)


def why_not(lab: Lab, job: Job, lab_at: datetime) -> Text | None:
    """Why a kept job could not start at a lab time, None where it could."""
    try:
        with asking_for(job.pk):
            operation = revive(lab, job)
    except UnknownOperationError:
        return say(_("This VirtLab does not know the operation %(name)s any more."), name=job.operation)
    except LookupError as missing:
        return say(_("%(name)s does not exist any more."), name=str(missing.args[0]))
    if not is_past_return(job):
        # One that is tried again may have made what it names already: then its effects say what cannot be.
        if operation is None and job.attempt == 1:
            return say(_("Its parameters are not valid any more."))
        if operation and (why := _why_refused(job, operation)):
            return why
    return why_not_begun(lab, job.steps.filter(undoes=None, state=StepState.PENDING), lab_at)


def _why_refused(job: Job, operation: Operation) -> Text | None:
    with asking_for(job.pk):
        refusals = operation.refusals()
    return say(refusals[0].text) if refusals else None


def why_not_begun(lab: Lab, todo: Iterable[Step], lab_at: datetime) -> Text | None:
    """What a job lacks that begins with these steps: up to the first that takes time they need it now."""
    steps = list(todo)
    at_once = list(takewhile(lambda step: step.duration_s == 0, steps))
    return next(iter(unmet(lab, steps[: len(at_once) + 1], lab_at).values()), None)


def is_past_return(job: Job) -> bool:
    """Whether it is tried again after a point of no return: its object is no longer as it was before the job."""
    return job.steps.filter(final=True, state=StepState.DONE).exists()


def revive(lab: Lab, job: Job) -> Operation | None:
    """The operation of a kept job with its subject as it is now; None where the parameters are not valid any more.

    Raises UnknownOperationError, and LookupError with the subject's name where that is gone.
    """
    operation = operation_named(job.operation)
    subject = subject_of(operation, job)
    form = operation.form(lab, subject, job.params)
    return operation(lab, subject, form.cleaned_data) if form.is_valid() else None


def subject_of(operation: type[Operation], job: Job) -> models.Model | None:
    """The object that a kept job is about; raises LookupError with its name where it is gone."""
    if operation.subject_model is None or "subject" not in job.params:
        return None
    subject = operation.subjects(job.lab).filter(pk=job.params["subject"]).first()
    if subject is None:
        kind = ContentType.objects.get_for_model(operation.subject_model)
        named = job.subjects.filter(content_type=kind, object_id=job.params["subject"]).first()
        raise LookupError(named.name if named else str(operation.subject_model._meta.verbose_name))
    return subject
