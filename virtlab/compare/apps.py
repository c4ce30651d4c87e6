"""The Django application `compare`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompareConfig(AppConfig):
    """Registers the application and the assumptions of the comparison."""

    name = "virtlab.compare"
    label = "compare"
    verbose_name = _("Comparison")

    def ready(self) -> None:
        """Declares the assumptions and what their groups are called."""
        from virtlab.compare.parameters import ALL_GROUPS, SPECS
        from virtlab.labs.parameters import name_groups, register

        register(SPECS)
        name_groups(ALL_GROUPS)
