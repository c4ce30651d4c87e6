"""What an operation says of itself before it starts: refusals, before and after, and the plan of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import Effect
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

Pair = tuple[float, float]
"""A figure before and after."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would make a refused operation possible: another operation, by its name, with its form filled in."""

    operation: str
    subject: models.Model | None
    label: Text | LazyText
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, in words, the form's field concerned (empty: the whole), the job in the way, the ways out, and the error
    code with which the real product refuses (empty where it has none, or would not refuse).
    """

    text: Text | LazyText
    field: str = ""
    ways_out: Sequence[WayOut] = ()
    job: Job | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of before and after: values as shown, the unit in small grey."""

    label: Text | LazyText
    before: Any
    after: Any
    unit: Text | LazyText = ""

    @property
    def differs(self) -> bool:
        """Whether the operation changes it."""
        return bool(str(self.before) != str(self.after))


@dataclass(frozen=True, slots=True)
class Preview:
    """Before and after, and what it takes: None where a figure says nothing of this operation.

    downtime_s is how long users notice.
    """

    changes: Sequence[Change] = ()
    cost_usd_per_month: Pair | None = None
    power_w: Pair | None = None
    downtime_s: float | None = None
    notes: Sequence[Text | LazyText] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """What is going on from `at_s` seconds (lab time) after the step's start, e.g. "round 3, 1.1 of 16 GiB left"."""

    at_s: float
    text: Text | LazyText

    def as_json(self) -> dict[str, Any]:
        """What the step keeps."""
        return {"at_s": self.at_s, **say(self.text).as_json()}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: it lasts `duration_s` of lab time, then `effect` happens; `undo` takes it back.

    params go to the effect and its undoing; physics (JSON with a "kind") is shown on the job's page.
    """

    key: str
    title: Text | LazyText
    duration_s: float = 0.0
    effect: Effect | None = None
    undo: Effect | None = None
    params: dict[str, Any] = field(default_factory=dict)
    physics: dict[str, Any] = field(default_factory=dict)
    phases: Sequence[Phase] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a job, in order."""

    steps: Sequence[PlannedStep]

    @property
    def duration_s(self) -> float:
        """Seconds of lab time from start to end."""
        return sum(step.duration_s for step in self.steps)


@dataclass(frozen=True, slots=True)
class Held:
    """An object that the job touches; `exclusive` ones are held until it ends, so that no other job may hold them."""

    subject: models.Model
    exclusive: bool = True
