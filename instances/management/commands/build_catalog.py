"""`manage.py build_catalog`: writes the catalog's committed tables anew from the packages and the fact tables."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from instances.catalog.build.sources import PackagedSource, SourceMissing
from instances.catalog.build.tables import build
from instances.catalog.files import DATA


class Command(BaseCommand):
    """Needs the development requirements; the product itself reads only the tables."""

    help = "Builds the tables of instances/catalog/data from the packages moto and apache-libcloud and the fact tables."

    def add_arguments(self, parser: CommandParser) -> None:
        """--into writes elsewhere, to compare."""
        parser.add_argument("--into", type=Path, default=DATA, help="folder to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Builds and prints the counts."""
        try:
            counts = build(PackagedSource(), options["into"])
        except SourceMissing as problem:
            raise CommandError(str(problem)) from problem
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{name:<24}{count:>8}")
