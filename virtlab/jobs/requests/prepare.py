"""Requests to start operations: validated, and checked under the lab's lock, one or many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from virtlab.jobs.actor import Actor
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Held, Refusal
from virtlab.jobs.operations.refusals import (
    Invalid,
    Refused,
    Stale,
    StaleForm,
    busy,
    gone,
    needed_twice,
    never_cancelled,
)
from virtlab.labs.models import Lab

Key = tuple[int, int]
"""An object: its content type and its primary key."""


LONGEST_KEY = 64


def request_key(sent: str) -> str:
    """The key of a request as a database can hold it, whatever was sent."""
    return sent.replace("\0", "")[:LONGEST_KEY]


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for.

    key: the same for a repeated request, which then starts nothing new. seen: the subject as the form showed it
    (`Operation.fingerprint`), None where no form was shown. batch: the same for all that were started together.
    form: bound by a page that only looks, to a subject just read; else the params make one of the subject as it is now.
    """

    operation: type[Operation]
    subject: models.Model | None
    params: Any
    actor: Actor
    key: str = ""
    seen: dict[str, str] | None = None
    parent: Job | None = field(default=None)
    batch: str = ""
    form: OperationForm | None = None


@dataclass(slots=True)
class Prepared:
    """What became of a request: the operation as it would run now, with its form and what it holds, or why not."""

    request: Request
    operation: Operation | None = None
    form: OperationForm | None = None
    holds: Sequence[Held] = ()
    refused: Refused | Invalid | StaleForm | None = None

    def ready(self) -> tuple[Operation, OperationForm]:
        """The operation and its valid form; raises Refused, StaleForm or Invalid where it cannot run."""
        if self.refused is not None:
            raise self.refused
        assert self.operation is not None
        assert self.form is not None
        return self.operation, self.form


def prepare(lab: Lab, request: Request) -> Operation:
    """The operation as it would run now; raises Refused, StaleForm or Invalid where it would not."""
    [prepared] = prepare_all(lab, [request])
    return prepared.ready()[0]


def prepare_all(lab: Lab, requests: Sequence[Request]) -> list[Prepared]:
    """What becomes of each request, in their order: each knows those before it that can start.

    The queries that are VirtLab's own are the same for one and for many; checks and forms may add theirs.
    """
    fresh = _fresh(lab, [request for request in requests if request.form is None])
    prepared = [_formed(lab, request, fresh) for request in requests]
    _share(prepared)
    _check(prepared)
    return prepared


def in_the_way(holds: Iterable[Held], excluding: Job | None = None) -> list[Refusal]:
    """A refusal for each object that another job holds (one query)."""
    others = [subject for subject in _taken(holds).values() if subject.job != excluding]
    to_the_end = never_cancelled({subject.job for subject in others})
    return [busy(each.name, each.job, may_cancel=each.job_id not in to_the_end) for each in others]


def _fresh(lab: Lab, requests: Sequence[Request]) -> dict[tuple[str, int], models.Model]:
    """The subjects as they are now, by operation and key: one query for each operation."""
    keys: dict[type[Operation], list[int]] = {}
    for request in requests:
        if request.subject is not None:
            keys.setdefault(request.operation, []).append(request.subject.pk)
    return {
        (operation.name, subject.pk): subject
        for operation, wanted in keys.items()
        for subject in operation.subjects(lab).filter(pk__in=wanted)
    }


def _formed(lab: Lab, request: Request, fresh: dict[tuple[str, int], models.Model]) -> Prepared:
    if request.form is not None:
        return _judged(lab, request, request.form)
    subject = fresh.get((request.operation.name, request.subject.pk)) if request.subject is not None else None
    if request.subject is not None and subject is None:
        return Prepared(request, refused=gone(str(request.subject)))
    if changes := _changes(request, subject):
        return Prepared(request, refused=StaleForm(changes))
    return _judged(lab, request, request.operation.form(lab, subject, request.params))


def _judged(lab: Lab, request: Request, form: OperationForm) -> Prepared:
    if not form.is_valid():
        return Prepared(request, form=form, refused=Invalid(form))
    return Prepared(request, request.operation(lab, form.subject, form.cleaned_data), form)


def _share(requested: Sequence[Prepared]) -> None:
    """Lets the operations of one request read once what they share, and fills in what they hold."""
    shared: dict[str, Any] = {}
    together = [prepared.request.subject for prepared in requested if prepared.operation and prepared.request.subject]
    for prepared in requested:
        if prepared.operation:
            prepared.operation.shared, prepared.operation.together = shared, together
            prepared.holds = prepared.operation.holds()


def _changes(request: Request, subject: models.Model | None) -> list[Stale]:
    if request.seen is None:
        return []
    now = request.operation.fingerprint(subject)
    return [
        Stale(name, request.seen[name], now[name]) for name in now if request.seen.get(name, now[name]) != now[name]
    ]


def _check(requested: Sequence[Prepared]) -> None:
    """Fills in why not: an object that is busy or needed twice, and what the operations themselves say."""
    taken = _taken(held for prepared in requested for held in prepared.holds)
    to_the_end = never_cancelled({subject.job for subject in taken.values()})
    able: list[Operation] = []
    needed: set[Key] = set()
    for prepared in requested:
        if prepared.operation is None:
            continue
        holds = {_key(held): held for held in prepared.holds if held.exclusive}
        held_by = [taken[key] for key in holds if key in taken]
        refusals = [busy(each.name, each.job, may_cancel=each.job_id not in to_the_end) for each in held_by]
        refusals += [needed_twice(str(held.subject)) for key, held in holds.items() if key in needed]
        # A job that is in the way of the object already is not named again for the place in which that is.
        named = [refusal.job for refusal in refusals]
        own = [why for why in prepared.operation.refusals() if why.job is None or why.job not in named]
        # Beside others is asked of those alone that could start by themselves: what they plan can be made.
        refusals += own or (prepared.operation.check_beside(able) if able else ())
        if refusals:
            prepared.refused = Refused(refusals, prepared.form)
        else:
            able.append(prepared.operation)
            needed |= holds.keys()


def _taken(holds: Iterable[Held]) -> dict[Key, JobSubject]:
    """Which of these objects other jobs hold (one query)."""
    keys: dict[int, set[int]] = {}
    for held in holds:
        if held.exclusive:
            kind, pk = _key(held)
            keys.setdefault(kind, set()).add(pk)
    if not keys:
        return {}
    wanted = Q(pk__in=[])
    for kind, pks in keys.items():
        wanted |= Q(content_type_id=kind, object_id__in=pks)
    subjects = JobSubject.objects.filter(wanted, held=True).select_related("job").order_by("pk")
    return {(subject.content_type_id, subject.object_id): subject for subject in subjects}


def _key(held: Held) -> Key:
    return ContentType.objects.get_for_model(held.subject).pk, held.subject.pk
