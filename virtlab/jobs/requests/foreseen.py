"""When jobs end that move bytes, as things stand: what shares their resources with them ends too, and leaves them its
part. What begins later is not foreseen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from math import isfinite

from django.db.models import Sum

from virtlab.jobs.choices import ACTIVE, StepState
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.models import Job, Step
from virtlab.jobs.requests.at_work import at_work, ends_of
from virtlab.labs.models import Lab

# To foresee more at once takes longer than a lab may be locked: their ends stay those at the rates of now.
MOST_LANES = 128
LEAST_MOVE_S = 0.5


def foresee(lab: Lab, now: datetime, begun: Collection[int] = ()) -> list[Job]:
    """Moves the ends of jobs that move bytes, and of those whose parts they are; returns the jobs whose ends moved. The
    steps of those `begun` just now are planned as they are foreseen.

    Call it under the lab's lock, with everything written (one query where nothing moves, else three, one or a few for
    each kind of resource, and one to write; two more for what was begun).
    """
    lanes, later_s = at_work(lab)
    if not lanes or len(lanes) > MOST_LANES:
        return []
    jobs: dict[int, Job] = {}
    ends: dict[int, datetime] = {}
    moving_s: dict[int, float] = {}
    for steps, own in zip(lanes, ends_of(lanes, now, len(lanes)), strict=True):
        for step, start_s, end_s in zip(steps, [0.0, *own[:-1]], own, strict=True):
            if isfinite(end_s):
                if step.flow:
                    moving_s[step.pk] = end_s - start_s
                jobs[step.job_id] = step.job
                ends[step.job_id] = now + timedelta(seconds=end_s + later_s[step.job_id])
    wholes = _wholes(jobs.values(), ends)
    moved = [job for job in jobs.values() if _moves(job, ends[job.pk])]
    moved += [whole for whole, end in wholes if _moves(whole, end)]
    write_rows(Job, moved, ["ends_lab_at"])
    _plan(now, {pk: job for pk, job in jobs.items() if pk in begun}, moving_s)
    return moved


def _plan(now: datetime, begun: dict[int, Job], moving_s: dict[int, float]) -> None:
    """Plans the steps of jobs from now on, those that move bytes as long as it is foreseen."""
    if not begun:
        return
    steps = list(Step.objects.to_do().filter(job__in=begun))
    at: dict[int, datetime] = defaultdict(lambda: now)
    for step in sorted(steps, key=lambda step: (step.job_id, step.position)):
        lasts_s = moving_s.get(step.pk, step.planned_s)
        step.planned_start_lab_at = at[step.job_id]
        at[step.job_id] += timedelta(seconds=lasts_s)
        step.planned_end_lab_at = at[step.job_id]
        begun[step.job_id].planned_s += lasts_s - step.planned_s
    write_rows(Step, steps, ["planned_start_lab_at", "planned_end_lab_at"])
    write_rows(Job, [*begun.values()], ["planned_s"])


def _wholes(parts: Iterable[Job], ends: dict[int, datetime]) -> list[tuple[Job, datetime]]:
    """The jobs whose parts these are, each with its end: its own last steps come after its last part."""
    keys = {part.parent_id for part in parts if part.parent_id}
    if not keys:
        return []
    last: dict[int, list[datetime]] = defaultdict(list)
    for part in Job.objects.filter(parent__in=keys, state__in=ACTIVE).only("parent", "ends_lab_at"):
        end = ends.get(part.pk, part.ends_lab_at)
        if part.parent_id and end:
            last[part.parent_id].append(end)
    todo = Step.objects.filter(job__in=keys, state=StepState.PENDING).values("job").annotate(s=Sum("duration_s"))
    own_s = dict(todo.values_list("job", "s"))
    return [
        (whole, max(last[whole.pk]) + timedelta(seconds=own_s.get(whole.pk, 0.0)))
        for whole in Job.objects.filter(pk__in=last, state__in=ACTIVE, ends_as="")
    ]


def _moves(job: Job, end: datetime) -> bool:
    """Sets a job's end; whether that is another than it had."""
    before, job.ends_lab_at = job.ends_lab_at, end
    return before is None or abs((end - before).total_seconds()) >= LEAST_MOVE_S
