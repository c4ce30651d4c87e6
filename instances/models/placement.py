"""Placement groups: how near to each other, or how far apart, the cloud puts instances."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import PlacementStrategy
from virtlab.labs.models import Lab


def new_group_id() -> str:
    """An identifier as the cloud gives them."""
    return f"pg-{secrets.token_hex(8)}0"


class PlacementGroup(models.Model):
    """Instances of a region that are placed with regard to each other."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="placement_groups")
    region = models.ForeignKey(
        "instances.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="placement_groups"
    )
    group_id = models.CharField(_("group ID"), max_length=24, unique=True, default=new_group_id)
    name = models.CharField(_("name"), max_length=255)
    strategy = models.CharField(_("strategy"), max_length=9, choices=PlacementStrategy)
    partitions = models.PositiveSmallIntegerField(
        _("partitions"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )

    class Meta:
        verbose_name = _("placement group")
        verbose_name_plural = _("placement groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "region", "name"], name="one_placement_group_per_name_and_region")
        ]

    def __str__(self) -> str:
        return self.name
