"""What limits a lab's cloud: its quotas, and what goes wrong."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import FaultKind, QuotaGroup
from virtlab.labs.models import Lab


class Quota(models.Model):
    """A lab's own limit of running vCPU for a group of families; without a row the parameters hold."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="quotas")
    region = models.ForeignKey("instances.Region", verbose_name=_("region"), on_delete=models.CASCADE)
    group = models.CharField(_("group"), max_length=12, choices=QuotaGroup)
    vcpu = models.PositiveIntegerField(_("vCPU"), validators=[MaxValueValidator(100_000)])

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(fields=["lab", "region", "group"], name="one_quota_per_lab_region_and_group")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} · {self.group} · {self.vcpu}"


class Fault(models.Model):
    """Something that goes wrong in the cloud for one lab, until it is switched off."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="faults")
    kind = models.CharField(_("what happens"), max_length=16, choices=FaultKind)
    region = models.ForeignKey("instances.Region", verbose_name=_("region"), on_delete=models.CASCADE)
    zone = models.CharField(_("availability zone"), max_length=24, blank=True, default="")
    type_name = models.CharField(
        _("instance type or family"), max_length=32, blank=True, default="", help_text=_("Empty: all of them.")
    )
    since_lab_at = models.DateTimeField(_("since (lab time)"))

    class Meta:
        verbose_name = _("fault")
        verbose_name_plural = _("faults")
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "kind", "region", "zone", "type_name"], name="one_fault_of_a_kind_and_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.kept_name}"

    @property
    def kept_name(self) -> str:
        """Where it is: what jobs keep of its name, in no language. Their titles say what it is."""
        return self.zone or self.region_id
