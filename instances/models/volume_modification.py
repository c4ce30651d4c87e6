"""What was changed of volumes: the cloud limits how often."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VolumeModification(models.Model):
    """One change of a volume's kind, size or speed: "modifying" until the new size is there, "optimizing" until the new
    speed is. The next has to wait until it is completed.

    `from_…` is what the volume had; empty for modifications of earlier versions.
    """

    volume = models.ForeignKey(
        "instances.Volume", verbose_name=_("volume"), on_delete=models.CASCADE, related_name="modifications"
    )
    started_lab_at = models.DateTimeField(_("started (lab time)"))
    optimizing_lab_at = models.DateTimeField(_("optimizing since (lab time)"), null=True, blank=True)
    completed_lab_at = models.DateTimeField(_("completed (lab time)"), null=True, blank=True)
    from_iops = models.PositiveIntegerField(_("IOPS before"), null=True, blank=True)
    from_throughput_mib_per_s = models.PositiveIntegerField(_("throughput before (MiB/s)"), null=True, blank=True)

    class Meta:
        verbose_name = _("volume modification")
        verbose_name_plural = _("volume modifications")
        ordering = ["started_lab_at", "pk"]

    def __str__(self) -> str:
        return f"{self.volume_id} · {self.started_lab_at:%Y-%m-%d %H:%M}"
