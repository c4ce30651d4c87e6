"""The Django application `probe`."""

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    """Registers the operation."""

    name = "bench.probe"
    label = "probe"

    def ready(self) -> None:
        """Makes the operation known."""
        from bench.probe import doubling
        from bench.probe.operations import Count
        from virtlab.jobs.operations.registry import register

        register(Count)
        doubling.listen()
