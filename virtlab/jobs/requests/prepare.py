"""Requests to start operations: validated, and checked under the lab's lock, one or many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from virtlab.jobs.actor import Actor
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Held, Refusal
from virtlab.jobs.operations.refusals import Invalid, Refused, Stale, StaleForm, busy, gone, needed_twice
from virtlab.labs.models import Lab

Thing = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for.

    key: the same for a repeated request, which then starts nothing new. seen: the subject as the form showed it
    (`Operation.fingerprint`), None where no form was shown. batch: the same for all that were started together.
    """

    operation: type[Operation]
    subject: models.Model | None
    params: Any
    actor: Actor
    key: str = ""
    seen: dict[str, str] | None = None
    parent: Job | None = field(default=None)
    batch: str = ""


@dataclass(slots=True)
class Prepared:
    """What became of a request: the operation as it would run now, with its form and what it holds, or why not."""

    request: Request
    operation: Operation | None = None
    form: OperationForm | None = None
    holds: Sequence[Held] = ()
    why: Refused | Invalid | StaleForm | None = None

    def ready(self) -> tuple[Operation, OperationForm]:
        """The operation and its valid form; raises Refused, StaleForm or Invalid where it cannot run."""
        if self.why is not None:
            raise self.why
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
    fresh = _fresh(lab, requests)
    shared: dict[str, Any] = {}
    found = [_formed(lab, request, fresh, shared) for request in requests]
    _check(found)
    return found


def in_the_way(holds: Iterable[Held], but: Job | None = None) -> list[Refusal]:
    """A refusal for each object that another job holds (one query)."""
    return [busy(subject.name, subject.job) for subject in _taken(holds).values() if subject.job != but]


def _fresh(lab: Lab, requests: Sequence[Request]) -> dict[tuple[str, int], models.Model]:
    """The subjects as they are now, by operation and key: one query for each operation."""
    wanted: dict[type[Operation], list[int]] = {}
    for request in requests:
        if request.subject is not None:
            wanted.setdefault(request.operation, []).append(request.subject.pk)
    return {
        (operation.name, subject.pk): subject
        for operation, keys in wanted.items()
        for subject in operation.subjects(lab).filter(pk__in=keys)
    }


def _formed(lab: Lab, request: Request, fresh: dict[tuple[str, int], models.Model], shared: dict[str, Any]) -> Prepared:
    subject = fresh.get((request.operation.name, request.subject.pk)) if request.subject is not None else None
    if request.subject is not None and subject is None:
        return Prepared(request, why=gone(str(request.subject)))
    if changes := _changes(request, subject):
        return Prepared(request, why=StaleForm(changes))
    form = request.operation.form(lab, subject, request.params)
    if not form.is_valid():
        return Prepared(request, form=form, why=Invalid(form))
    operation = request.operation(lab, subject, form.cleaned_data)
    operation.shared = shared
    return Prepared(request, operation, form, operation.holds())


def _changes(request: Request, subject: models.Model | None) -> list[Stale]:
    if request.seen is None:
        return []
    now = request.operation.fingerprint(subject)
    return [
        Stale(name, request.seen[name], now[name]) for name in now if request.seen.get(name, now[name]) != now[name]
    ]


def _check(found: Sequence[Prepared]) -> None:
    """Fills in why not: an object that is busy or needed twice, and what the operations themselves say."""
    taken = _taken(held for prepared in found for held in prepared.holds)
    able: list[Operation] = []
    needed: set[Thing] = set()
    for prepared in found:
        if prepared.operation is None:
            continue
        held = {_thing(each): each for each in prepared.holds if each.exclusive}
        refusals = [busy(taken[thing].name, taken[thing].job) for thing in held if thing in taken]
        refusals += [needed_twice(str(each.thing)) for thing, each in held.items() if thing in needed]
        refusals += [*prepared.operation.check(), *(prepared.operation.check_beside(able) if able else ())]
        if refusals:
            prepared.why = Refused(refusals)
        else:
            able.append(prepared.operation)
            needed |= held.keys()


def _taken(holds: Iterable[Held]) -> dict[Thing, JobSubject]:
    """Which of these objects other jobs hold (one query)."""
    keys: dict[int, set[int]] = {}
    for held in holds:
        if held.exclusive:
            kind, pk = _thing(held)
            keys.setdefault(kind, set()).add(pk)
    if not keys:
        return {}
    wanted = Q(pk__in=[])
    for kind, pks in keys.items():
        wanted |= Q(content_type_id=kind, object_id__in=pks)
    subjects = JobSubject.objects.filter(wanted, held=True).select_related("job").order_by("pk")
    return {(subject.content_type_id, subject.object_id): subject for subject in subjects}


def _thing(held: Held) -> Thing:
    return ContentType.objects.get_for_model(held.thing).pk, held.thing.pk
