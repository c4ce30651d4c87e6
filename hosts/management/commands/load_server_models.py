"""`manage.py load_server_models`: loads the on-prem side's catalog; harmless to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from hosts.catalog.load import load_server_models


class Command(BaseCommand):
    """Rows that an administrator edited are left as they are."""

    help = "Loads the server models and their power curves into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads and prints what changed."""
        done = load_server_models()
        counts = f"{done.created} new, {done.changed} changed, {done.kept} edited and kept"
        self.stdout.write(f"server_models: {counts}")
