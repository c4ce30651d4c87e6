"""What an operation says of itself before it starts: refusals, before and after, and the plan of its steps."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from django.db import models

from virtlab.engine.durations.durations import at_rate_s
from virtlab.engine.durations.spread import Ending, p95_of_sum_s, quantile_of_last_s
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import Effect
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

Pair = tuple[float, float]
"""A figure before and after."""
Vary = Callable[[float], float]
"""Seconds of one case of many, from their median."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would make a refused operation possible: another operation, by its name, with its form filled in; with
    `subjects` for several objects at once.
    """

    operation: str
    subject: models.Model | None
    label: Text | LazyText
    params: dict[str, Any] = field(default_factory=dict)
    subjects: Sequence[models.Model] = ()


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
    """One row of before and after: texts as they are, or numbers, and the unit in small grey."""

    label: Text | LazyText
    before: Any
    after: Any
    unit: Text | LazyText = ""

    @property
    def differs(self) -> bool:
        """Whether the operation changes it."""
        return self.shown[0] != self.shown[1]

    @property
    def shown(self) -> tuple[str, str]:
        """Both sides as pages write them: numbers with as many decimals as the other side."""
        both = self.before, self.after
        digits = max((_decimals(value) for value in both if _is_number(value)), default=0)
        before, after = (formats.number(value, digits) if _is_number(value) else str(value) for value in both)
        return before, after


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimals(value: float) -> int:
    """How many it is written with, three at most."""
    return len(f"{value:.3f}".rstrip("0").partition(".")[2])


@dataclass(frozen=True, slots=True)
class Preview:
    """Before and after, and what it takes: None where a figure says nothing of this operation.

    downtime_s is how long users notice; `of` says whose money and watts these are.
    """

    changes: Sequence[Change] = ()
    cost_usd_per_month: Pair | None = None
    power_w: Pair | None = None
    downtime_s: float | None = None
    notes: Sequence[Text | LazyText] = ()
    of: Text | LazyText | str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """What is going on from `at_s` seconds (lab time) after the step's start, e.g. "round 3, 1.1 of 16 GiB left"."""

    at_s: float
    text: Text | LazyText

    def as_json(self) -> dict[str, Any]:
        """What the step keeps."""
        return {"at_s": self.at_s, **say(self.text).as_json()}


@dataclass(frozen=True, slots=True)
class Flow:
    """GiB that a step moves through resources that others use too, e.g. "datastore:5"; one that it both reads and
    writes is named twice. `alone_mib_per_s` is what it plans with: its rate while nobody else is there.
    """

    gib: float
    through: Sequence[str]
    alone_mib_per_s: float

    @property
    def alone_s(self) -> float:
        """Seconds that it takes where nobody else is there."""
        return self.gib * MIB_PER_GIB / self.alone_mib_per_s

    def as_json(self) -> dict[str, Any]:
        """What the step keeps."""
        return {"gib": self.gib, "through": list(self.through), "alone_mib_per_s": self.alone_mib_per_s}


