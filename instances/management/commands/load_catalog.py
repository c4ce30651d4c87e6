"""`manage.py load_catalog`: loads the cloud side's catalog; harmless to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from instances.catalog.load import load_catalog


class Command(BaseCommand):
    """Rows that an administrator edited are left as they are."""

    help = "Loads regions, instance types, offerings and prices into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads and prints what changed."""
        for table, done in load_catalog().items():
            counts = f"{done.created} new, {done.changed} changed, {done.removed} removed, {done.kept} edited and kept"
            self.stdout.write(f"{table}: {counts}")
