"""Space of datastores that jobs have been admitted to write: it is theirs until they have written it, or have ended.

What a step writes is on its datastore once the step has ended. Until then its room is reserved, as memory is for guests
that are on their way to run; also for jobs that queue.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from virtlab.jobs.models import Step
from virtlab.jobs.operations.needs import Needed

SPACE = "datastore.space"
"""The need of a step that writes `gib` to a `datastore`."""


class Reservation(NamedTuple):
    """What one job is to write to a datastore, in GiB."""

    job: int
    datastore: int
    gib: float


def reservations(lab: int) -> list[Reservation]:
    """Of all jobs of a lab, from their steps in progress and to come (one query)."""
    writing = Step.objects.open().needing(SPACE).filter(job__lab=lab).order_by()
    needed: dict[int, list[Needed]] = defaultdict(list)
    for job, needs in writing.values_list("job_id", "needs"):
        needed[job] += needs
    return [Reservation(job, *most) for job, needs in needed.items() for most in space_needed(needs).items()]


def space_needed(needs: Iterable[Needed]) -> dict[int, float]:
    """GiB that a job's needs ask of each datastore, by its key: the most of any, as several may mean the same."""
    gib: dict[int, float] = {}
    for room in (need for need in needs if need["need"] == SPACE):
        gib[room["datastore"]] = max(gib.get(room["datastore"], 0.0), room["gib"])
    return gib


def reserved_gib(every: list[Reservation], datastore: int, job: int | None) -> float:
    """GiB of a datastore that are reserved before a job's turn: by those that were admitted before it, by all where it
    is not admitted yet (None).
    """
    return sum(each.gib for each in every if each.datastore == datastore and (job is None or each.job < job))
