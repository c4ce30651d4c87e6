"""Deletes visitors' labs that nobody looked at for a while: `manage.py clear_unused_labs --days 90`, daily."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from virtlab.labs.services import clear_unused

DEFAULT_DAYS = 90


class Command(BaseCommand):
    """Labs of accounts stay; so do labs of visitors who came back in time."""

    help = "Deletes labs of visitors without an account that nobody has looked at for the given number of days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--days."""
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help=f"Days unused (default {DEFAULT_DAYS}).")

    def handle(self, *args: Any, days: int = DEFAULT_DAYS, **options: Any) -> None:
        """Deletes them and says how many."""
        if days < 1:
            raise CommandError("--days must be at least 1.")
        self.stdout.write(f"Deleted {clear_unused(days)} unused labs of visitors.")
