"""When labs are due next, and who did what."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import Source
from virtlab.jobs.models.job import Job
from virtlab.labs.models import Lab


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
