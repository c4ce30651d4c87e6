"""Jobs in the admin console: the list with retry and cancel in bulk, the state of the machinery, and the audit log."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from virtlab.jobs.actor import Actor, actor_of
from virtlab.jobs.choices import Source
from virtlab.jobs.models import AuditEntry, Job, LogLine, Step
from virtlab.jobs.monitoring.console import console
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.requests.retry import retry
from virtlab.jobs.runner.cancel import cancel

# Generic for the type checker only: Django's own classes cannot be subscripted when they run.
if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyModelAdmin, AnyInline = admin.ModelAdmin, admin.TabularInline


class ReadOnly(AnyModelAdmin):
    """Rows that nobody edits here: they follow from what was done."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(AnyInline):
    """Rows below a job."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ReadOnlyInline):
    """A job's steps."""

    model = Step
    fields = ("position", "words", "state", "duration_s", "started_lab_at", "ended_lab_at", "ended_at", "late_s")
    readonly_fields = ("words",)

    @admin.display(description=_("title"))
    def words(self, step: Step) -> str:
        """What the step does, in the reader's language."""
        return str(step.title)


class LogInline(ReadOnlyInline):
    """A job's log."""

    model = LogLine
    fields = ("at", "lab_at", "level", "words")
    readonly_fields = ("words",)

    @admin.display(description=_("text"))
    def words(self, line: LogLine) -> str:
        """The line in the reader's language."""
        return str(line.text)


@admin.register(Job)
class JobAdmin(ReadOnly):
    """Every job of every lab."""

    list_display = ("id", "words", "lab_link", "operation", "state", "source", "requested_by", "created_at", "ended_at")
    list_filter = ("state", "kind", "source", "side", "operation", "created_at")
    search_fields = ("subjects__name", "operation", "requested_by__username", "lab__name", "lab__slug")
    list_select_related = ("lab", "requested_by")
    date_hierarchy = "created_at"
    inlines = (StepInline, LogInline)
    actions = ("retry_selected", "cancel_selected")
    change_list_template = "admin/jobs/job/change_list.html"
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff with the permission to see jobs, or to change them."""
        return super().has_view_permission(request, obj) or request.user.has_perm("jobs.change_job")

    def get_urls(self) -> list[URLPattern]:
        """The console beside the list."""
        own = path("console/", self.admin_site.admin_view(self.console_view), name="jobs_console")
        return [own, *super().get_urls()]

    def console_view(self, request: HttpRequest) -> HttpResponse:
        """Queues and workers, throughput, failures, stuck jobs."""
        return console(request, self.admin_site)

    @admin.display(description=_("title"))
    def words(self, job: Job) -> str:
        """What the job does, in the reader's language."""
        return str(job.title)

    @admin.display(description=_("lab"))
    def lab_link(self, job: Job) -> SafeString:
        """The lab, and the job's page in it."""
        return format_html('<a href="{}">{}</a>', reverse("jobs:job", args=[job.lab.slug, job.pk]), job.lab)

    @admin.action(description=_("Retry the jobs selected"), permissions=["operate"])
    def retry_selected(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Continues each where it stopped; says which could not be."""
        self._each(request, jobs, retry)

    @admin.action(description=_("Cancel the jobs selected"), permissions=["operate"])
    def cancel_selected(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Cancels each; says which could not be."""
        self._each(request, jobs, cancel)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may retry and cancel jobs of all labs."""
        return request.user.has_perm("jobs.change_job")

    def _each(self, request: HttpRequest, jobs: QuerySet[Job], act: Callable[[Job, Actor], Job]) -> None:
        actor, done = actor_of(request, Source.ADMIN), 0
        for job in jobs.select_related("lab"):
            try:
                act(job, actor)
                done += 1
            except Refused as refused:
                self.message_user(request, f"{job.pk} {job}: {refused}", messages.WARNING)
        text = ngettext("%(count)s job was changed.", "%(count)s jobs were changed.", done) % {"count": done}
        self.message_user(request, text)


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly):
    """Who did what, before and after, from where."""

    list_display = ("at", "who", "action", "target", "lab_name", "source", "address", "what_changed")
    list_filter = ("action", "source", "at")
    search_fields = ("who", "target", "lab_name", "action", "address")
    list_select_related = ("job",)
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description=_("changes"))
    def what_changed(self, entry: AuditEntry) -> str:
        """Each change as "name: before → after"."""
        return "; ".join(f"{name}: {before} → {after}" for name, (before, after) in entry.changes().items())
