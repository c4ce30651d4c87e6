"""Twins of an object of a case: it again under another name, with all that belongs to it."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from hosts.models import Backup, Cluster, Host, Snapshot, VirtualMachine
from instances.models import ElasticAddress, Fault, Instance, Volume
from virtlab.labs.models import Workload

OWNER: dict[type[models.Model], str] = {Backup: "vm", Snapshot: "vm", Volume: "instance", ElasticAddress: "instance"}
"""What an object is part of: its twin is part of a twin of that."""
OWNED: dict[type[models.Model], tuple[str, ...]] = {
    Cluster: ("hosts",),
    Host: ("virtual_machines",),
    VirtualMachine: ("snapshots", "backups"),
    Instance: ("volumes", "elastic"),
    Workload: ("trace",),
}
NAMED: dict[type[models.Model], str] = {Fault: "type_name"}
"""What keeps two objects of a lab apart where it is not their name."""


def twins(subject: models.Model, count: int) -> list[models.Model]:
    """So many twins of an object."""
    subject = type(subject)._default_manager.get(pk=subject.pk)
    whole = getattr(subject, OWNER.get(type(subject), ""), None) or subject
    rows = list(_belonging(whole))
    return [_twin(subject, rows, number) for number in range(1, count + 1)]


def _belonging(row: models.Model) -> Iterator[models.Model]:
    """The row with what is its own, behind the workload that it runs."""
    if workload := getattr(row, "workload", None) if isinstance(row, (Instance, VirtualMachine)) else None:
        yield from _belonging(workload)
    yield row
    for name in OWNED.get(type(row), ()):
        owned: Any = getattr(row, name, None)
        for each in [owned] if isinstance(owned, models.Model) else owned.all() if owned else ():
            yield from _belonging(each)


def _twin(subject: models.Model, rows: list[models.Model], number: int) -> models.Model:
    made: dict[models.Model, models.Model] = {}
    for row in rows:
        made[row] = type(row)(**{field.attname: _value(row, field, number) for field in row._meta.concrete_fields})
        _point(row, made)
        made[row].save(force_insert=True)
    for row in rows:  # those that point at what came after them
        if _point(row, made):
            made[row].save()
    return made[subject]


def _point(row: models.Model, made: dict[models.Model, models.Model]) -> bool:
    """Lets a twin refer to the twins of what the row refers to, as far as they are there; whether it did not before."""
    changed = False
    for field in row._meta.concrete_fields:
        twin = made.get(getattr(row, field.name)) if field.is_relation and getattr(row, field.attname) else None
        if twin is not None and twin.pk and getattr(made[row], field.attname) != twin.pk:
            setattr(made[row], field.name, twin)
            changed = True
    return changed


def _value(row: models.Model, field: Any, number: int) -> Any:
    value = getattr(row, field.attname)
    if field.primary_key:
        return None
    if field.name == NAMED.get(type(row), "name"):
        return f"{value}-{number}"
    return field.get_default() if field.unique and field.has_default() else value
