"""Jobs, what they touch, and what they said."""

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import ACTIVE, ENDED, JobKind, JobState, Level, Side, Source
from virtlab.jobs.text import Text
from virtlab.labs.models import Lab


class JobQuerySet(models.QuerySet["Job"]):
    """Operations by how far they are; real work goes by a clock of its own."""

    def running(self) -> "JobQuerySet":
        """Those that run in lab time."""
        return self.filter(kind=JobKind.LAB, state=JobState.RUNNING)

    def queued(self) -> "JobQuerySet":
        """Those that wait for one of the places of jobs that run at once."""
        return self.filter(kind=JobKind.LAB, state=JobState.QUEUED)


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
    # What it takes by its plan, beside what moved bytes when it began; neither a way back nor chance changes it.
    planned_s = models.FloatField(_("planned duration (s)"), default=0.0)
    # What the way takes that it is on: there, or back.
    duration_s = models.FloatField(_("duration of its way (s)"), default=0.0)
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

    objects = JobQuerySet.as_manager()

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
    # Its columns as a job left them that held it and ended without success.
    left_as = models.JSONField(_("left as"), default=dict, blank=True)

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
