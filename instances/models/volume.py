"""Block storage of the cloud."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import VolumeKind
from virtlab.labs.models import Lab


def new_volume_id() -> str:
    """An identifier as the cloud gives them."""
    return f"vol-{secrets.token_hex(8)}0"


class Volume(models.Model):
    """Block storage of a zone; it lives on when its instance stops, and costs meanwhile."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="volumes")
    region = models.ForeignKey(
        "instances.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="volumes"
    )
    zone = models.CharField(_("availability zone"), max_length=24)
    volume_id = models.CharField(_("volume ID"), max_length=24, unique=True, default=new_volume_id)
    instance = models.ForeignKey(
        "instances.Instance",
        verbose_name=_("instance"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="volumes",
    )
    device = models.CharField(_("device"), max_length=20, blank=True, default="")
    root = models.BooleanField(_("root volume"), default=False, help_text=_("Its instance boots from it."))
    kind = models.CharField(_("kind"), max_length=4, choices=VolumeKind, default=VolumeKind.GP3)
    size_gib = models.PositiveIntegerField(
        _("size (GiB)"), validators=[MinValueValidator(1), MaxValueValidator(65_536)]
    )
    iops = models.PositiveIntegerField(_("IOPS"), default=3000)
    throughput_mib_per_s = models.PositiveIntegerField(_("throughput (MiB/s)"), default=125)
    encrypted = models.BooleanField(_("encrypted"), default=False)
    delete_on_termination = models.BooleanField(_("deleted with its instance"), default=True)

    class Meta:
        verbose_name = _("volume")
        verbose_name_plural = _("volumes")
        ordering = ["device", "pk"]

    def __str__(self) -> str:
        return self.volume_id
