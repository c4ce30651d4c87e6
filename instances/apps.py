"""The Django application `instances`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstancesConfig(AppConfig):
    """Registers the application."""

    name = "instances"
    label = "instances"
    verbose_name = _("Cloud")
