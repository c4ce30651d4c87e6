"""The Django application `instances`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstancesConfig(AppConfig):
    """Registers the application and the cloud side's assumptions."""

    name = "instances"
    label = "instances"
    verbose_name = _("Cloud")

    def ready(self) -> None:
        """Declares the assumptions."""
        from instances.parameters import SPECS
        from virtlab.labs.parameters import register

        register(SPECS)
