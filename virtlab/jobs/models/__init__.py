"""Jobs, their steps, what they touch, what they said, when they are due next, and who did what."""

from virtlab.jobs.models.job import Job, JobSubject, LogLine
from virtlab.jobs.models.record import Agenda, AuditEntry
from virtlab.jobs.models.step import Step, StepQuerySet

__all__ = ["Agenda", "AuditEntry", "Job", "JobSubject", "LogLine", "Step", "StepQuerySet"]
