"""The Django application `jobs`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Registers the application."""

    name = "virtlab.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Listens to the labs' clocks and values, declares the parameters, and has the names of operations checked."""
        from django.core.checks import register

        from virtlab.jobs.checks import check_names_of_needs, check_operation_names
        from virtlab.jobs.lifecycle import admission, agenda
        from virtlab.jobs.monitoring import worker_signs
        from virtlab.jobs.runner import parameters
        from virtlab.labs.parameters import name_groups

        agenda.listen()
        worker_signs.listen()
        parameters.listen()
        admission.declare()
        register(check_operation_names)
        register(check_names_of_needs)
        name_groups({"jobs": self.verbose_name})
