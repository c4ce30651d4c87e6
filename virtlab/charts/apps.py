"""The Django application `charts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChartsConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.charts"
    label = "charts"
    verbose_name = _("Charts")
