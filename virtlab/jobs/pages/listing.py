"""The list of a lab's jobs: its columns, and its filters by state, side and words, all kept in the address."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobKind, JobState, Side
from virtlab.jobs.models import Job
from virtlab.jobs.pages.rows import JobRow
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter, FilterBar, filtered
from virtlab.web.formats import NONE, duration
from virtlab.web.table import Column, Table

LONGEST_BATCH = 64
FILTERS = (
    Filter("state", _("State"), JobState.choices, "state"),
    Filter("side", _("Side"), Side.choices, "side"),
)


def planned(row: JobRow) -> str:
    """How long it takes by its plan and the lab's clock; a dash for work that does not go by it."""
    return duration(row.job.planned_s) if row.job.kind == JobKind.LAB else NONE


def began(row: JobRow) -> str:
    """The lab time at which it began, ISO 8601; empty for what waits, and for work that does not go by that clock."""
    return row.job.started_lab_at.isoformat(timespec="seconds") if row.job.started_lab_at else ""


def title(row: JobRow) -> str:
    """What it does, in words."""
    return str(row.job.title)


def objects(row: JobRow) -> str:
    """The names of what it touches."""
    return ", ".join(thing.name for thing in row.things)


def who(row: JobRow) -> str:
    """Who started it; empty where that is a visitor or the lab itself."""
    return str(row.job.requested_by or "")


def created(row: JobRow) -> str:
    """When somebody asked for it, in real time, ISO 8601."""
    return row.job.created_at.isoformat(timespec="seconds")


def attributes(row: JobRow) -> Mapping[str, str]:
    """A job's row has its name and its side."""
    return {"id": f"job-{row.job.pk}", "data-side": row.job.side}


JOBS = Table[JobRow](
    _("Jobs"),
    [
        Column("id", "#", "pk", "job.pk", str, "job.pk"),
        Column("job", _("Job"), "operation", title),
        Column("state", _("State"), "state", "job.state"),
        Column("progress", _("Progress")),
        Column("objects", _("Objects"), csv=objects),
        Column("who", _("Started by"), csv=who),
        Column("began", _("Started (lab time)"), "started_lab_at", began),
        Column("created", sort="created_at", csv=created, csv_label=_("Started (real time)")),
        Column("duration", _("Planned time"), "planned_s", "job.planned_s", True, planned, csv_label=_("Planned (s)")),
    ],
    default="-id",
    row_header="job",
    attributes=attributes,
)


def filtered_jobs(request: HttpRequest, lab: Lab) -> tuple[QuerySet[Job], FilterBar]:
    """The jobs that ?state=&side=&q=&batch= ask for, and the form that shows it; nonsense in it filters nothing."""
    jobs = Job.objects.filter(lab=lab).select_related("requested_by")
    batch = batch_of(request)
    return filtered(request, jobs.filter(batch=batch) if batch else jobs, FILTERS, mentions)


def batch_of(request: HttpRequest) -> str:
    """The bulk request whose jobs alone are asked for; empty for all jobs."""
    return request.GET.get("batch", "").replace("\0", "")[:LONGEST_BATCH]


def states_of(lab: Lab, batch: str) -> list[tuple[str, int]]:
    """(state in words, how many) of the jobs that one bulk request started, in the order of the states."""
    if not batch:
        return []
    jobs = Job.objects.filter(lab=lab, batch=batch).order_by()
    counts = dict(jobs.values_list("state").annotate(count=Count("pk")))
    return [(str(state.label), counts[state]) for state in JobState if state in counts]


def mentions(word: str) -> Q:
    """Jobs that have a word in an object's name, the operation, or who started it, or as their number."""
    subjects = Q(pk__in=Job.objects.filter(subjects__name__icontains=word).values("pk"))
    return subjects | Q(requested_by__username__icontains=word) | Q(operation__icontains=word) | _number(word)


def _number(word: str) -> Q:
    return Q(pk=int(word)) if word.isdecimal() and len(word) < 18 else Q(pk__in=[])
