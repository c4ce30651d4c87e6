"""Many jobs in many labs, started as a user would start them, and what became of them."""

import time
from dataclasses import dataclass

from django.db.models import Count as CountOf

from bench.probe.models import Mark, Probe
from bench.probe.operations import STEPS, Count
from virtlab.jobs.actor import SYSTEM
from virtlab.jobs.choices import ACTIVE, JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.monitoring.figures import workers
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.labs.models import Assumption, Lab


@dataclass
class Load:
    """The labs and how long the starting took."""

    labs: list[Lab]
    jobs: int
    start_s: float


def start_jobs(jobs: int, labs: int, step_s: float, speed: float = 0.0) -> Load:
    """Starts that many jobs, dealt over the labs, all of them in flight at once; the clocks run at `speed`."""
    every_lab = [Lab.objects.create(name=f"Lab {n}", clock_speed=speed) for n in range(labs)]
    Assumption.objects.bulk_create(Assumption(lab=lab, key="jobs_at_once", value=10_000) for lab in every_lab)
    probes = Probe.objects.bulk_create(Probe(lab=every_lab[n % labs], name=f"p{n}") for n in range(jobs))
    started = time.perf_counter()
    for probe in probes:
        start(probe.lab, Request(Count, probe, {"step_s": step_s}, SYSTEM))
    return Load(every_lab, jobs, time.perf_counter() - started)


def active() -> int:
    """Jobs still to end."""
    return Job.objects.filter(state__in=ACTIVE).count()


def outcome() -> dict[str, int]:
    """Ended well, effects that happened twice, effects that did not happen, counters that are wrong."""
    marks = Mark.objects.values("job_id", "position").annotate(times=CountOf("pk"))
    succeeded = Job.objects.filter(state=JobState.SUCCEEDED, operation=Count.name)
    return {
        "succeeded": succeeded.count(),
        "twice": marks.filter(times__gt=1).count(),
        "lost": succeeded.count() * STEPS - marks.filter(job_id__in=succeeded.values("pk")).count(),
        "wrong": Probe.objects.exclude(count__in=(0, STEPS)).count(),
    }


def lateness_s(share: float) -> float:
    """The lateness below which that share of all steps was driven."""
    late = list(Step.objects.filter(late_s__isnull=False).order_by("late_s").values_list("late_s", flat=True))
    return float(late[min(int(len(late) * share), len(late) - 1)] or 0.0) if late else 0.0


def workers_alive() -> bool:
    """Whether a worker has said that it lives."""
    return any(worker.is_alive for worker in workers() or [])


def steps_done() -> int:
    """Steps that have ended."""
    return Step.objects.filter(ended_at__isnull=False).count()
