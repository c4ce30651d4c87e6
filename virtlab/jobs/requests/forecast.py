"""How long a plan takes where it begins now, beside what moves bytes in the lab already.

The plan itself says how long it takes alone. What begins later is not foreseen.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import isfinite

from virtlab.engine.migration.side_by_side import Leg, ends_s
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Step
from virtlab.jobs.operations.needs import lost_in_time, met_until
from virtlab.jobs.operations.plan import Plan, PlannedStep, Preview
from virtlab.jobs.operations.resources import Resource, resources_named
from virtlab.jobs.requests.at_work import at_work, capacity_of, ends_of, keys_of, leg_left
from virtlab.labs.models import Lab

Lane = Sequence[PlannedStep]
LEAST_LATER_S = 0.05


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds of lab time to the end, alone and as things stand now; by how much longer than alone users have nothing
    of the object. `others` jobs move bytes now through `shared`, the narrowest of what the plan shares with anybody.
    `fails_after_s`: it will have lost by then, before its end, what it needs, by time alone.
    """

    alone_s: float
    duration_s: float
    down_later_s: float = 0.0
    others: int = 0
    shared: str = ""
    fails_after_s: float | None = None

    @property
    def later_s(self) -> float:
        """By how much longer it takes than alone."""
        return self.duration_s - self.alone_s

    def p95_s(self, plan: Plan, p95_ratio: float) -> float:
        """Within which 95 of 100 such jobs end, what is at work now beside them."""
        return plan.p95_s(p95_ratio) + self.later_s

    def downtime_s(self, preview: Preview) -> float | None:
        """How long users notice; None where the preview says nothing of it."""
        return None if preview.downtime_s is None else preview.downtime_s + self.down_later_s


def forecast(lab: Lab, plan: Plan) -> Forecast:
    """The forecast of one plan."""
    return forecasts(lab, [plan])[0]


def forecasts(lab: Lab, plans: Sequence[Plan]) -> list[Forecast]:
    """Those of plans that begin together, in their order (one query, and one or a few for each kind of resource; none
    where the plans move no bytes; one more where they need what time alone can take away).
    """
    beside = _beside(lab, plans)
    lost = _lost_in_time(lab, plans, beside)
    return [replace(each, fails_after_s=lost.get(n)) for n, each in enumerate(beside)]


def _lost_in_time(lab: Lab, plans: Sequence[Plan], beside: Sequence[Forecast]) -> dict[int, float]:
    """After how many seconds plans fail, by their number, because a step will not have what it needs until it ends."""
    now, timed = lab.lab_time(), lost_in_time()
    steps = [(n, end_s, step) for n, plan in enumerate(plans) for end_s, step in _ends(plan, beside[n].later_s)]
    asked = [Step(pk=row, needs=step.needs) for row, (_n, _end_s, step) in enumerate(steps) if step.needs]
    fails: dict[int, float] = {}
    for row, moment in met_until(lab, asked, now, timed).items():
        n, end_s, _step = steps[row]
        if (after_s := (moment - now).total_seconds()) < end_s:
            fails[n] = min(after_s, fails.get(n, after_s))
    return fails


def _ends(plan: Plan, later_s: float) -> list[tuple[float, PlannedStep]]:
    """The steps of a plan with the seconds after which each has ended at the latest, so much later than alone."""
    ends = accumulate(step.duration_s for step in plan.steps)
    return [(end_s + later_s, step) for end_s, step in zip(ends, plan.steps, strict=True)]