def flow_s(flow: Flow | None, gib: float, otherwise_mib_per_s: float) -> float:
    """Seconds for so much: as the flow plans it, else at that rate where nothing is known that it would share."""
    return flow.alone_s if flow else at_rate_s(gib, otherwise_mib_per_s)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: it lasts `duration_s` of lab time, then `effect` happens.

    params go to the effect and its undoing; physics (JSON with a "kind") is shown on the job's page.

    What takes it back: `undo` at once, or `way_back`, steps that take time in their turn (their effects find what this
    step remembered); where neither is given, nothing can or has to. `lost` says what does not come back even so.
    `abort` happens where it breaks off before its end: it leaves a state that lasts, and nothing half done.
    A `final` step is a point of no return: a failure after it keeps the state that is reached. One that is not
    `interruptible` ends before a cancel takes anything back. While it runs it `needs` what is listed: the job fails at
    the moment at which one of these is lost. `down`: the object's users have nothing of it meanwhile; `pauses`: because
    it stands still, though it counts as running.
    `settles`: the key of an earlier step of which nothing is left to take back once this one is done.
    `varies`: in reality it lasts now longer, now shorter; its duration is the median, and `lasts_s` that of one case
    once it is drawn. `waits`: nothing is worked on meanwhile, so that it takes none of the places of jobs that run at
    once.
    """

    key: str
    title: Text | LazyText
    duration_s: float = 0.0
    effect: Effect | None = None
    _: KW_ONLY
    undo: Effect | None = None
    params: dict[str, Any] = field(default_factory=dict)
    physics: dict[str, Any] = field(default_factory=dict)
    phases: Sequence[Phase] = ()
    way_back: Sequence["PlannedStep"] = ()
    abort: Effect | None = None
    settles: str = ""
    lost: Sequence[Text | LazyText] = ()
    final: bool = False
    interruptible: bool = True
    needs: Sequence[Needed] = ()
    flow: Flow | None = None
    down: bool = False
    pauses: bool = False
    varies: bool = False
    lasts_s: float | None = None
    waits: bool = False

    def drawn(self, vary: Vary) -> "PlannedStep":
        """One case of many, with its way back."""
        lasts_s = vary(self.duration_s) if self.varies else None
        return replace(self, lasts_s=lasts_s, way_back=[step.drawn(vary) for step in self.way_back])

    def columns(self) -> dict[str, Any]:
        """The columns of the step's row; the steps of its way back keep theirs as JSON in one of them."""
        lasts_s = self.duration_s if self.lasts_s is None else self.lasts_s
        return {
            "key": self.key,
            "title_kept": say(self.title).as_json(),
            "planned_s": max(self.duration_s, 0.0),
            "duration_s": max(lasts_s, 0.0),
            "effect": self.effect.name if self.effect else "",
            "undo": self.undo.name if self.undo else "",
            "abort": self.abort.name if self.abort else "",
            "settles": self.settles,
            "params": self.params,
            "physics": self.physics,
            "phases": [phase.as_json() for phase in self.phases],
            "way_back": [step.columns() for step in self.way_back],
            "lost": [say(text).as_json() for text in self.lost],
            "final": self.final,
            "interruptible": self.interruptible,
            "needs": list(self.needs),
            "down": self.down,
            "pauses": self.pauses,
            "waits": self.waits,
            "flow": self.flow.as_json() if self.flow else {},
        }


def one_case(drawn: Sequence[PlannedStep], planned: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Steps that last as long as drawn, and are planned as long as in half of all cases."""
    pairs = zip(drawn, planned, strict=True)
    return [replace(step, duration_s=plan.duration_s, lasts_s=step.duration_s) for step, plan in pairs]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a job, in order. `lanes`: what jobs that are parts of it do meanwhile, side by side.

    Where several things go on side by side that vary each by itself, `endings` says when each of them ends; a plan
    whose steps follow from which of them comes first draws them all at once (`draw`).
    """

    steps: Sequence[PlannedStep]
    lanes: Sequence[Sequence[PlannedStep]] = ()
    endings: Sequence[Ending] = ()
    draw: Callable[[Vary], Sequence[PlannedStep]] | None = None

    @property
    def duration_s(self) -> float:
        """Seconds of lab time from start to end."""
        return sum(step.duration_s for step in self.steps)

    def p95_s(self, p95_ratio: float) -> float:
        """Seconds within which 95 of 100 such jobs end, alone on what they share."""
        if self.endings:
            return quantile_of_last_s(self.endings, p95_ratio, 0.95)
        varying = [step.duration_s for step in self.steps if step.varies]
        return p95_of_sum_s(varying, self.duration_s - sum(varying), p95_ratio)

    def case(self, vary: Vary) -> Sequence[PlannedStep]:
        """The steps in one case of many."""
        return self.draw(vary) if self.draw else [step.drawn(vary) for step in self.steps]

    @property
    def down_s(self) -> float:
        """Seconds of it during which the object's users have nothing of it."""
        return sum(step.duration_s for step in self.steps if step.down)


@dataclass(frozen=True, slots=True)
class Held:
    """An object that the job touches; `exclusive` ones are held until it ends, so that no other job may hold them."""

    subject: models.Model
    exclusive: bool = True
