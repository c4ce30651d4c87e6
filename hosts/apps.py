"""The Django application `hosts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    """Registers the application."""

    name = "hosts"
    label = "hosts"
    verbose_name = _("On-prem")
