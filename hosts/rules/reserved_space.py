"""Space of datastores that jobs have been admitted to write: it is theirs until they have written it, or have ended.

What a step writes is on its datastore once the step has ended. Until then its room is reserved, as memory is for guests
that are on their way to run; also for jobs that queue.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from virtlab.jobs.choices import ACTIVE, StepState
from virtlab.jobs.models import Step

SPACE = "datastore.space"
"""The need of a step that writes `gib` to a `datastore`."""


class Reservation(NamedTuple):
    """What one job is to write to a datastore, in GiB."""

    job: int
    datastore: int
    gib: float


def reservations(lab: int) -> list[Reservation]:
    """Of all jobs of a lab, from their steps in progress and to come: the most that any of them needs, as several may
    need the same (one query).
    """
    steps = Step.objects.filter(
        job__lab=lab, job__state__in=ACTIVE, state__in=(StepState.PENDING, StepState.RUNNING)
    ).order_by()
    writing = steps.annotate(asked=Cast("needs", TextField())).filter(asked__contains=f'"{SPACE}"')
    gib: dict[tuple[int, int], float] = defaultdict(float)
    for job, needs in writing.values_list("job_id", "needs"):
        for need in needs:
            if need["need"] == SPACE:
                gib[job, need["datastore"]] = max(gib[job, need["datastore"]], need["gib"])
    return [Reservation(job, datastore, most) for (job, datastore), most in gib.items()]


def reserved_gib(every: list[Reservation], datastore: int, job: int | None) -> float:
    """GiB of a datastore that are reserved before a job's turn: by those that were admitted before it, by all where it
    is not admitted yet (None).
    """
    return sum(each.gib for each in every if each.datastore == datastore and (job is None or each.job < job))
