"""How the jobs are doing, over all labs: for the admin console and for Prometheus."""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db.models import Count, Max
from django.db.models.functions import TruncHour
from django.utils import timezone

from virtlab.jobs.choices import ACTIVE, JobKind, JobState
from virtlab.jobs.events.redis_client import attempt, client
from virtlab.jobs.lifecycle.agenda import overdue_labs
from virtlab.jobs.models import Agenda, Job, Step

WORKERS_KEY = "virtlab:workers"
# A worker says that it lives every few seconds; silent for this long it counts as gone.
SILENT_S = 15.0
FORGET_S = 3600.0
# What should have been driven this long ago is stuck: the sweeper comes every second.
STUCK_S = 60.0


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker node and how long ago it was heard."""

    name: str
    heard_s: float

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of lately."""
        return self.heard_s < SILENT_S


def workers() -> list[Worker] | None:
    """The worker nodes heard of in the last hour; None where Redis cannot be reached."""
    heard: Any = attempt(lambda: client().hgetall(WORKERS_KEY))
    if heard is None:
        return None
    now = time.time()
    workers = [Worker(name, max(now - float(json.loads(at)), 0.0)) for name, at in heard.items()]
    return sorted((worker for worker in workers if worker.heard_s < FORGET_S), key=lambda worker: worker.name)


def messages_waiting() -> int | None:
    """Messages that no worker has taken yet; None where Redis cannot be reached."""
    count: Any = attempt(lambda: client().llen(current_app.conf.task_default_queue))
    return None if count is None else int(count)


def jobs_by_state() -> dict[str, int]:
    """How many jobs are in each state."""
    counted = Job.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return {state.value: 0 for state in JobState} | dict(counted)


def steps_since(since: datetime) -> int:
    """Steps that ended since then."""
    return Step.objects.filter(ended_at__gte=since).count()


def most_overdue_s(now: datetime) -> float:
    """By how many seconds the most overdue lab is late; 0 where none is."""
    first = Agenda.objects.filter(next_due_at__lt=now).order_by("next_due_at").first()
    return (now - first.next_due_at).total_seconds() if first and first.next_due_at else 0.0


def stuck_jobs(now: datetime) -> list[Job]:
    """Jobs that should have moved on long ago: in overdue labs, or real work without a living worker."""
    labs = overdue_labs(now, STUCK_S)
    silent = now - timedelta(seconds=STUCK_S)
    active = Job.objects.filter(state__in=ACTIVE).select_related("lab")
    in_lab = active.filter(lab__in=labs, kind=JobKind.LAB, due_lab_at__isnull=False).order_by("due_lab_at")
    lost = active.filter(kind=JobKind.WORK, lease_until__lt=silent)
    return [*in_lab[:50], *lost[:50]]


def late_s(now: datetime) -> float:
    """The largest delay with which a step of the last hour was driven."""
    worst = Step.objects.filter(ended_at__gte=now - timedelta(hours=1)).aggregate(worst=Max("late_s"))["worst"]
    return float(worst or 0.0)


def ended_by_hour(hours: int = 24) -> list[tuple[datetime, int, int]]:
    """(hour, ended well, failed) of the last hours in which anything ended."""
    since = timezone.now() - timedelta(hours=hours)
    ended = Job.objects.filter(ended_at__gte=since).order_by()
    counted = ended.annotate(hour=TruncHour("ended_at")).values_list("hour", "state").annotate(count=Count("pk"))
    table: dict[datetime, list[int]] = {}
    for hour, state, count in counted:
        row = table.setdefault(hour, [0, 0])
        row[state == JobState.FAILED] += count
    return [(hour, well, failed) for hour, (well, failed) in sorted(table.items())]
