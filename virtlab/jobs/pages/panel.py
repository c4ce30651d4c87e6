"""The task panel at the foot of every page of a lab."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from virtlab.jobs.choices import ACTIVE, ENDED, JobState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.pages.rows import JobRow, job_rows
from virtlab.labs.models import Lab

SHOWN_ACTIVE = 6
SHOWN_RECENT = 4
RECENT_H = 24
# A page's stream starts a little before the page was made, so that nothing falls between the two.
OVERLAP_MS = 3_000
FILTERS = ("all", "active", "failed")


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows."""

    lab: Lab
    show: str
    rows: list[JobRow]
    running: int
    queued: int
    failed: int
    more: int


def panel(lab: Lab, show: str = "all") -> Panel:
    """The panel of a lab; `show` is one of FILTERS (six queries)."""
    show = show if show in FILTERS else "all"
    counts = _counts(lab)
    rows = job_rows(lab, _shown(lab, show))
    active = counts["running"] + counts["queued"]
    more = active - sum(row.job.is_active for row in rows) if show != "failed" else 0
    return Panel(lab=lab, show=show, rows=rows, more=more, **counts)


def _counts(lab: Lab) -> dict[str, int]:
    since = timezone.now() - timedelta(hours=RECENT_H)
    counts: dict[str, int] = Job.objects.filter(lab=lab).aggregate(
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        queued=Count("pk", filter=Q(state=JobState.QUEUED)),
        failed=Count("pk", filter=Q(state=JobState.FAILED, ended_at__gte=since)),
    )
    return counts


def _shown(lab: Lab, show: str) -> list[Job]:
    jobs = Job.objects.filter(lab=lab).order_by("-pk")
    if show == "failed":
        return list(jobs.filter(state=JobState.FAILED)[:SHOWN_ACTIVE])
    # What was begun last is at the top; under what runs is what is queued, and last what only waits for a delivery.
    waits = Step.objects.only_waiting().filter(job=OuterRef("pk"))
    ranked = jobs.filter(state__in=ACTIVE).annotate(only_waits=Exists(waits))
    active: list[Job] = [*ranked.order_by("only_waits", "-state", "-pk")[:SHOWN_ACTIVE]]
    ended = jobs.filter(state__in=ENDED).order_by("-ended_at", "-pk")
    return active if show == "active" else [*active, *ended[:SHOWN_RECENT]]


def stream_start() -> dict[str, str]:
    """When a page is made (ms since 1970), and the event id from which it has to be told everything."""
    now_ms = int(time.time() * 1000)
    return {"made": str(now_ms), "after": f"{now_ms - OVERLAP_MS}-0"}
