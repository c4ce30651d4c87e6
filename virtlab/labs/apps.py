"""The Django application `labs`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabsConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.labs"
    label = "labs"
    verbose_name = _("Labs")

    def ready(self) -> None:
        """Keeps a visitor's labs when they sign in, and declares the durations of operations."""
        from django.contrib.auth.signals import user_logged_in

        from virtlab.labs.parameters import name_groups, register
        from virtlab.labs.services import keep_on_sign_in
        from virtlab.labs.timings import GROUP, GROUP_NAME, TIMINGS

        user_logged_in.connect(keep_on_sign_in, dispatch_uid="labs.keep_on_sign_in")
        register(TIMINGS)
        name_groups({GROUP: GROUP_NAME})
