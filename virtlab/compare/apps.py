"""The Django application `compare`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompareConfig(AppConfig):
    """Registers the application and the assumptions of the comparison."""

    name = "virtlab.compare"
    label = "compare"
    verbose_name = _("Comparison")

    def ready(self) -> None:
        """Declares the assumptions."""
        from virtlab.compare.parameters import SPECS
        from virtlab.labs.parameters import register

        register(SPECS)
