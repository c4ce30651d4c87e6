"""The Celery tasks: each calls one service. A message is a hint; none carries anything the database does not know."""

from celery import shared_task
from django.utils import timezone

from virtlab.jobs.runner.drive import drive
from virtlab.jobs.runner.sweep import sweep
from virtlab.jobs.work.workshop import do_next_work


@shared_task(name="jobs.drive", time_limit=120)
def drive_lab(lab_id: int) -> None:
    """Something is due in this lab."""
    drive(lab_id)


@shared_task(name="jobs.sweep", time_limit=60)
def sweep_all() -> None:
    """Beat's second: whatever is overdue and whatever lost its worker is driven again."""
    sweep(timezone.now())


@shared_task(name="jobs.work", time_limit=3600)
def work_next() -> None:
    """There is real work to do."""
    do_next_work()
