"""The Django application `compare`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompareConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.compare"
    label = "compare"
    verbose_name = _("Comparison")