def _beside(lab: Lab, plans: Sequence[Plan]) -> list[Forecast]:
    lanes = [(n, lane) for n, plan in enumerate(plans) for lane in _moving_lanes(plan)]
    if not lanes:
        return [_alone(plan) for plan in plans]
    running = at_work(lab).lanes
    keys = list(dict.fromkeys([*_keys(lane for _n, lane in lanes), *keys_of(running)]))
    known = resources_named(keys)
    number = {key: n for n, key in enumerate(keys)}
    jobs = [[_planned_leg(step, number) for step in lane] for _n, lane in lanes]
    now = lab.lab_time()
    jobs += [[leg_left(step, now, number) for step in steps] for steps in running]
    capacity = capacity_of(keys, known)
    own: list[list[tuple[Lane, list[float]]]] = [[] for _plan in plans]
    for (n, lane), ends in zip(lanes, ends_s(jobs, capacity, len(lanes)), strict=True):
        own[n].append((lane, ends))
    moving = [_moving_through(steps[0]) for steps in running]
    return [_forecast(plan, ended, *_shared(ended, moving, known)) for plan, ended in zip(plans, own, strict=True)]


def time_beside(lab: Lab, lanes: Sequence[Sequence[Step]], without: Collection[int]) -> None:
    """Makes steps that are not written yet as long as they take where these lanes of them begin now, beside what is at
    work but for the jobs `without`.
    """
    if not any(step.flow for steps in lanes for step in steps):
        return
    beside = [*lanes, *at_work(lab, without).lanes]
    for steps, ends in zip(lanes, ends_of(beside, lab.lab_time(), len(lanes)), strict=True):
        for step, start_s, end_s in zip(steps, [0.0, *ends[:-1]], ends, strict=True):
            if step.flow and isfinite(end_s):
                step.duration_s = end_s - start_s


def _shared(
    own: Sequence[tuple[Lane, list[float]]], moving: Sequence[Sequence[str]], known: Mapping[str, Resource]
) -> tuple[int, str]:
    """How many of those that move bytes now go through the narrowest resource that a plan shares with any, and its
    name.
    """
    crossed = Counter(_keys(lane for lane, _ends in own))
    met = [key for key in crossed if key in known and any(key in through for through in moving)]
    users = {key: crossed[key] + sum(through.count(key) for through in moving) for key in met}
    narrowest = min(met, key=lambda key: known[key].mib_per_s / users[key], default=None)
    if narrowest is None:
        return 0, ""
    return sum(narrowest in through for through in moving), known[narrowest].name


def _alone(plan: Plan) -> Forecast:
    return Forecast(plan.duration_s, plan.duration_s)


def _moving_lanes(plan: Plan) -> list[Lane]:
    """What a plan does side by side, where that moves bytes."""
    lanes = plan.lanes or [plan.steps]
    return list(lanes) if any(step.flow for lane in lanes for step in lane) else []


def _keys(lanes: Iterable[Lane]) -> list[str]:
    return [key for lane in lanes for step in lane if step.flow for key in step.flow.through]


def _moving_through(step: Step) -> list[str]:
    through: list[str] = step.flow["through"] if step.flow and step.state == StepState.RUNNING else []
    return through


def _planned_leg(step: PlannedStep, number: dict[str, int]) -> Leg:
    if step.flow is None:
        return Leg(step.duration_s)
    return Leg(mib=step.flow.gib * MIB_PER_GIB, route=tuple(number[key] for key in step.flow.through))


def _forecast(plan: Plan, own: Sequence[tuple[Lane, list[float]]], others: int, shared: str) -> Forecast:
    if not own:
        return _alone(plan)
    down_later_s = 0.0
    for lane, ends in own:
        starts = [0.0, *ends[:-1]]
        took = [end - start for start, end in zip(starts, ends, strict=True)]
        later = [took_s - step.duration_s for step, took_s in zip(lane, took, strict=True) if step.down]
        down_later_s = max(down_later_s, sum(later))
    last_s = max(ends[-1] for _lane, ends in own)
    # Infinite where what it goes through has gone since: then it fails, and no time can be told.
    if not isfinite(last_s) or last_s - plan.duration_s < LEAST_LATER_S:
        return _alone(plan)
    return Forecast(plan.duration_s, last_s, down_later_s, others, shared)
