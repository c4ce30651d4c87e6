"""Space of datastores that jobs have been admitted to write: it is theirs until they have written it, or have ended.

What a step writes is on its datastore once the step has ended. Until then its room is reserved, as memory is for guests
that are on their way to run; also for jobs that queue.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hosts.rules.memory_file import files_now_gib
from virtlab.jobs.models import Step
from virtlab.jobs.operations.needs import Needed

SPACE = "datastore.space"
"""The need of a step that writes `gib` to a `datastore`; `starts`: to make the file that stands for the memory of a
guest which it starts, by its key, or by its name where the job makes it first.
"""
NO_FILES: Mapping[int, float] = MappingProxyType({})


class Reservation(NamedTuple):
    """What one job is to write to a datastore, in GiB."""

    job: int
    datastore: int
    gib: float


def reservations(lab: int) -> list[Reservation]:
    """Of all jobs of a lab, from their steps in progress and to come (one query, and one where any starts a guest)."""
    writing = Step.objects.open().needing(SPACE).filter(job__lab=lab).order_by()
    needed: dict[int, list[Needed]] = defaultdict(list)
    for job, needs in writing.values_list("job_id", "needs"):
        needed[job] += needs
    files = files_of(need for needs in needed.values() for need in needs)
    return [Reservation(job, *most) for job, needs in needed.items() for most in space_needed(needs, files).items()]


def files_of(needs: Iterable[Needed]) -> Mapping[int, float]:
    """GiB of the files that guests have which are to be started, by their keys: of those that run until they are shut
    down for it (one query, none where no guest is to be started).
    """
    guests = {need["starts"] for need in needs if isinstance(need.get("starts"), int)}
    return files_now_gib(guests) if guests else NO_FILES


def space_needed(needs: Iterable[Needed], files_gib: Mapping[int, float] = NO_FILES) -> dict[int, float]:
    """GiB that a job's needs ask of each datastore, by its key: the most of any, as several may mean the same, and
    beside it that of each guest which it starts.
    """
    most: dict[tuple[int, int | str | None], float] = {}
    for need in needs:
        if need["need"] == SPACE:
            what = need["datastore"], need.get("starts")
            most[what] = max(most.get(what, 0.0), more_gib(need, files_gib))
    gib: dict[int, float] = defaultdict(float)
    for (datastore, _starts), wanted in most.items():
        gib[datastore] += wanted
    return dict(gib)


def more_gib(need: Needed, files_gib: Mapping[int, float]) -> float:
    """GiB that a need asks for beside what there is: a guest that is shut down first has its file until then."""
    gib: float = need["gib"]
    return max(gib - files_gib.get(need.get("starts") or 0, 0.0), 0.0)


def reserved_gib(every: list[Reservation], datastore: int, job: int | None) -> float:
    """GiB of a datastore that are reserved before a job's turn: by those that were admitted before it, by all where it
    is not admitted yet (None).
    """
    return sum(each.gib for each in every if each.datastore == datastore and (job is None or each.job < job))
