"""Opens a lab with the demo estate for a user: `manage.py seed_demo --user dara`."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from hosts.demo.service import fill_with_demo
from virtlab.labs.models import Lab


class Command(BaseCommand):
    """Visitors need no such command: their lab opens with the same estate."""

    help = "Opens a lab with the demo estate for a user, and prints its address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--user and --name."""
        parser.add_argument("--user", required=True, help="Who is to own the lab.")
        parser.add_argument("--name", default="Demo estate", help="What the lab is called.")

    def handle(self, *args: Any, user: str = "", name: str = "", **options: Any) -> None:
        """Opens the lab."""
        owner = get_user_model().objects.filter(username=user).first()
        if owner is None:
            raise CommandError(f"There is no user {user}.")
        lab = Lab.objects.create(name=name[:120], owner_id=owner.pk)
        fill_with_demo(lab)
        self.stdout.write(lab.get_absolute_url())
