"""The Django application `probe`."""

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    """Registers the operation."""

    name = "bench._probe"
    label = "probe"

    def ready(self) -> None:
        """Makes the operation known."""
        from bench._probe import doubling
        from bench._probe.operations import Count
        from virtlab.jobs.registry import register

        register(Count)
        doubling.listen()
