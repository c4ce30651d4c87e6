"""What of a comparison is kept: read-only links that can be withdrawn."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.labs.models import Lab


def new_token() -> str:
    """A share link's secret: 192 random bits."""
    return secrets.token_urlsafe(24)


class ShareLink(models.Model):
    """Lets whoever holds the link read a lab's report, with the assumptions of the moment it was made."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    anonymous = models.BooleanField(_("without names of machines"), default=False)
    assumptions = models.JSONField(_("assumptions"), default=dict)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.lab} · {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """Where the report can be read."""
        return reverse("compare:shared", args=[self.token])


class OwnPrice(models.Model):
    """What a lab pays for an instance type (USD per hour of Linux on demand) or a service's item in a region, instead
    of the catalogue's price.
    """

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="own_prices")
    region = models.CharField(_("region"), max_length=30)
    item = models.CharField(_("item"), max_length=60)
    usd = models.DecimalField(_("USD per unit"), max_digits=16, decimal_places=10)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    noted_on = models.DateField(_("noted on"), default=timezone.localdate)

    class Meta:
        verbose_name = _("price of your own")
        verbose_name_plural = _("prices of your own")
        ordering = ["region", "item"]
        constraints = [models.UniqueConstraint(fields=["lab", "region", "item"], name="one_own_price_per_item")]

    def __str__(self) -> str:
        return f"{self.lab} · {self.region} · {self.item}"

    @property
    def plain_usd(self) -> str:
        """The price with every decimal that it has."""
        return f"{self.usd.normalize():f}"
