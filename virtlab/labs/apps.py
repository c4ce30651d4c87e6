"""The Django application `labs`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabsConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.labs"
    label = "labs"
    verbose_name = _("Labs")
