"""Elastic IPs: public addresses that a lab owns until it releases them."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.models.account import Instance
from virtlab.labs.models import Lab


def new_allocation_id() -> str:
    """An identifier as the cloud gives them."""
    return f"eipalloc-{secrets.token_hex(8)}0"


class ElasticAddress(models.Model):
    """A public address of a region, the lab's own from its allocation to its release, whether used or not."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="elastic_addresses")
    region = models.ForeignKey(
        "instances.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="elastic_addresses"
    )
    allocation_id = models.CharField(_("allocation ID"), max_length=30, unique=True, default=new_allocation_id)
    address = models.GenericIPAddressField(_("address"))
    instance = models.OneToOneField(
        Instance,
        verbose_name=_("instance"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="elastic",
    )
    allocated_lab_at = models.DateTimeField(_("allocated (lab time)"))

    class Meta:
        verbose_name = _("Elastic IP")
        verbose_name_plural = _("Elastic IPs")
        ordering = ["address", "pk"]

    def __str__(self) -> str:
        return self.address
