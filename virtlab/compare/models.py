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
