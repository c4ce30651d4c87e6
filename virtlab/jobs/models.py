"""Jobs, their steps, what they touch, what they said, when they are due next, and who did what."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import ACTIVE, ENDED, JobKind, JobState, Level, Side, Source, StepState
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab


class Job(models.Model):
    """One run of an operation (its time is the lab's) or one piece of real work (its time is a worker's)."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(_("kind"), max_length=4, choices=JobKind, default=JobKind.LAB)
    operation = models.CharField(_("operation"), max_length=60)
    side = models.CharField(_("side"), max_length=10, choices=Side, default=Side.BOTH)
    title_kept = models.JSONField(_("title"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    # Who and how.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
    )
    visitor = models.CharField(_("visitor"), max_length=12, blank=True, default="")
    source = models.CharField(_("started from"), max_length=10, choices=Source, default=Source.PAGE)
    # A second request with the same key is the same request: a double click, a repeated API call.
    key = models.CharField(_("request key"), max_length=64, blank=True, default="")
    # The same for all jobs that one bulk request started.
    batch = models.CharField(_("started together"), max_length=64, blank=True, default="")
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    # Real time.
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Lab time: `due_lab_at` is the end of the step in progress, `ends_lab_at` the planned (then the actual) end.
    started_lab_at = models.DateTimeField(_("started (lab time)"), null=True, blank=True)
    due_lab_at = models.DateTimeField(_("next due (lab time)"), null=True, blank=True)
    ends_lab_at = models.DateTimeField(_("ends (lab time)"), null=True, blank=True)
    # Until when the step in progress has what it needs, where time alone takes that away; at its begin not known yet.
    needs_until_lab_at = models.DateTimeField(_("has what it needs until (lab time)"), null=True, blank=True)
    duration_s = models.FloatField(_("planned duration (s)"), default=0.0)
    # The share of it that was done at a lab time, and the one that is done when the step in progress is due.
    share_done = models.FloatField(default=0.0)
    share_lab_at = models.DateTimeField(null=True, blank=True)
    share_due = models.FloatField(default=0.0)
    # How it ends once its steps are taken back, which takes time; empty while it goes forward.
    ends_as = models.CharField(_("ends as"), max_length=10, choices=JobState, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("step in progress"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    error_kept = models.JSONField(_("error"), null=True, blank=True)
    # Real work only: the lease says which worker does it and until when that is believed.
    lease = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    progress_reported = models.FloatField(_("progress reported"), default=0.0)
    note_kept = models.JSONField(_("last message"), null=True, blank=True)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "key"], condition=~Q(key=""), name="one_job_per_request_key")
        ]
        indexes = [
            models.Index(fields=["lab", "due_lab_at"], condition=Q(state="running", kind="lab"), name="jobs_due"),
            models.Index(fields=["lab", "id"], condition=Q(state="queued"), name="jobs_queued"),
            models.Index(fields=["kind", "state"], condition=Q(state__in=["queued", "running"]), name="jobs_active"),
            models.Index(fields=["lab", "state", "-id"], name="jobs_by_lab"),
            models.Index(fields=["lab", "batch"], condition=~Q(batch=""), name="jobs_by_batch"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The job's page."""
        return reverse("jobs:job", args=[self.lab.slug, self.pk])

    @property
    def title(self) -> Text:
        """What the job does, in words."""
        return Text.from_json(self.title_kept)

    @property
    def error(self) -> Text:
        """Why it failed, in words; empty where it did not."""
        return Text.from_json(self.error_kept)

    @property
    def note(self) -> Text:
        """What the work said last."""
        return Text.from_json(self.note_kept)

    @property
    def took_s(self) -> float | None:
        """Seconds of lab time from its start to its end, be that planned still; None where it has neither."""
        if self.started_lab_at is None or self.ends_lab_at is None:
            return None
        return (self.ends_lab_at - self.started_lab_at).total_seconds()

    @property
    def next_lab_at(self) -> datetime | None:
        """When its next event is due: the end of its step in progress, or the loss of what that needs."""
        return min((at for at in (self.due_lab_at, self.needs_until_lab_at) if at), default=None)

    @property
    def goes_back(self) -> bool:
        """Whether it is taking back what it did."""
        return bool(self.ends_as) and self.is_active

    @property
    def is_active(self) -> bool:
        """Whether it is still to end."""
        return self.state in ACTIVE

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.state in ENDED


class Step(models.Model):
    """One step of a job: it lasts, and at its end its effect happens."""

    job = models.ForeignKey(Job, verbose_name=_("job"), on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.CharField(_("key"), max_length=40)
    title_kept = models.JSONField(_("title"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=StepState, default=StepState.PENDING)
    # What the plan said (the median, where it varies), and what it lasts; a step that shares its resources: alone.
    planned_s = models.FloatField(_("planned duration (s)"), default=0.0)
    duration_s = models.FloatField(_("duration (s)"), default=0.0)
    effect = models.CharField(_("effect"), max_length=60, blank=True, default="")
    undo = models.CharField(_("undone by"), max_length=60, blank=True, default="")
    abort = models.CharField(_("broken off by"), max_length=60, blank=True, default="")
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    memory = models.JSONField(_("memory"), default=dict, blank=True)
    physics = models.JSONField(_("physics"), default=dict, blank=True)
    phases = models.JSONField(_("phases"), default=list, blank=True)
    # What takes it back where that takes time, what does not come back even so; see PlannedStep.
    way_back = models.JSONField(_("way back"), default=list, blank=True)
    lost = models.JSONField(_("lost"), default=list, blank=True)
    final = models.BooleanField(_("point of no return"), default=False)
    interruptible = models.BooleanField(_("can be interrupted"), default=True)
    needs = models.JSONField(_("needs"), default=list, blank=True)
    down = models.BooleanField(_("downtime"), default=False)
    # What the job holds stands still meanwhile, though it counts as running.
    pauses = models.BooleanField(_("pauses"), default=False)
    waits = models.BooleanField(_("only waits"), default=False)
    # The position of the step that this one takes back.
    undoes = models.PositiveSmallIntegerField(_("takes back"), null=True, blank=True)
    # Bytes through shared resources: how many were moved at a lab time, and how fast it goes from then on.
    flow = models.JSONField(_("flow"), default=dict, blank=True)
    moved_gib = models.FloatField(_("moved (GiB)"), default=0.0)
    rate_mib_per_s = models.FloatField(_("rate (MiB/s)"), null=True, blank=True)
    rated_lab_at = models.DateTimeField(_("as of (lab time)"), null=True, blank=True)
    limited_by = models.CharField(_("limited by"), max_length=60, blank=True, default="")
    # Planned times follow from the plan at the job's start; actual ones differ where an effect waited or a retry came.
    planned_start_lab_at = models.DateTimeField(_("planned start (lab time)"), null=True, blank=True)
    planned_end_lab_at = models.DateTimeField(_("planned end (lab time)"), null=True, blank=True)
    started_lab_at = models.DateTimeField(_("start (lab time)"), null=True, blank=True)
    ended_lab_at = models.DateTimeField(_("end (lab time)"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, db_index=True)
    late_s = models.FloatField(_("driven late by (s)"), null=True, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["job", "position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_step_per_position")]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> Text:
        """What the step does, in words."""
        return Text.from_json(self.title_kept)


class JobSubject(models.Model):
    """An object that a job touches. While `held`, no other job may hold it; its name outlives it."""

    job = models.ForeignKey(Job, verbose_name=_("job"), on_delete=models.CASCADE, related_name="subjects")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    name = models.CharField(_("name"), max_length=255)
    held = models.BooleanField(_("held"), default=False)
    # Whether the job holds it while it is active, so that a retry takes it again.
    exclusive = models.BooleanField(_("exclusive"), default=True)

    class Meta:
        verbose_name = _("object of a job")
        verbose_name_plural = _("objects of jobs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "content_type", "object_id"], name="one_mention_per_job"),
            models.UniqueConstraint(
                fields=["content_type", "object_id"], condition=Q(held=True), name="one_job_holds_an_object"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LogLine(models.Model):
    """What a job said while it ran."""

    job = models.ForeignKey(Job, verbose_name=_("job"), on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(_("at"), default=timezone.now)
    lab_at = models.DateTimeField(_("lab time"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=7, choices=Level, default=Level.INFO)
    text_kept = models.JSONField(_("text"), default=dict)

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("log lines")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> Text:
        """The line in words."""
        return Text.from_json(self.text_kept)


class Agenda(models.Model):
    """When a lab's next step is due: the one row per lab that the sweeper looks at."""

    lab = models.OneToOneField(Lab, on_delete=models.CASCADE, primary_key=True, related_name="agenda")
    next_due_lab_at = models.DateTimeField(_("next due (lab time)"), null=True, blank=True)
    # In real time, as the clock runs now: null while no job is due or the clock stands.
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.next_due_at or '–'}"


class AuditEntry(models.Model):
    """Who did what to what, from where, and what it changed. Never edited."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    who = models.CharField(_("who"), max_length=160)
    source = models.CharField(_("from"), max_length=10, choices=Source)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    lab = models.ForeignKey(
        Lab, verbose_name=_("lab"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lab_name = models.CharField(_("lab's name"), max_length=120, blank=True, default="")
    action = models.CharField(_("action"), max_length=60, db_index=True)
    target = models.CharField(_("object"), max_length=255, blank=True, default="")
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("job"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.action}"

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What differs, by name: (before, after)."""
        names = [*self.before, *(name for name in self.after if name not in self.before)]
        return {name: (self.before.get(name), self.after.get(name)) for name in names}
