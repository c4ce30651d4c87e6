"""Reading jobs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet

from virtlab.jobs.models import Agenda, Job, JobSubject, Step
from virtlab.jobs.models.step import MOVES
from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.operations.needs import asking_job, lost_in_time
from virtlab.jobs.operations.resources import RESOURCES, resource_key
from virtlab.labs.models import Lab


def names_of_subjects(jobs: Collection[Job]) -> list[str]:
    """The names in events of the objects that jobs touch (one query)."""
    mentions = JobSubject.objects.filter(job__in=jobs).values_list("content_type_id", "object_id")
    return [name_in_events(kind, pk) for kind, pk in mentions]


def name_in_events(content_type_id: int, pk: int) -> str:
    """An object's name in events: "hosts.virtualmachine:12"."""
    kind = ContentType.objects.get_for_id(content_type_id)
    return f"{kind.app_label}.{kind.model}:{pk}"


def jobs_of(subject: models.Model) -> QuerySet[Job]:
    """The jobs that touched an object, or moved bytes through it, newest first."""
    kind = ContentType.objects.get_for_model(subject)
    mentions = JobSubject.objects.filter(content_type=kind, object_id=subject.pk)
    touched = Q(pk__in=mentions.values("job"))
    if kind.model in RESOURCES:
        lab = subject.serializable_value("lab")
        touched |= Q(pk__in=_steps_through(lab, resource_key(kind.model, subject.pk)).values("job"))
    return Job.objects.filter(touched).select_related("lab", "requested_by")


def _steps_through(lab: int, key: str) -> QuerySet[Step]:
    """Steps that moved bytes through "datastore:5" or the like, or do."""
    return Step.objects.moving_through(key).filter(job__lab=lab, started_lab_at__isnull=False)


def jobs_holding(model: type[models.Model], lab_id: int) -> dict[int, int]:
    """Object → job for all objects of a model that are held in a lab (one query), e.g. to mark VMs on a page."""
    kind = ContentType.objects.get_for_model(model)
    held = JobSubject.objects.filter(content_type=kind, held=True, job__lab_id=lab_id)
    return dict(held.values_list("object_id", "job_id"))


def jobs_to_name(lab: Lab | None, kind: str, names: Collection[str], **where: Any) -> dict[str, Job]:
    """Which of these names jobs that are still to end will give to what they make (one query); `kind`: as effects call
    them ("host.name"), `where`: what else the parameters of their steps must say. The job that asks, and what it is a
    part of, are not in its own way.
    """
    paths = {effect.name: effect.names[kind] for effect in EFFECTS.values() if kind in effect.names}
    steps = Step.objects.open().filter(job__lab=lab, job__ends_as="", undoes=None, effect__in=paths)
    steps = steps.filter(**{f"params__{name}": value for name, value in where.items()})
    if asking := asking_job():
        steps = steps.exclude(job=asking).exclude(job__children=asking)
    wanted = set(names)
    rows = [(name, step.job) for step in steps.select_related("job") for name in _at(step.params, paths[step.effect])]
    return {name: job for name, job in rows if name in wanted}


def _at(value: Any, path: str) -> Iterator[str]:
    """What stands at a path of a step's parameters, through lists."""
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif not path:
        yield str(value)
    elif value:
        key, _dot, rest = path.partition(".")
        yield from _at(value.get(key), rest)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes through a resource now: how much in all, and the jobs of which it is."""

    mib_per_s: float
    jobs: list[Job]


def driven_lab_time(lab: Lab) -> datetime:
    """Until when it is known what happened: now, or where the worker is behind, until what is due first (one query)."""
    due = Agenda.objects.filter(lab=lab).values_list("next_due_lab_at", flat=True).first()
    now = lab.lab_time()
    return min(due, now) if due else now


def moving_steps(lab: Lab) -> QuerySet[Step]:
    """The steps of a lab that move bytes at the moment."""
    moving = Step.objects.in_progress().moving().filter(job__lab=lab, rated_lab_at__isnull=False)
    return moving.select_related("job")


def labs_in_motion() -> QuerySet[Step, int]:
    """The keys of the labs in which bytes are on their way, or steps need what time alone can take away."""
    running = Step.objects.in_progress()
    counts = Q(rated_lab_at__isnull=False) & MOVES
    for name in lost_in_time():
        counts |= Q(pk__in=running.needing(name).values("pk"))
    return running.filter(counts).order_by("job__lab").values_list("job__lab", flat=True).distinct()


def labs_with_queued_jobs() -> QuerySet[Job, int]:
    """The keys of the labs in which jobs wait for room."""
    return Job.objects.queued().order_by("lab").values_list("lab", flat=True).distinct()


def traffic_through(lab: Lab, key: str) -> Traffic:
    """The jobs whose bytes go through "datastore:5" or the like at the moment (one query)."""
    moving = moving_steps(lab).filter(rate_mib_per_s__gt=0).order_by("job")
    through = [(step, step.flow["through"].count(key)) for step in moving if key in step.flow["through"]]
    rate = sum((step.rate_mib_per_s or 0.0) * passes for step, passes in through)
    return Traffic(rate, [step.job for step, _passes in through])
