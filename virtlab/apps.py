"""The project itself as a Django application: makes the Celery application known to every process that sends tasks."""

from django.apps import AppConfig


class VirtlabConfig(AppConfig):
    """Loads the Celery application, so that web processes and commands send to the same broker as workers."""

    name = "virtlab"
    label = "virtlab"

    def ready(self) -> None:
        """Called once by Django, in every process."""
        from virtlab.celery import app

        app.set_default()
