"""Pages of jobs: the list, one job, the task panel, toasts, and the lab's clock."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from virtlab.jobs import audit
from virtlab.jobs.actor import Actor, actor_of
from virtlab.jobs.choices import ENDED
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.operations.registry import role_for
from virtlab.jobs.pages.clock import clock_context
from virtlab.jobs.pages.gantt import gantt
from virtlab.jobs.pages.listing import JOBS, batch_of, filtered_jobs, states_of
from virtlab.jobs.pages.panel import panel
from virtlab.jobs.pages.physics import physics_of
from virtlab.jobs.pages.rows import job_rows
from virtlab.jobs.requests.prepare import request_key
from virtlab.jobs.requests.retry import retry, retry_offer, run_again
from virtlab.jobs.requests.ways_on import ways_on
from virtlab.jobs.runner.cancel import why_not_cancelled
from virtlab.labs import clock
from virtlab.labs.access import may, open_lab
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.htmx import is_htmx, render_region
from virtlab.web.listing import list_page, listing
from virtlab.web.requests import lookup_key, own_address

TOASTS = 3
LOG_LINES = 500


@require_GET
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every job of a lab; ?state=&side=&q=&batch=&sort=&page= in the address."""
    lab = open_lab(request, slug)
    rows, bar = filtered_jobs(request, lab)
    context = {"lab": lab, "bar": bar, "together": states_of(lab, batch_of(request))}
    listed = listing(request, JOBS, rows, show=partial(job_rows, lab), file_name="jobs.csv")
    return list_page(request, "jobs/list/jobs.html", listed, context)


@require_GET
def job_page(request: HttpRequest, slug: str, job: int) -> HttpResponse:
    """One job: its steps in time, its physics, its log, and what can be done with it."""
    lab = open_lab(request, slug)
    shown = get_object_or_404(Job.objects.select_related("requested_by", "parent"), lab=lab, pk=job)
    shown.lab = lab
    steps = list(shown.steps.all())
    context = {
        "lab": lab,
        "job": shown,
        "row": job_rows(lab, [shown])[0],
        "gantt": gantt(lab, shown, steps),
        "physics": physics_of(steps),
        "log": shown.log.all()[:LOG_LINES],
        "parts": job_rows(lab, shown.children.order_by("pk")[:50]),
        "may_change": may(request, lab, Role.OPERATOR),
        "retry": retry_offer(shown),
        "why_not": why_not_cancelled(shown) if shown.is_active and not shown.goes_back else None,
        "ways": ways_on(lab, shown) if may(request, lab, role_for(shown)) else [],
    }
    return render_region(request, "jobs/job/job.html", "live", context)


@require_GET
def task_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The task panel's list; ?show=all|active|failed."""
    lab = open_lab(request, slug)
    shown = panel(lab, request.GET.get("show", "all"))
    return render(request, "jobs/panel/task_panel.html#list", {"lab": lab, "panel": shown, "swapped": True})


@require_GET
def toasts(request: HttpRequest, slug: str) -> HttpResponse:
    """Notices of jobs that ended, ?job=1&job=2; of many only the number."""
    lab = open_lab(request, slug)
    keys = [lookup_key(int(key)) for key in request.GET.getlist("job")[:200] if key.isdecimal() and len(key) < 20]
    ended = list(Job.objects.filter(lab=lab, pk__in=keys, state__in=ENDED).order_by("pk"))
    context = {"lab": lab, "jobs": ended[:TOASTS], "more": max(len(ended) - TOASTS, 0)}
    return render(request, "jobs/panel/toasts.html", context)


@require_GET
def clock_part(request: HttpRequest, slug: str) -> HttpResponse:
    """The lab's clock as the header shows it."""
    return render(request, "jobs/panel/clock.html", clock_context(request, open_lab(request, slug)))


@require_POST
def set_clock(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Sets the speed (?speed) or moves on to the end of a job (?until)."""
    lab = open_lab(request, slug, Role.OPERATOR)
    before = lab.clock_speed
    try:
        changed = _change_clock(lab, request)
    except (clock.ClockError, ValueError) as error:
        messages.error(request, str(error))
        return _back(request, lab)
    after = {"speed": changed.clock_speed}
    audit.record(actor_of(request), "clock.set", lab, before={"speed": before}, after=after)
    if is_htmx(request):
        return render(request, "jobs/panel/clock.html", clock_context(request, changed))
    return _back(request, lab)


def _change_clock(lab: Lab, request: HttpRequest) -> Lab:
    if until := request.POST.get("until"):
        job = get_object_or_404(Job, lab=lab, pk=until) if until.isdecimal() else None
        if job is None or not job.is_active or job.ends_lab_at is None:
            raise clock.ClockError(_("This job has no end to move on to."))
        return clock.move_forward(lab.pk, job.ends_lab_at)
    return clock.set_speed(lab.pk, float(request.POST.get("speed", "")))


def _done(word: str, job: Job) -> str:
    sentences = {
        "retry": _("Tried again: %(job)s."),
        "again": _("Started: %(job)s."),
    }
    return sentences[word] % {"job": job.title}


ACTIONS: dict[str, Callable[[Job, Actor, str], Job]] = {
    "retry": lambda job, actor, _key: retry(job, actor),
    "again": run_again,
}


@require_POST
def act(request: HttpRequest, slug: str, job: int, action: str) -> HttpResponseBase:
    """Retries a job or runs it again; what stands in the way is said on the page one comes from."""
    lab = open_lab(request, slug, Role.OPERATOR)
    shown = get_object_or_404(Job.objects.select_related("lab"), lab=lab, pk=job)
    if action not in ACTIONS or not may(request, lab, role_for(shown)):
        raise Http404
    try:
        changed = ACTIONS[action](shown, actor_of(request), request_key(request.POST.get("key", "")))
    except (Refused, Invalid, StaleForm) as refused:
        messages.error(request, str(refused))
        return _back(request, lab)
    messages.success(request, _done(action, changed))
    return redirect(changed) if action == "again" else _back(request, lab)


def _back(request: HttpRequest, lab: Lab) -> HttpResponseBase:
    """To the page that the form names, if that is one of ours."""
    return redirect(own_address(request, request.POST.get("next", ""), lab.get_absolute_url()))
