"""Real work: what takes a worker's time instead of the lab's, such as reading an inventory or solving a placement.

    @work("inventory.read")
    def read(work: Work, params: dict[str, Any]) -> Finish | None:
        for number, row in enumerate(rows):            # may be repeated after a crash: change nothing here
            work.report(number / len(rows), _("Read %(rows)s rows"), rows=number)
        return lambda: save(rows)                      # happens once, together with the job's success

The worker holds a lease that it renews; where the lease runs out, the worker is dead and another one starts over.
"""

import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from virtlab.jobs import audit
from virtlab.jobs.actor import SYSTEM, Actor
from virtlab.jobs.choices import JobKind, JobState, Side
from virtlab.jobs.events.events import News
from virtlab.jobs.lifecycle.lifecycle import write_subjects
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import Held
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.prepare import in_the_way
from virtlab.jobs.text import Text, say
from virtlab.jobs.work import worklist
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Lab
from virtlab.web.lazy_text import LazyText

logger = logging.getLogger(__name__)
LEASE_S = 30.0
BEAT_S = 8.0
REPORT_EVERY_S = 0.5

Finish = Callable[[], None]


class WorkStopped(Exception):
    """The work was cancelled, or another worker has taken it over: leave it."""


class Work:
    """What a work function is given: its job, and the way to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.lab = job.lab
        self._reported_at = 0.0

    def report(self, progress: float, message: LazyText | Text = "", /, **words: Any) -> None:
        """Says how far it is (0 … 1) and what it does; raises WorkStopped where it shall end. Not inside a transaction.

        Cheap to call often: at most two reports a second are written.
        """
        if time.monotonic() - self._reported_at < REPORT_EVERY_S:
            return
        self._reported_at = time.monotonic()
        changes: dict[str, Any] = {"progress_reported": min(max(progress, 0.0), 1.0)}
        if message:
            changes["note_kept"] = say(message, **words).as_json()
        self.renew(**changes)
        news = News(self.lab)
        news.job(self.job)
        news.publish_on_commit()

    def renew(self, **fields: Any) -> None:
        """Renews the lease; raises WorkStopped where it is lost or the job is to be cancelled."""
        mine = Job.objects.filter(pk=self.job.pk, lease=self.job.lease, state=JobState.RUNNING)
        until = timezone.now() + timedelta(seconds=LEASE_S)
        if not mine.filter(cancel_requested=False).update(lease_until=until, **fields):
            raise WorkStopped


WorkFunction = Callable[[Work, dict[str, Any]], Finish | None]
WORKS: dict[str, WorkFunction] = {}


def work(name: str) -> Callable[[WorkFunction], WorkFunction]:
    """Registers a work function; raises ValueError for a name taken by another one."""

    def register(function: WorkFunction) -> WorkFunction:
        if WORKS.setdefault(name, function).__qualname__ != function.__qualname__:
            raise ValueError(f"Two works are named {name}.")
        return function

    return register


def enqueue_work(  # noqa: PLR0913 (keywords: a piece of work is one call)
    lab: Lab,
    name: str,
    title: LazyText | Text,
    params: dict[str, Any],
    *,
    actor: Actor = SYSTEM,
    side: str = Side.BOTH,
    holds: tuple[models.Model, ...] = (),
    key: str = "",
) -> Job:
    """Queues real work and returns its job (the same one for the same key).

    params are JSON. holds are objects that no other job may hold meanwhile. Raises Refused where one is busy, KeyError
    for a name that no work function has.
    """
    if name not in WORKS:
        raise KeyError(name)
    with transaction.atomic():
        locked_lab(lab.pk)
        if key and (known := Job.objects.filter(lab=lab, key=key).first()):
            return known
        held = [Held(subject) for subject in holds]
        if refusals := in_the_way(held):
            raise Refused(refusals)
        title_kept = say(title).as_json()
        fields = {"kind": JobKind.WORK, "operation": name, "side": side, "title_kept": title_kept, "key": key}
        job = Job.objects.create(lab=lab, params=params, **fields, **actor.as_fields())
        write_subjects(job, held)
        audit.record(actor, name, lab, job=job)
        _announce(job)
    return job


def _announce(job: Job) -> None:
    news = News(job.lab)
    news.job(job)
    news.publish_on_commit()
    transaction.on_commit(worklist.hint)


def new_lease() -> str:
    """A name for one worker's hold on one job."""
    return secrets.token_hex(16)
