"""The Django application `hosts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    """Registers the application, its assumptions, and the estate that new labs open with."""

    name = "hosts"
    label = "hosts"
    verbose_name = _("On-prem")

    def ready(self) -> None:
        """Declares the assumptions and lets new labs open with the demo estate."""
        from hosts.demo.service import fill_with_demo
        from hosts.inventory.parameters import SPECS
        from virtlab.labs.parameters import register
        from virtlab.labs.services import on_open

        register(SPECS)
        on_open.append(fill_with_demo)
