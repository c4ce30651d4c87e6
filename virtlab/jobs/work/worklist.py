"""The list of real work: whose turn it is, fairly among labs, and what lost its worker."""

from collections import Counter
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import ACTIVE, JobKind, JobState, Level
from virtlab.jobs.events.events import News
from virtlab.jobs.events.redis_client import attempt
from virtlab.jobs.lifecycle.lifecycle import end, write_line
from virtlab.jobs.models import Job
from virtlab.jobs.text import say

MOST_ATTEMPTS = 3


def hint() -> None:
    """Tells the workers that there is work."""
    attempt(lambda: current_app.send_task("jobs.work", retry=False, expires=60))


def waits() -> bool:
    """Whether work is queued."""
    return Job.objects.filter(kind=JobKind.WORK, state=JobState.QUEUED).exists()


def may_start() -> bool:
    """Whether work is queued and a place is free for it."""
    running = Job.objects.filter(kind=JobKind.WORK, state=JobState.RUNNING).count()
    return running < settings.WORKS_AT_ONCE and waits()


@transaction.atomic
def claim(lease: str, lease_s: float) -> Job | None:
    """Takes the next work under a lease, of the lab with the least in progress; None if no work may start.

    At most settings.WORKS_AT_ONCE run at the same time, so that a worker stays free to drive the labs.
    """
    active = Job.objects.filter(kind=JobKind.WORK, state__in=ACTIVE)
    rows = list(active.select_for_update(of=("self",)).select_related("lab").order_by("pk"))
    running = Counter(job.lab_id for job in rows if job.state == JobState.RUNNING)
    queued = [job for job in rows if job.state == JobState.QUEUED]
    if not queued or running.total() >= settings.WORKS_AT_ONCE:
        return None
    job = min(queued, key=lambda job: (running[job.lab_id], _last_start(job.lab_id), job.pk))
    now = timezone.now()
    job.state, job.started_at, job.lease = JobState.RUNNING, now, lease
    job.lease_until = now + timedelta(seconds=lease_s)
    job.save(update_fields=["state", "started_at", "lease", "lease_until"])
    tell(job)
    return job


def _last_start(lab_id: int) -> float:
    started = Job.objects.filter(lab_id=lab_id, kind=JobKind.WORK, started_at__isnull=False).order_by("-started_at")
    last = started.values_list("started_at", flat=True).first()
    return last.timestamp() if last else 0.0


def reclaim_lost(now: datetime) -> int:
    """Queues again what lost its worker, or fails it after too many losses; returns how many there were."""
    lost = Job.objects.filter(kind=JobKind.WORK, state=JobState.RUNNING, lease_until__lt=now)
    keys = list(lost.values_list("pk", flat=True))
    for pk in keys:
        _reclaim(pk, now)
    return len(keys)


@transaction.atomic
def _reclaim(pk: int, now: datetime) -> None:
    still = Job.objects.select_for_update(of=("self",)).select_related("lab")
    job = still.filter(pk=pk, state=JobState.RUNNING, lease_until__lt=now).first()
    if job is None:
        return
    if job.cancel_requested:
        write_line(job, None, say(_("Cancelled.")), Level.WARNING)
        end(job, JobState.CANCELLED, None)
    elif job.attempt >= MOST_ATTEMPTS:
        why = say(_("Its worker was lost %(times)s times."), times=job.attempt)
        write_line(job, None, why, Level.ERROR)
        end(job, JobState.FAILED, None, why)
    else:
        write_line(job, None, say(_("Its worker was lost: it starts over.")), Level.WARNING)
        job.state, job.attempt, job.lease, job.lease_until = JobState.QUEUED, job.attempt + 1, "", None
        job.save(update_fields=["state", "attempt", "lease", "lease_until"])
    tell(job)


def tell(job: Job) -> None:
    """Tells the open pages of a job's state."""
    news = News(job.lab)
    news.job(job)
    news.publish_on_commit()
