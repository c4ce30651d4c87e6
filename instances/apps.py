"""The Django application `instances`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstancesConfig(AppConfig):
    """Registers the application, the cloud side's assumptions and its operations."""

    name = "instances"
    label = "instances"
    verbose_name = _("Cloud")

    def ready(self) -> None:
        """Declares the assumptions, the operations and the pages, and lets new labs open with the demo account."""
        from instances.demo.removal import demo_left, remove_demo
        from instances.demo.service import fill_with_demo
        from instances.models.account import Instance
        from instances.operations import OPERATIONS
        from instances.operations.real_world import REAL_WORLD
        from instances.parameters.commitments import GROUP, GROUP_NAME
        from instances.parameters.commitments import SPECS as COMMITMENTS
        from instances.parameters.limits import LIMIT_SPECS, LIMITS, LIMITS_NAME
        from instances.parameters.microsoft import GROUP as MICROSOFT
        from instances.parameters.microsoft import GROUP_NAME as MICROSOFT_NAME
        from instances.parameters.microsoft import SPECS as LICENCES
        from instances.parameters.prices import SPECS
        from virtlab.jobs.links import page_of
        from virtlab.jobs.operations.real_world import register_real_world
        from virtlab.jobs.operations.registry import register as register_operations
        from virtlab.labs.parameters import name_groups, register
        from virtlab.labs.services import DemoAccount, demo_accounts, on_open

        register((*COMMITMENTS, *LICENCES, *SPECS, *LIMIT_SPECS))
        name_groups({LIMITS: LIMITS_NAME, GROUP: GROUP_NAME, MICROSOFT: MICROSOFT_NAME})
        register_operations(*OPERATIONS)
        register_real_world(REAL_WORLD)
        page_of(Instance, "instances:instance")
        on_open.append(fill_with_demo)
        demo_accounts.append(DemoAccount(demo_left, remove_demo))
