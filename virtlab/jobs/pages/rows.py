"""Jobs as pages and partials show them: one row each, in a fixed number of queries."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from virtlab.jobs.choices import JobKind, JobState
from virtlab.jobs.links import address_of, still_there
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.resources import resources_named
from virtlab.jobs.pages.flows import FlowShown, flows_shown
from virtlab.jobs.progress import phase, progress
from virtlab.jobs.selectors import driven_lab_time, traffic_through
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that a job touches; `address` is empty where it has no page, or is gone."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with what is going on in it now, and what a browser needs to move its bar between two events."""

    job: Job
    progress: float
    left_s: float | None
    doing: str
    things: list[Thing]
    phases: list[tuple[float, str]]
    takes_back: bool
    flow: FlowShown | None = None

    @property
    def moves(self) -> bool:
        """Whether its bar moves with the lab's clock."""
        return self.job.kind == JobKind.LAB and self.job.state == JobState.RUNNING

    @property
    def fails_lab_at(self) -> datetime | None:
        """When it will have lost what its step in progress needs; None where that ends before."""
        until, due = self.job.needs_until_lab_at, self.job.due_lab_at
        return until if until and due and self.job.share_lab_at and self.job.share_lab_at < until < due else None

    @property
    def run(self) -> str:
        """Tells its way there from a second attempt and from its way back: the bar of each begins anew."""
        return f"{self.job.pk}-{self.job.attempt}{'-back' if self.takes_back else ''}"

    @property
    def since_s(self) -> float:
        """When `job.share_done` of it was done: lab time, seconds since 1970."""
        return self.job.share_lab_at.timestamp() if self.job.share_lab_at else 0.0

    @property
    def due_s(self) -> float:
        """When `job.share_due` of it is done."""
        return self.job.due_lab_at.timestamp() if self.job.due_lab_at else 0.0

    @property
    def end_s(self) -> float:
        """The planned end in lab time, seconds since 1970."""
        return self.job.ends_lab_at.timestamp() if self.job.ends_lab_at else 0.0

    @property
    def phases_json(self) -> str:
        """What goes on from which lab time on."""
        return json.dumps(self.phases)


@dataclass(frozen=True, slots=True)
class Way:
    """A resource that is shared: how it is called, and how much of what it carries goes through it."""

    name: str
    used_mib_per_s: float
    most_mib_per_s: float


@dataclass(frozen=True, slots=True)
class ThroughNow:
    """What goes through some resources, and whose jobs that are."""

    ways: list[Way]
    rows: list[JobRow]


def through_now(lab: Lab, keys: Sequence[str]) -> ThroughNow:
    """What goes through "datastore:5" or the like at the moment; what is gone is left out (a query for each, one or a
    few for each kind, and those of the rows).
    """
    names = resources_named(keys)
    there = {key: traffic_through(lab, key) for key in keys if key in names}
    ways = [Way(names[key].name, traffic.mib_per_s, names[key].mib_per_s) for key, traffic in there.items()]
    jobs = {job.pk: job for traffic in there.values() for job in traffic.jobs}
    return ThroughNow(ways, job_rows(lab, [jobs[pk] for pk in sorted(jobs)]))


def job_rows(lab: Lab, jobs: Iterable[Job]) -> list[JobRow]:
    """The rows of some jobs of one lab (three queries; where bytes are on their way one more, and one for each kind
    of resource through which they go).
    """
    listed = list(jobs)
    steps = _steps_in_progress(listed)
    now = driven_lab_time(lab) if steps else lab.lab_time()
    things = _things(lab, listed)
    flows = flows_shown(lab, steps.values(), now)
    return [_row(job, steps.get(job.pk), things[job.pk], flows.get(job.pk), now) for job in listed]


def _row(job: Job, step: Step | None, things: list[Thing], flow: FlowShown | None, now: datetime) -> JobRow:
    ends = job.ends_lab_at
    return JobRow(
        job=job,
        progress=progress(job, now),
        left_s=max((ends - now).total_seconds(), 0.0) if ends and job.state == JobState.RUNNING else None,
        doing=str(doing(job, step, now)),
        things=things,
        phases=_phases(step),
        takes_back=step is not None and step.undoes is not None,
        flow=flow,
    )


def doing(job: Job, step: Step | None, now: datetime) -> Text:
    """What goes on in a job, in words: its phase, its last message, or its error."""
    if job.state == JobState.FAILED:
        return job.error
    if job.note and job.is_active and (job.kind == JobKind.WORK or _is_asked_again(job, step)):
        return job.note
    return phase(step, now) if step and job.state == JobState.RUNNING else Text("")


def _is_asked_again(job: Job, step: Step | None) -> bool:
    """Whether its step waits beyond its time; what a job says of a wait outlives it."""
    if step is None or step.flow or step.started_lab_at is None or job.due_lab_at is None:
        return False
    return job.due_lab_at > step.started_lab_at + timedelta(seconds=step.duration_s)


def _steps_in_progress(jobs: list[Job]) -> dict[int, Step]:
    running = [job.pk for job in jobs if job.state == JobState.RUNNING and job.kind == JobKind.LAB]
    return {step.job_id: step for step in Step.objects.filter(job__in=running, position=F("job__position"))}


def _things(lab: Lab, jobs: list[Job]) -> dict[int, list[Thing]]:
    things: dict[int, list[Thing]] = defaultdict(list)
    subjects = list(JobSubject.objects.filter(job__in=[job.pk for job in jobs]).order_by("pk"))
    there = still_there((subject.content_type_id, subject.object_id) for subject in subjects)
    for subject in subjects:
        key = (subject.content_type_id, subject.object_id)
        address = address_of(*key, lab.slug) if key in there else ""
        # What an attempt made anew takes the place of what the one before had made under the same name.
        others = [each for each in things[subject.job_id] if each.name != subject.name]
        things[subject.job_id] = [*others, Thing(subject.name, address)]
    return things


def _phases(step: Step | None) -> list[tuple[float, str]]:
    if step is None or step.started_lab_at is None:
        return []
    start = step.started_lab_at
    return [((start + timedelta(seconds=p["at_s"])).timestamp(), str(Text.from_json(p))) for p in step.phases]
