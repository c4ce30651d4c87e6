"""When each lab's next step is due, and the messages that hint at it.

The row in the database is the truth. A message only saves the sweeper's second: lost, late or doubled it does no harm.
"""

from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from virtlab.jobs.events.events import News
from virtlab.jobs.events.redis_client import attempt
from virtlab.jobs.models import Agenda, Job
from virtlab.labs.clock import clock_changed, real_time
from virtlab.labs.models import Lab

# A message may lie in a worker's memory this long; what is due later is left to the sweeper.
HINT_WITHIN_S = 20.0
# The sweeper leaves this long to the hint that is on its way.
GRACE_S = 0.4
# A hint that nobody took within this time is worth nothing: the sweeper has sent others. Longer than clocks differ.
HINT_EXPIRES_S = 30.0


def refresh(lab: Lab, now: datetime | None = None) -> None:
    """Computes the lab's next due moment anew and, after the commit, hints at it. Call it under the lab's lock."""
    now = now or timezone.now()
    due_lab_at = _next_due(lab)
    due_at = real_time(lab, due_lab_at, now) if due_lab_at else None
    known = Agenda.objects.filter(lab=lab).first()
    if known and known.next_due_lab_at == due_lab_at and known.next_due_at == due_at:
        return
    Agenda.objects.update_or_create(lab=lab, defaults={"next_due_lab_at": due_lab_at, "next_due_at": due_at})
    if due_at and due_at <= now + timedelta(seconds=HINT_WITHIN_S):
        transaction.on_commit(lambda: hint(lab.pk, due_at))


def hint(lab_id: int, due_at: datetime) -> None:
    """Sends a worker to the lab at that moment."""
    wait_s = (due_at - timezone.now()).total_seconds()
    when: dict[str, Any] = {"countdown": wait_s} if wait_s > 0.01 else {}
    expires = max(wait_s, 0.0) + HINT_EXPIRES_S
    attempt(lambda: current_app.send_task("jobs.drive", (lab_id,), retry=False, expires=expires, **when))


def overdue_labs(now: datetime, grace_s: float = GRACE_S) -> list[int]:
    """The labs in which something should have happened already, the most overdue first (one query)."""
    overdue = Agenda.objects.filter(next_due_at__lte=now - timedelta(seconds=grace_s))
    return list(overdue.order_by("next_due_at").values_list("lab_id", flat=True))


def is_due(lab_id: int, now: datetime) -> bool:
    """Whether a lab has something to drive (one query, no lock)."""
    return Agenda.objects.filter(lab_id=lab_id, next_due_at__lte=now).exists()


def _next_due(lab: Lab) -> datetime | None:
    running = Job.objects.running().filter(lab=lab)
    moments = running.aggregate(due=Min("due_lab_at"), needs=Min("needs_until_lab_at"))
    return min((at for at in moments.values() if at), default=None)


def on_clock_changed(sender: type[Lab], lab: Lab, **_kwargs: Any) -> None:
    """A changed clock moves every due moment of its lab: one row."""
    refresh(lab)
    News(lab, clock=True).publish_on_commit()


def listen() -> None:
    """Connects to the labs' clocks."""
    clock_changed.connect(on_clock_changed, dispatch_uid="jobs.agenda")
