"""What a step needs for as long as it runs: that a guest runs on its host, that a zone is up.

    @need("host.on")
    def host_on(lab: Lab, wanted: Sequence[Params]) -> list[Text | None]:
        ...  # for each of the wanted: why it is not so, None where it is

    PlannedStep("copy", _("Copy"), 60.0, needs=[host_on(host=host.pk)])

An effect that can take one of them away says so: `@effect("host.fail", breaks=("host.on",))`. Right after it the runner
asks again for every step in progress in the lab, and fails those that lost something: at that moment of lab time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from virtlab.jobs.models import Step
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab

Params = dict[str, Any]
Needed = dict[str, Any]
"""A need as a step keeps it: its name under "need", and its parameters."""
NeedFunction = Callable[[Lab, Sequence[Params]], Sequence[Text | None]]


@dataclass(frozen=True, slots=True)
class Need:
    """A function that says why something is not so, under the name by which steps in the database call it."""

    name: str
    function: NeedFunction

    def __call__(self, **params: Any) -> Needed:
        return {"need": self.name, **params}


NEEDS: dict[str, Need] = {}
_ASKING: ContextVar[int | None] = ContextVar("asking", default=None)


@contextmanager
def asked_for(job: int) -> Iterator[None]:
    """Whether something fits is asked within for a job that has been admitted: what it has reserved is its own."""
    token = _ASKING.set(job)
    try:
        yield
    finally:
        _ASKING.reset(token)


def asking_job() -> int | None:
    """The job for which it is asked; None where none is there yet."""
    return _ASKING.get()


def need(name: str) -> Callable[[NeedFunction], Need]:
    """Registers a function as a need; raises ValueError for a name taken by another function."""

    def register(function: NeedFunction) -> Need:
        taken = NEEDS.get(name)
        if taken and taken.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two needs are named {name}.")
        return NEEDS.setdefault(name, Need(name, function))

    return register


def unmet(lab: Lab, steps: Iterable[Step], names: Collection[str] | None = None) -> dict[int, Text]:
    """Why steps cannot go on, by key of the step; those whose needs are met are not in it (a query for each need).

    `names`: only these needs are asked for. The parameters say under "job" for which one it is asked: what that has
    made is not known to the plan.
    """
    asked: dict[str, list[tuple[int, Params]]] = {}
    for step in steps:
        for kept in step.needs:
            name = kept["need"]
            if name in NEEDS and (names is None or name in names):
                asked.setdefault(name, []).append((step.pk, {**kept, "job": step.job_id}))
    why: dict[int, Text] = {}
    for name, wanted in asked.items():
        answers = NEEDS[name].function(lab, [params for _pk, params in wanted])
        for (pk, _params), answer in zip(wanted, answers, strict=True):
            if answer is not None:
                why.setdefault(pk, answer)
    return why
