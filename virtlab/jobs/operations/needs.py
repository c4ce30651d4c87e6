"""What a step needs for as long as it runs, or at its begin: that a guest runs on its host, that a zone is up.

    @need("host.on")
    def host_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
        ...  # for each of the wanted: why it is not so, None where it is

    PlannedStep("copy", _("Copy"), 60.0, needs=[host_on(host=host.pk)])

An effect that can take one of them away says so: `@effect("host.fail", breaks=("host.on",))`. Right after it the runner
asks again for every step in progress in the lab, and fails those that lost something: at that moment of lab time.

Where time alone takes it away, as room on a datastore on which deltas grow, `@need("…", lasts=until_when)` says until
when: the runner asks again then, and after every effect that says it `breaks` the need. What only the begin of a step
needs, as a start that there is room, is `@need("…", at_begin=True)`: nothing breaks it later.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from virtlab.jobs.models import Step
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab

Params = dict[str, Any]
Needed = dict[str, Any]
"""A need as a step keeps it: its name under "need", and its parameters."""
NeedFunction = Callable[[Lab, Sequence[Params]], Sequence[Text | None]]
LastsFunction = Callable[[Lab, Sequence[Params]], Sequence[datetime | None]]


@dataclass(frozen=True, slots=True)
class Need:
    """A function that says why something is not so, under the name by which steps in the database call it; `lasts`
    says when it will not be so any more as things stand, None where it stays so. `at_begin`: only the begin of a step
    needs it.
    """

    name: str
    function: NeedFunction
    lasts: LastsFunction | None = None
    at_begin: bool = False

    def __call__(self, **params: Any) -> Needed:
        return {"need": self.name, **params}


NEEDS: dict[str, Need] = {}
TIME_PARAMETERS: set[str] = set()
"""The lab parameters that say when time alone takes something away."""
_ASKING: ContextVar[int | None] = ContextVar("asking", default=None)


@contextmanager
def asking_for(job: int) -> Iterator[None]:
    """Whether something fits is asked within for a job that has been admitted: what it has reserved is its own."""
    token = _ASKING.set(job)
    try:
        yield
    finally:
        _ASKING.reset(token)


def asking_job() -> int | None:
    """The job for which it is asked; None where none is there yet."""
    return _ASKING.get()


def need(
    name: str, *, lasts: LastsFunction | None = None, parameters: Collection[str] = (), at_begin: bool = False
) -> Callable[[NeedFunction], Need]:
    """Registers a function as a need; raises ValueError for a name taken by another function.

    `parameters`: the keys of the lab parameters that say how long it `lasts`: a new value counts at once.
    """

    def register(function: NeedFunction) -> Need:
        taken = NEEDS.get(name)
        if taken and taken.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two needs are named {name}.")
        TIME_PARAMETERS.update(parameters)
        return NEEDS.setdefault(name, Need(name, function, lasts, at_begin))

    return register


def lost_in_time() -> list[str]:
    """The names of the needs that time alone can take away."""
    return [need.name for need in NEEDS.values() if need.lasts]


def unmet(lab: Lab, steps: Iterable[Step], lab_at: datetime, names: Collection[str] | None = None) -> dict[int, Text]:
    """Why steps cannot go on at a lab time, by key of the step; those whose needs are met are not in it (a query for
    each need).

    `names`: only these needs are asked for. The parameters say under "job" for which one it is asked, as what that has
    made is not known to the plan, and under "lab_at" for when.
    """
    why: dict[int, Text] = {}
    for name, wanted in _asked(steps, lab_at, names).items():
        answers = NEEDS[name].function(lab, [params for _pk, params in wanted])
        for (pk, _params), answer in zip(wanted, answers, strict=True):
            if answer is not None:
                why.setdefault(pk, answer)
    return why


def met_until(lab: Lab, steps: Iterable[Step], lab_at: datetime, names: Collection[str]) -> dict[int, datetime]:
    """When steps will have lost what they have at a lab time, by key of the step; those that lose nothing by time alone
    are not in it.
    """
    until: dict[int, datetime] = {}
    for name, wanted in _asked(steps, lab_at, names).items():
        if lasts := NEEDS[name].lasts:
            moments = lasts(lab, [params for _pk, params in wanted])
            for (pk, _params), moment in zip(wanted, moments, strict=True):
                if moment is not None:
                    until[pk] = min(moment, until.get(pk, moment))
    return until


def _asked(
    steps: Iterable[Step], lab_at: datetime, names: Collection[str] | None
) -> dict[str, list[tuple[int, Params]]]:
    asked: dict[str, list[tuple[int, Params]]] = {}
    for step in steps:
        for kept in step.needs:
            name = kept["need"]
            if name in NEEDS and (names is None or name in names):
                asked.setdefault(name, []).append((step.pk, {**kept, "job": step.job_id, "lab_at": lab_at}))
    return asked
