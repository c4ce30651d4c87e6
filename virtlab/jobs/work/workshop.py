"""Where real work is done: a worker takes the next one, does it under a lease, and writes down how it ended."""

import logging
import threading
from types import TracebackType

from django.db import close_old_connections, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobState, Level
from virtlab.jobs.lifecycle.lifecycle import DATABASE_GONE, bump_revision, end, write_line
from virtlab.jobs.models import Job
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.text import Text, say
from virtlab.jobs.work import worklist
from virtlab.jobs.work.work import BEAT_S, LEASE_S, WORKS, Finish, Work, WorkStopped, new_lease
from virtlab.labs.clock import locked_lab

logger = logging.getLogger(__name__)


def do_next_work() -> Job | None:
    """Takes the next work and does it to its end; returns its job, None if no work may start."""
    job = worklist.claim(new_lease(), LEASE_S)
    if job is None:
        return None
    try:
        finish = _do(job)
    except WorkStopped:
        _stopped(job)
    except StepFailed as failure:
        _settle(job, failure.text)
    except DATABASE_GONE:
        raise
    except Exception as fault:
        logger.exception("Work %s of job %s", job.operation, job.pk)
        _settle(job, _fault(fault))
    else:
        _settle(job, None, finish)
    if worklist.waits():
        worklist.hint()
    return job


def _do(job: Job) -> Finish | None:
    if job.operation not in WORKS:
        raise StepFailed(_("This VirtLab does not know the work %(name)s."), name=job.operation)
    work = Work(job)
    with Heartbeat(work):
        return WORKS[job.operation](work, dict(job.params))


def _settle(job: Job, error: Text | None, finish: Finish | None = None) -> None:
    """Ends the job and lets its finish happen, in one transaction; no effect if another worker has taken it over."""
    with transaction.atomic():
        lab = locked_lab(job.lab_id)
        mine = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING)
        if lab is None or (current := mine.first()) is None:
            return
        current.lab = lab
        error = error or _finish(finish)
        if error:
            write_line(current, None, error, Level.ERROR)
        current.progress_reported = current.progress_reported if error else 1.0
        current.save(update_fields=["progress_reported"])
        end(current, JobState.FAILED if error else JobState.SUCCEEDED, None, error)
        bump_revision(lab)
        worklist.tell(current)


def _finish(finish: Finish | None) -> Text | None:
    try:
        with transaction.atomic():
            if finish:
                finish()
    except StepFailed as failure:
        return failure.text
    except DATABASE_GONE:
        raise
    except Exception as fault:
        logger.exception("The end of a work")
        return _fault(fault)
    return None


def _fault(fault: Exception) -> Text:
    return say(_("A fault in VirtLab (%(kind)s) stopped the work; the server's log has it."), kind=type(fault).__name__)


@transaction.atomic
def _stopped(job: Job) -> None:
    mine = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease, cancel_requested=True)
    if current := mine.filter(state=JobState.RUNNING).first():
        current.lab = job.lab
        write_line(current, None, say(_("Cancelled.")), Level.WARNING)
        end(current, JobState.CANCELLED, None)
        worklist.tell(current)


class Heartbeat:
    """Renews the lease from a thread of its own, for functions that compute long without reporting."""

    def __init__(self, work: Work, every_s: float = BEAT_S) -> None:
        self.work = work
        self.every_s = every_s
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heartbeat":
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.thread.join(timeout=5)

    def _beat(self) -> None:
        try:
            while not self.over.wait(self.every_s):
                self._renew()
        finally:
            connections.close_all()

    def _renew(self) -> None:
        try:
            close_old_connections()
            self.work.renew()
        except WorkStopped:
            self.over.set()  # the function learns of it at its next report
        except DATABASE_GONE as error:
            logger.warning("The lease of job %s was not renewed at %s: %s", self.work.job.pk, timezone.now(), error)
