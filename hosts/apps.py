"""The Django application `hosts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    """Registers the application, its assumptions, and the estate that new labs open with."""

    name = "hosts"
    label = "hosts"
    verbose_name = _("On-prem")

    def ready(self) -> None:
        """Declares the assumptions and the import's work, and lets new labs open with the demo estate."""
        from hosts.demo.service import fill_with_demo
        from hosts.inventory import tasks  # noqa: F401 (importing it registers the import's work)
        from hosts.models import Cluster, Datastore, Host, VirtualMachine
        from hosts.operations import OPERATIONS
        from hosts.operations.real_world import REAL_WORLD
        from hosts.parameters import SPECS
        from hosts.parameters.inventory import SPECS as INVENTORY_SPECS
        from hosts.parameters.operations import GROUP, GROUP_NAME
        from hosts.services import deltas
        from virtlab.jobs.links import page_of
        from virtlab.jobs.operations.real_world import register_real_world
        from virtlab.jobs.operations.registry import register as register_operations
        from virtlab.labs.parameters import name_groups, register
        from virtlab.labs.services import on_open

        register(INVENTORY_SPECS)
        register(SPECS)
        name_groups({GROUP: GROUP_NAME})
        register_operations(*OPERATIONS)
        register_real_world(REAL_WORLD)
        pages = {VirtualMachine: "hosts:vm", Host: "hosts:host", Cluster: "hosts:cluster", Datastore: "hosts:datastore"}
        for model, page in pages.items():
            page_of(model, page)
        on_open.append(fill_with_demo)
        deltas.listen()
