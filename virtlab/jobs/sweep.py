"""The sweeper: what nobody drove is driven again, what lost its worker is given to another."""

from datetime import datetime

from virtlab.jobs import worklist
from virtlab.jobs.agenda import hint, overdue_labs


def sweep(now: datetime) -> int:
    """Sends a message for each overdue lab and for waiting work; returns how many labs were overdue."""
    overdue = overdue_labs(now)
    for lab_id in overdue:
        hint(lab_id, now)
    worklist.reclaim_lost(now)
    if worklist.may_start():
        worklist.hint()
    return len(overdue)
