"""`manage.py refresh_catalogue`: reads a region's prices, and its instance types, from the cloud itself."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from instances.catalog.build.sources import SourceMissing
from instances.catalog.cache import renew_catalog_version
from instances.catalog.refresh.described import describe, write_types
from instances.catalog.refresh.difference import Difference
from instances.catalog.refresh.read import read_files
from instances.catalog.refresh.source import BadPriceFile, places
from instances.catalog.refresh.write_prices import write_prices
from instances.models import Region

Written = TypeVar("Written")
MOST_LINES = 20
"""Rows told of each table; `--verbosity 2` tells all."""
EXAMPLES = """
examples:
  manage.py refresh_catalogue --region ap-northeast-1 --dry-run
  manage.py refresh_catalogue --region ap-northeast-1 --from-file index.csv --from-file savings.csv
  manage.py refresh_catalogue --region ap-northeast-1 --types
"""


class Command(BaseCommand):
    """Each region is one transaction: all of it or nothing. Rows that an administrator edited are left as they are."""

    help = "Reads prices from AWS's public bulk price list, or types from DescribeInstanceTypes, into the catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        """Regions, where from, and whether to write."""
        parser.epilog = EXAMPLES
        parser.add_argument("--region", action="append", default=[], help="a region; several may be named")
        parser.add_argument(
            "--from-file",
            action="append",
            default=[],
            metavar="PLACE",
            help="a price list in CSV (also .gz), of EC2 or of savings plans: a path, or an https address; "
            "without it the region's newest are downloaded",
        )
        parser.add_argument("--types", action="store_true", help="ask for instance types with boto3 (needs keys)")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--remove-gone", action="store_true", help="remove prices that the list no longer has")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refreshes region by region and tells what changed."""
        regions, given = _many(options["region"]), _many(options["from_file"])
        if not regions and (options["types"] or not given):
            raise CommandError("Name a region: --region ap-northeast-1.")
        if given and len(regions) > 1:
            raise CommandError("--from-file holds one region's prices: name one --region.")
        for region in regions or [""]:
            self._region(region, given, options)

    def _region(self, region: str, given: list[str], options: dict[str, Any]) -> None:
        try:
            if region:
                _check(region)
            if given or not options["types"]:
                self._prices(region, given or places(region), options)
            if options["types"]:
                self._types(region, options)
        except (BadPriceFile, SourceMissing) as problem:
            raise CommandError(str(problem)) from problem

    def _prices(self, region: str, files: list[str], options: dict[str, Any]) -> None:
        prices = read_files(region, files)
        _check(prices.region)
        for head in prices.heads:
            self.stdout.write(f"{prices.region}: {head.citation}, {head.published}")
        written = self._write(lambda: write_prices(prices, remove_gone=options["remove_gone"]), options)
        self._tell(written.differences, options)
        for note, count in sorted(prices.notes.items()):
            self.stdout.write(f"{count} {note}")
        self._names("types that the catalogue does not have (read them with --types)", written.unknown)

    def _types(self, region: str, options: dict[str, Any]) -> None:
        described = describe(region)
        self.stdout.write(f"{region}: {len(described.types)} types described, {len(described.zones)} offered")
        written = self._write(lambda: write_types(described), options)
        self._tell(written.differences, options)
        self._names("names that the naming rule does not read", written.unread)

    def _write(self, write: Callable[[], Written], options: dict[str, Any]) -> Written:
        """All or nothing; a dry run writes too, and takes it back."""
        with transaction.atomic():
            written = write()
            renew_catalog_version()
            transaction.set_rollback(options["dry_run"])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")
        return written

    def _tell(self, differences: Iterable[Difference], options: dict[str, Any]) -> None:
        for one in differences:
            self.stdout.write(one.summary)
            lines = one.lines()
            told = lines if options["verbosity"] > 1 else lines[:MOST_LINES]
            self.stdout.write("\n".join(told)) if told else None
            if len(told) < len(lines):
                self.stdout.write(f"  … and {len(lines) - len(told)} more: --verbosity 2 tells all")

    def _names(self, what: str, names: list[str]) -> None:
        if names:
            self.stdout.write(f"{len(names)} {what}: {', '.join(names)}")


def _many(given: str | list[str]) -> list[str]:
    """Options as a list, also where `call_command` was given one as a text."""
    return [given] if isinstance(given, str) else list(given)


def _check(region: str) -> None:
    if not Region.objects.filter(pk=region).exists():
        raise CommandError(f"{region} is no region of the catalogue. Load it first: manage.py load_catalog.")
