"""Choices of jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class JobKind(models.TextChoices):
    """What a job's time is: the lab's, or a worker's."""

    LAB = "lab", _("In lab time")
    WORK = "work", _("Real work")


class StepState(models.TextChoices):
    """Where a step stands."""

    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")
    SKIPPED = "skipped", _("Skipped")


TO_DO = (StepState.RUNNING, StepState.PENDING)


class Source(models.TextChoices):
    """How a job was started."""

    PAGE = "page", _("Page")
    API = "api", _("API")
    SCHEDULE = "schedule", _("Schedule")
    LESSON = "lesson", _("Lesson")
    ADMIN = "admin", _("Admin console")
    COMMAND = "command", _("Command line")
    JOB = "job", _("Another job")


class Side(models.TextChoices):
    """Which side an operation belongs to."""

    HOSTS = "hosts", _("On-prem")
    INSTANCES = "instances", _("Cloud")
    BOTH = "both", _("Both sides")


class Level(models.TextChoices):
    """How serious a log line is."""

    INFO = "info", _("Information")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")
