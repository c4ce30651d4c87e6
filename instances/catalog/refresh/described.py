"""Instance types and where they are offered, as the cloud itself describes them: DescribeInstanceTypes through boto3.

boto3 is no part of the product: it is as large as all of the product's other packages of Python together, and only this
needs it. The keys are those that boto3 finds by itself (its environment, profile or role).
"""

import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from instances.catalog import files
from instances.catalog.build.sources import DescribedType, SourceMissing
from instances.catalog.build.tables import type_rows
from instances.catalog.build.types import COLUMNS
from instances.catalog.load import TYPE_FIELDS, instance_type
from instances.catalog.names.naming import BadName, parse
from instances.catalog.refresh.difference import Difference, difference
from instances.catalog.refreshed import OFFERING_FIELDS, OFFERING_KEY, SOURCED
from instances.choices import CatalogTable
from instances.models import AvailabilityZone, CatalogRefresh, CpuPower, InstanceType, Offering
from virtlab.labs.choices import FigureKind
from virtlab.labs.tables import sync_rows

CITATION = "Amazon EC2 DescribeInstanceTypes, {region}"
NO_BOTO3 = "Reading instance types needs boto3, which is not installed: pip install boto3."


@dataclass(frozen=True)
class Described:
    """What the cloud says of a region: its types, and the zones that offer each by name."""

    region: str
    types: Sequence[DescribedType]
    zones: dict[str, list[str]]


@dataclass(frozen=True)
class TypesWritten:
    """What differs, and the names that the naming rule does not read."""

    differences: list[Difference]
    unread: list[str]


def describe(region: str) -> Described:
    """Asks the cloud (two paged calls); raises SourceMissing where boto3, its keys or an answer is missing."""
    try:
        boto3 = importlib.import_module("boto3")
        errors = importlib.import_module("botocore.exceptions")
    except ModuleNotFoundError as missing:
        raise SourceMissing(NO_BOTO3) from missing
    try:
        ec2 = boto3.client("ec2", region_name=region)
        types = list(_pages(ec2, "describe_instance_types", "InstanceTypes"))
        zones = _by_type(
            _pages(ec2, "describe_instance_type_offerings", "InstanceTypeOfferings", LocationType="availability-zone")
        )
    except (errors.BotoCoreError, errors.ClientError) as problem:
        raise SourceMissing(f"The cloud gave no answer for {region}: {problem}") from problem
    return Described(region, types, zones)


def _by_type(offerings: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for row in offerings:
        zones.setdefault(row["InstanceType"], []).append(row["Location"])
    return zones


def _pages(ec2: Any, call: str, key: str, **asked: str) -> Iterator[dict[str, Any]]:
    for page in ec2.get_paginator(call).paginate(**asked):
        yield from page[key]


def write_types(described: Described) -> TypesWritten:
    """Writes the types and the region's offerings; types that the region lacks stay, other regions may offer them.

    The caller holds the transaction; the number of queries does not grow with rows.
    """
    readable = [item for item in described.types if _is_read(item)]
    differences = [
        _types(described.region, readable),
        _offerings(described, {item["InstanceType"] for item in readable}),
    ]
    values = {"source": CITATION.format(region=described.region), "source_date": _today()}
    CatalogRefresh.objects.update_or_create(region_id=described.region, table=CatalogTable.OFFERINGS, defaults=values)
    return TypesWritten(differences, sorted(item["InstanceType"] for item in described.types if not _is_read(item)))


def _types(region: str, items: list[DescribedType]) -> Difference:
    sourced = {"kind": FigureKind.LIST.value, "source": CITATION.format(region=region), "source_date": _today()}
    powers = set(CpuPower.objects.values_list("cpu", flat=True))
    rows = [instance_type(files.cells(COLUMNS, row), sourced) for row in type_rows(items)]
    for row in rows:
        row.cpu_power_id = row.cpu_power_id if row.cpu_power_id in powers else None
    here = {row.name: row for row in InstanceType.objects.filter(name__in=[row.name for row in rows])}
    both = {row.name: _differing(here.get(row.name), row) for row in rows}
    differs = difference(
        "instance types",
        {name: both[name][0] for name in here},
        {name: has for name, (_had, has) in both.items()},
        {name for name, row in here.items() if row.edited_at},
    )
    touched = differs.new.keys() | differs.changed.keys()
    sync_rows(InstanceType, [row for row in rows if row.name in touched], ["name"], TYPE_FIELDS)
    return differs


def _offerings(described: Described, names: set[str]) -> Difference:
    AvailabilityZone.objects.bulk_create(
        [
            AvailabilityZone(region_id=described.region, name=zone)
            for zone in sorted({zone for zones in described.zones.values() for zone in zones})
        ],
        ignore_conflicts=True,
    )
    rows = [
        Offering(
            region_id=described.region,
            instance_type_id=name,
            zones=" ".join(sorted(zone.removeprefix(described.region) for zone in zones)),
        )
        for name, zones in described.zones.items()
        if name in names
    ]
    here = Offering.objects.filter(region=described.region)
    had = dict(here.values_list("instance_type", "zones"))
    differs = difference("offered in zones", had, {row.instance_type_id: row.zones for row in rows}, set())
    sync_rows(Offering, rows, OFFERING_KEY, OFFERING_FIELDS, remove=here)
    return differs


def _differing(old: InstanceType | None, new: InstanceType) -> tuple[str, str]:
    """The facts of a type that differ, as they were and as they are; of a new one what it is."""
    if old is None:
        return "", f"{new.vcpu} vCPU, {new.memory_mib} MiB"
    columns = ["cpu_power_id" if name == "cpu_power" else name for name in TYPE_FIELDS if name not in SOURCED]
    differ = [name for name in columns if getattr(old, name) != getattr(new, name)]
    had, has = (", ".join(f"{name} {getattr(row, name)}" for name in differ) for row in (old, new))
    return had, has


def _is_read(item: DescribedType) -> bool:
    try:
        return bool(parse(item["InstanceType"]))
    except BadName:
        return False


def _today() -> str:
    return timezone.now().date().isoformat()
