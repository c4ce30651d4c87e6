"""One request to start an operation: validated, checked under the lab's lock, and written as a job."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import JobKind
from virtlab.jobs.lifecycle import write_steps, write_subjects
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operation import Operation, kept_params
from virtlab.jobs.plans import Held, Refusal
from virtlab.jobs.refusals import Invalid, Refused, Stale, StaleForm, busy, gone
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for.

    key: the same for a repeated request, which then starts nothing new. seen: the subject as the form showed it
    (`Operation.fingerprint`), None where no form was shown.
    """

    operation: type[Operation]
    subject: models.Model | None
    params: dict[str, Any]
    actor: Actor
    key: str = ""
    seen: dict[str, str] | None = None
    parent: Job | None = field(default=None)


def prepare(lab: Lab, request: Request) -> Operation:
    """The operation as it would run now; raises Refused, StaleForm or Invalid where it would not."""
    subject = _fresh(lab, request.subject)
    _require_unchanged(request, subject)
    form = request.operation.form(lab, subject, request.params)
    if not form.is_valid():
        raise Invalid(form)
    operation = request.operation(lab, subject, form.cleaned_data)
    refusals = [*in_the_way(operation.holds()), *operation.check()]
    if refusals:
        raise Refused(refusals)
    return operation


def write(lab: Lab, request: Request, operation: Operation) -> Job:
    """Writes the job with its steps and subjects, queued."""
    plan = operation.plan()
    form = request.operation.form(lab, operation.subject, request.params)
    job = Job.objects.create(
        lab=lab,
        kind=JobKind.LAB,
        operation=operation.name,
        side=operation.side,
        title_kept=operation.describe().as_json(),
        params=kept_params(form) | ({"subject": operation.subject.pk} if operation.subject else {}),
        duration_s=plan.duration_s,
        key=request.key,
        parent=request.parent,
        **request.actor.as_fields(),
    )
    write_steps(job, plan)
    write_subjects(job, operation.holds())
    return job


def in_the_way(holds: Iterable[Held], but: Job | None = None) -> list[Refusal]:
    """A refusal for each object that another job holds (one query)."""
    wanted = Q(pk__in=[])
    for held in holds:
        if held.exclusive:
            kind = ContentType.objects.get_for_model(held.thing)
            wanted |= Q(content_type=kind, object_id=held.thing.pk)
    taken = JobSubject.objects.filter(wanted, held=True).select_related("job")
    return [busy(subject.name, subject.job) for subject in taken if subject.job != but]


def _fresh(lab: Lab, subject: models.Model | None) -> models.Model | None:
    if subject is None:
        return None
    fresh = type(subject)._default_manager.filter(pk=subject.pk).first()
    if fresh is None or getattr(fresh, "lab_id", lab.pk) != lab.pk:
        raise gone(str(subject))
    return fresh


def _require_unchanged(request: Request, subject: models.Model | None) -> None:
    if request.seen is None:
        return
    now = request.operation.fingerprint(subject)
    changes = [
        Stale(name, request.seen[name], now[name]) for name in now if request.seen.get(name, now[name]) != now[name]
    ]
    if changes:
        raise StaleForm(changes)
