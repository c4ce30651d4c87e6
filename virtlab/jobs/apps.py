"""The Django application `jobs`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
