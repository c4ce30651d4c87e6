"""Guests that are on their way to run, to another host or to another size: they have been admitted, so their memory and
vCPU are taken, also where they will be.

Admission is judged at power-on: "When you power on a virtual machine, the system checks the amount of CPU and memory
resources that have not yet been reserved" (VMware vSphere 7.0 Resource Management, Admission Control; looked up
2026-11).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from hosts.choices import PowerState
from virtlab.jobs.models import Step

GUEST = F("job__subjects__object_id")
COPIED = Cast(KeyTextTransform("source", "params"), BigIntegerField())
NOT_COPIED = Q(copied=None) | ~Q(guest=F("copied"))
"""A job holds the guest too that it only copies."""


def lets_run(source: int | None = None) -> dict[str, Any]:
    """What the parameters of a step say at whose end the guest runs that its job holds; `source`: the job holds that
    one too, which it only copies. A step that gives it another host or size says `host`, `vcpu`, `memory_mib`.
    """
    return {"power_state": str(PowerState.RUNNING), **({"source": source} if source else {})}


class Then(NamedTuple):
    """What a guest will be once its job has ended; None stays as it is."""

    host: int | None
    vcpu: int | None
    memory_mib: int | None

    @classmethod
    def of(cls, params: Iterable[Mapping[str, Any]]) -> "Then | None":
        """From the parameters of steps that say it: where a guest is moved, what size it gets; None where none does."""
        said = {name: each[name] for each in params for name in cls._fields if each.get(name)}
        return cls(*(said.get(name) for name in cls._fields)) if said else None


def coming_up(lab: int) -> "QuerySet[Step, int]":
    """Keys of a lab's guests that a job holds which has a step in progress or to come that lets them run: those that
    boot or resume, and those that a job shut down to start them again. From the steps.
    """
    runs = Q(params__power_state=str(PowerState.RUNNING))
    return _to_come(lab, runs).annotate(guest=GUEST, copied=COPIED).filter(NOT_COPIED).values_list("guest", flat=True)


def then(lab: int) -> dict[int, Then]:
    """What jobs that have been admitted make of a lab's guests, by their keys: of those that get another host or size
    (one query).
    """
    steps = _to_come(lab, Q(params__has_any_keys=Then._fields)).annotate(guest=GUEST, copied=COPIED)
    params: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for guest, said in steps.filter(NOT_COPIED).values_list("guest", "params"):
        params[guest].append(said)
    return {guest: becomes for guest, said in params.items() if (becomes := Then.of(said))}


def _to_come(lab: int, which: Q) -> "QuerySet[Step]":
    """Steps in progress or to come of jobs that hold guests, once for each of these."""
    holding_guests = {
        "job__subjects__held": True,
        "job__subjects__content_type__app_label": "hosts",
        "job__subjects__content_type__model": "virtualmachine",
    }
    return Step.objects.open().filter(which, job__lab=lab, **holding_guests).order_by()
