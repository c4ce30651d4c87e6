"""The sweeper: what nobody drove is driven again, what lost its worker goes to another, what waits for none begins."""

from datetime import datetime

from virtlab.jobs.lifecycle.admission import labs_that_wait
from virtlab.jobs.lifecycle.agenda import hint, overdue_labs
from virtlab.jobs.requests.start import begin_waiting
from virtlab.jobs.work import worklist


def sweep(now: datetime) -> int:
    """Sends a message for each overdue lab and for waiting work; returns how many labs were overdue."""
    overdue = overdue_labs(now)
    for lab_id in overdue:
        hint(lab_id, now)
    for lab_id in labs_that_wait():
        begin_waiting(lab_id)
    worklist.reclaim_lost(now)
    if worklist.may_start():
        worklist.hint()
    return len(overdue)
