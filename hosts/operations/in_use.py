"""Jobs in the way of what would take away what they use: those that hold an object, and those that only mention it."""

from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from hosts.models import Cluster, VirtualMachine
from virtlab.jobs.choices import ACTIVE
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.refusals import busy
from virtlab.jobs.operations.registry import OPERATIONS


def closed(cluster: Cluster) -> list[Refusal]:
    """The cluster's hosts are being installed anew (one query)."""
    job = closing_job(cluster)
    return [busy(cluster.name, job)] if job else []


def closing_job(cluster: Cluster) -> Job | None:
    """The job that installs the cluster's hosts anew (one query)."""
    job = holding_job(cluster)
    known = OPERATIONS.get(job.operation) if job else None
    return job if known and known.closes else None


def taken_away(source: VirtualMachine) -> list[Refusal]:
    """A guest or template that is to be copied is being deleted or converted (one query)."""
    job = holding_job(source)
    known = OPERATIONS.get(job.operation) if job else None
    return [busy(source.name, job)] if job and known and known.takes_away else []


def holding_job(subject: models.Model) -> Job | None:
    """The job that has an object for itself (one query)."""
    held = _of([subject]).filter(held=True).select_related("job").first()
    return held.job if held else None


def in_use(called: str, subjects: Sequence[models.Model], among: Sequence[JobSubject] | None = None) -> list[Refusal]:
    """A refusal for each job that uses one of these without holding it: of parts of a job the whole is named. `among`:
    the mentions of these and of others, read where they are not given.
    """
    keys = {(ContentType.objects.get_for_model(subject).pk, subject.pk) for subject in subjects}
    every = mentions(subjects) if among is None else among
    jobs = (each.job for each in every if (each.content_type_id, each.object_id) in keys)
    return [busy(called, job) for job in wholes(jobs)]


def mentions(subjects: Sequence[models.Model]) -> list[JobSubject]:
    """By jobs that use one of these without holding it, and work or are to, in the order of their start (one query).
    Those that only wait, for a delivery, are not among them.
    """
    waits = Step.objects.only_waiting().filter(job=OuterRef("job"))
    mentioned = _of(subjects).filter(~Exists(waits), held=False, exclusive=False, job__state__in=ACTIVE)
    return list(mentioned.select_related("job__parent").order_by("job"))


def wholes(jobs: Iterable[Job]) -> list[Job]:
    """The jobs, each once; instead of parts of a job the whole."""
    return list({job.pk: job for job in (part.parent or part for part in jobs)}.values())


def _of(subjects: Sequence[models.Model]) -> QuerySet[JobSubject]:
    keys: dict[type[models.Model], list[int]] = {}
    for subject in subjects:
        keys.setdefault(type(subject), []).append(subject.pk)
    wanted = Q(pk__in=[])
    for model, pks in keys.items():
        wanted |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=pks)
    return JobSubject.objects.filter(wanted)
