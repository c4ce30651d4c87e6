"""What moves bytes in a lab now, or will: the steps to come of its jobs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from virtlab.engine.arrays import F64
from virtlab.engine.migration.side_by_side import Leg, ends_s
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.choices import JobKind, JobState, StepState
from virtlab.jobs.models import Step
from virtlab.jobs.operations.resources import Resource, resources_named
from virtlab.jobs.progress import moved_gib
from virtlab.labs.models import Lab


class AtWork(NamedTuple):
    """The steps to come of each job that moves bytes, or will, up to the last that does, and how many seconds each job
    takes after that. Parts of a whole that wait for their turn, or queue, come behind those that are at work.
    """

    lanes: list[list[Step]]
    later_s: dict[int, float]


def at_work(lab: Lab, without: Collection[int] = ()) -> AtWork:
    """Of a lab's running jobs, but for those with these keys (one query)."""
    is_running = Q(job__state=JobState.RUNNING)
    is_next = Q(job__state=JobState.QUEUED, job__parent__state=JobState.RUNNING)
    steps = Step.objects.to_do().filter(is_running | is_next, job__lab=lab, job__kind=JobKind.LAB)
    # Most jobs move nothing: of hundreds that run only the keys of those that do are looked for.
    todo = steps.filter(job__in=steps.moving().values("job")).exclude(job__in=without).select_related("job")
    by_job: dict[int, list[Step]] = {}
    for step in todo.order_by("job", "position").defer("physics", "phases", "way_back", "lost", "params", "memory"):
        by_job.setdefault(step.job_id, []).append(step)
    moving, later_s = list[list[Step]](), dict[int, float]()
    for job, own in by_job.items():
        if (last := _last_flow(own)) is not None:
            moving.append(own[: last + 1])
            later_s[job] = sum(step.duration_s for step in own[last + 1 :]) + _back_s(own[0])
    lanes = [own for own in moving if not _waits_for_turn(own[0])]
    behind: dict[int | None, int] = {}
    for own in (own for own in moving if _waits_for_turn(own[0])):
        parent = own[0].job.parent_id
        before = [each for each in lanes if each[0].job.parent_id == parent]
        if not before:
            lanes.append(own)
            continue
        turn = behind[parent] = behind.get(parent, -1) + 1
        before[turn % len(before)].extend(own)
    return AtWork(lanes, later_s)


def _back_s(step: Step) -> float:
    """How long the way back takes that begins once a step is done that cannot be stopped: it is not written yet."""
    job = step.job
    return job.duration_s * (1.0 - job.share_due) if job.ends_as and step.undoes is None else 0.0


def _last_flow(steps: Sequence[Step]) -> int | None:
    return max((n for n, step in enumerate(steps) if step.flow), default=None)


def keys_of(lanes: Iterable[Sequence[Step]]) -> list[str]:
    """The resources that these steps move bytes through, each as often as they do."""
    return [key for steps in lanes for step in steps if step.flow for key in step.flow["through"]]


def capacity_of(keys: Sequence[str], known: Mapping[str, Resource]) -> F64:
    """What each of these resources carries, in MiB/s; nothing where it is gone."""
    return np.array([known[key].mib_per_s if key in known else 0.0 for key in keys])


def _waits_for_turn(step: Step) -> bool:
    """Whether a part of a whole has not begun: a step of no length runs only where it is told to wait."""
    begun = step.state == StepState.RUNNING and (step.flow or step.duration_s > 0)
    return step.job.parent_id is not None and not begun


def ends_of(lanes: Sequence[Sequence[Step]], now: datetime, wanted: int) -> list[list[float]]:
    """When each step of the first `wanted` lanes ends, in seconds from now, where all go on side by side (one query or
    a few for each kind of resource).
    """
    keys = list(dict.fromkeys(keys_of(lanes)))
    number = {key: n for n, key in enumerate(keys)}
    legs = [[leg_left(step, now, number) for step in steps] for steps in lanes]
    return ends_s(legs, capacity_of(keys, resources_named(keys)), wanted)


def leg_left(step: Step, now: datetime, number: dict[str, int]) -> Leg:
    """What is left of a step of a running job."""
    if step.flow:
        left_gib = step.flow["gib"] - (moved_gib(step, now) if step.state == StepState.RUNNING else 0.0)
        return Leg(mib=max(left_gib, 0.0) * MIB_PER_GIB, route=tuple(number[key] for key in step.flow["through"]))
    if step.state == StepState.RUNNING and step.duration_s > 0 and step.job.due_lab_at:
        return Leg(max((step.job.due_lab_at - now).total_seconds(), 0.0))
    return Leg(step.duration_s)
