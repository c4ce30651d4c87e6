"""Steps of jobs."""

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import ACTIVE, TO_DO, JobKind, JobState, StepState
from virtlab.jobs.models.job import Job
from virtlab.jobs.text import Text

MOVES = ~models.Q(flow={})
"""Steps that move bytes through what they share, once they are at it."""


class StepQuerySet(models.QuerySet["Step"]):
    """Steps by how far their jobs are."""

    def to_do(self) -> "StepQuerySet":
        """Those in progress or to come."""
        return self.filter(state__in=TO_DO)

    def open(self) -> "StepQuerySet":
        """The same, of jobs that are still to end."""
        return self.to_do().filter(job__state__in=ACTIVE)

    def in_progress(self) -> "StepQuerySet":
        """Those that the jobs running in lab time are at."""
        return self.filter(job__state=JobState.RUNNING, job__kind=JobKind.LAB, state=StepState.RUNNING)

    def only_waiting(self) -> "StepQuerySet":
        """Those in progress at which nothing is worked on, e.g. until a delivery."""
        return self.filter(state=StepState.RUNNING, waits=True)

    def moving(self) -> "StepQuerySet":
        """Those that move bytes through what they share, once they are at it."""
        return self.filter(MOVES)

    def needing(self, name: str) -> "StepQuerySet":
        """Those with a need of this name."""
        return self._with_text("needs", name)

    def moving_through(self, key: str) -> "StepQuerySet":
        """Those whose bytes go through "datastore:5" or the like."""
        return self._with_text("flow", key)

    def _with_text(self, column: str, text: str) -> "StepQuerySet":
        """SQLite knows no lists in JSON: it is text."""
        return self.annotate(**{f"{column}_text": Cast(column, models.TextField())}).filter(
            **{f"{column}_text__contains": f'"{text}"'}
        )


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
    # What takes it back where that takes time, what does not come back even so, and the key of a step of which nothing
    # is left to take back once this one is done; see PlannedStep.
    way_back = models.JSONField(_("way back"), default=list, blank=True)
    lost = models.JSONField(_("lost"), default=list, blank=True)
    settles = models.CharField(_("settles"), max_length=40, blank=True, default="")
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

    objects = StepQuerySet.as_manager()

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
