"""Before a job is cancelled: what takes back what it did, how long that lasts, and what does not come back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from virtlab.jobs.actor import actor_of
from virtlab.jobs.choices import JobKind
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel, way_back_of, why_not_cancelled
from virtlab.labs.access import open_lab
from virtlab.labs.choices import Role
from virtlab.web.requests import own_address


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_page(request: HttpRequest, slug: str, job: int) -> HttpResponseBase:
    """What a cancel would take (GET), and the cancel (POST)."""
    lab = open_lab(request, slug, Role.OPERATOR)
    shown = get_object_or_404(Job.objects.select_related("lab"), lab=lab, pk=job)
    if request.method == "POST":
        try:
            changed = cancel(shown, actor_of(request), request.POST.get("seen", ""))
        except Refused as refused:
            messages.error(request, str(refused))
            if why_not_cancelled(Job.objects.get(pk=shown.pk)) is None:
                return redirect("jobs:cancel", lab.slug, shown.pk)
        else:
            said = _("Takes back what it did: %(job)s.") if changed.is_active else _("Cancelled: %(job)s.")
            messages.success(request, said % {"job": changed.title})
        return redirect(own_address(request, request.POST.get("next", ""), shown.get_absolute_url()))
    context = {
        "lab": lab,
        "job": shown,
        "why_not": why_not_cancelled(shown),
        "back": way_back_of(shown) if shown.kind == JobKind.LAB else None,
    }
    return render(request, "jobs/job/cancel.html", context)
