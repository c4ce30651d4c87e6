"""The state of the machinery on one page of the admin console."""

from datetime import timedelta

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.monitoring import figures

FAILURES = 20


def console(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Queues and workers alive, throughput, failures, stuck jobs."""
    now = timezone.now()
    failed = Job.objects.filter(state=JobState.FAILED).select_related("lab").order_by("-ended_at")
    context = {
        **site.each_context(request),
        "workers": figures.workers(),
        "waiting": figures.messages_waiting(),
        "by_state": [(JobState(state).label, count) for state, count in figures.jobs_by_state().items()],
        "steps_minute": figures.steps_since(now - timedelta(minutes=1)),
        "steps_hour": figures.steps_since(now - timedelta(hours=1)),
        "overdue_s": figures.most_overdue_s(now),
        "late_s": figures.late_s(now),
        "hours": figures.ended_by_hour(),
        "stuck": figures.stuck_jobs(now),
        "failed": failed[:FAILURES],
    }
    return render(request, "admin/jobs/console.html", context)
