"""How a job left what it held: where it stopped half-way, it goes on from there only if nobody changed that since."""

from collections.abc import Iterable

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.models import Job, JobSubject

ALWAYS_MOVING = ("updated_at",)


def write_down(job: Job) -> None:
    """Keeps how the objects are that a job holds (a query, one for each kind of object, and one to write)."""
    held = list(JobSubject.objects.filter(job=job, held=True).prefetch_related("subject"))
    for each in held:
        each.left_as = _columns(each.subject) if each.subject is not None else {}
    write_rows(JobSubject, held, ["left_as"])


def changed_since(job: Job) -> dict[str, list[str]]:
    """What is not as the job left it any more: the names of objects, each with its columns that changed (a query, and
    one for each kind of object).
    """
    left = JobSubject.objects.filter(job=job, exclusive=True).exclude(left_as={}).prefetch_related("subject")
    changed: dict[str, list[str]] = {}
    for each in left:
        now = _columns(each.subject) if each.subject is not None else {}
        if names := _labels(each.subject, (name for name, was in each.left_as.items() if now.get(name, was) != was)):
            changed[each.name] = names
    return changed


def _columns(subject: models.Model) -> dict[str, object]:
    """An object's columns as JSON holds them, but for those that change without anybody doing anything with it."""
    moving = {*ALWAYS_MOVING, *getattr(subject, "moving_columns", ())}
    plain = DjangoJSONEncoder()
    names = (field.attname for field in subject._meta.concrete_fields if field.attname not in moving)
    return {name: _plain(plain, getattr(subject, name)) for name in names}


def _plain(encoder: DjangoJSONEncoder, value: object) -> object:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return encoder.default(value)


def _labels(subject: models.Model | None, names: Iterable[str]) -> list[str]:
    labels = {field.attname: str(field.verbose_name) for field in subject._meta.concrete_fields} if subject else {}
    return [labels.get(name, name) for name in names]
