"""Loads the committed tables into the database. Run again, it changes only what differs and nothing that was edited."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction

from instances.catalog import files
from instances.catalog.build.types import COLUMNS as TYPE_COLUMNS
from instances.catalog.cache import renew_catalog_version
from instances.catalog.load_images import load_images
from instances.catalog.refreshed import (
    ITEM_USAGES,
    OFFERING_FIELDS,
    OFFERING_KEY,
    PRICE_FIELDS,
    PRICE_KEY,
    SERVICE_FIELDS,
    SERVICE_KEY,
    SOURCED,
    refreshed_regions,
)
from instances.choices import RULE_KINDS, CatalogTable, PriceRule
from instances.models import (
    AvailabilityZone,
    CpuPower,
    InstanceType,
    Offering,
    Price,
    Region,
    ServicePrice,
)
from virtlab.labs.choices import FigureKind
from virtlab.labs.tables import Synced, sync_rows

LAST_OF_TYPE = TYPE_COLUMNS.index("accelerators") + 1
OF_TYPE, DETAILS = TYPE_COLUMNS[:LAST_OF_TYPE], TYPE_COLUMNS[LAST_OF_TYPE:]
FLAGS = {"efa", "hibernation", "auto_recovery", "free_tier"}
NUMBERS = {
    "network_peak_gbps",
    "ipv4_per_interface",
    "ebs_maximum_mbps",
    "ebs_maximum_iops",
    "ebs_maximum_mb_s",
    "ebs_attachments",
    "store_disks",
}
LISTS = {"virtualization", "boot_modes", "root_devices", "usage_classes"}
TYPE_FIELDS = [name for name in OF_TYPE if name not in {"name", "cpu_from_sibling"}] + ["details", *SOURCED]


@transaction.atomic
def load_catalog() -> dict[str, Synced]:
    """Brings every table of the catalog to the committed state; says per table what it did."""
    steps: dict[str, Callable[[], Synced]] = {
        "regions": _regions,
        "zones": _zones,
        "cpu_power": _cpu_power,
        "instance_types": _instance_types,
        "offerings": _offerings,
        "prices": _prices,
        "service_prices": _service_prices,
        "images": load_images,
    }
    done = {table: step() for table, step in steps.items()}
    if any(synced.touched for synced in done.values()):
        renew_catalog_version()
    return done


def _regions() -> Synced:
    rows = [
        Region(**{name: row[name] for name in ("code", "name", "country", *SOURCED)}, **_floats(row, "grid_"))
        for row in files.read(files.FACTS / "regions.csv")
    ]
    grid = ["grid_g_per_kwh", "grid_low_g_per_kwh", "grid_high_g_per_kwh"]
    return sync_rows(Region, rows, ["code"], ["name", "country", *grid, *SOURCED])


def _zones() -> Synced:
    names = {(row["region"], row["region"] + letter) for row in _offered() for letter in row["zones"].split()}
    rows = [AvailabilityZone(region_id=region, name=name) for region, name in sorted(names)]
    return sync_rows(AvailabilityZone, rows, ["name"], ["region"])


def _cpu_power() -> Synced:
    table = files.read(files.FACTS / "cpu_power.csv")
    rows = [
        CpuPower(cpu=row["cpu"], **_floats(row, "idle_"), **_floats(row, "full_"), **{n: row[n] for n in SOURCED})
        for row in table
    ]
    return sync_rows(CpuPower, rows, ["cpu"], ["idle_w_per_vcpu", "full_w_per_vcpu", *SOURCED])


def _instance_types() -> Synced:
    citation, date = files.citations()["types"]
    sourced = {"kind": FigureKind.LIST.value, "source": citation, "source_date": date}
    described = InstanceType.objects.filter(offerings__region__in=refreshed_regions(CatalogTable.OFFERINGS))
    newer = set(described.filter(source_date__gt=date).values_list("name", flat=True))
    table = files.read(files.DATA / "instance_types.csv")
    rows = [instance_type(row, sourced) for row in table if row["name"] not in newer]
    return sync_rows(InstanceType, rows, ["name"], TYPE_FIELDS)


def instance_type(row: files.Row, sourced: dict[str, str]) -> InstanceType:
    """A type from a row of instance_types.csv, not saved; `sourced` are its kind, source and date."""
    plain = ("name", "family", "size", "hypervisor", "cpu", "network_performance")
    whole = ("vcpu", "memory_mib", "cores", "threads_per_core", "network_interfaces", "ebs_baseline_iops")
    broken = ("clock_ghz", "baseline_share", "network_gbps", "ebs_baseline_mbps", "instance_store_gb")
    values: dict[str, Any] = {name: row[name] for name in plain}
    values |= {name: int(row[name]) if row[name] else None for name in whole}
    values |= {name: float(row[name]) if row[name] else None for name in broken}
    return InstanceType(
        **values,
        **sourced,
        cpu_power_id=row["cpu_power"] or None,
        architectures=row["architectures"].split(),
        current_generation=bool(row["current_generation"]),
        burstable=bool(row["burstable"]),
        accelerators=row["accelerators"].split("; ") if row["accelerators"] else [],
        details=_details(row),
    )


def _details(row: files.Row) -> dict[str, Any]:
    """The facts without a column of their own; what a type lacks is left out, a flag never is."""
    details: dict[str, Any] = {"cpu_from_sibling": bool(row["cpu_from_sibling"])}
    for name in DETAILS:
        if name in FLAGS:
            details[name] = bool(row[name])
        elif row[name]:
            details[name] = float(row[name]) if name in NUMBERS else row[name].split() if name in LISTS else row[name]
    return details


def _offerings() -> Synced:
    others = refreshed_regions(CatalogTable.OFFERINGS)
    rows = [
        Offering(region_id=row["region"], instance_type_id=row["name"], zones=row["zones"])
        for row in _offered()
        if row["region"] not in others
    ]
    gone = Offering.objects.exclude(region__in=others)
    return sync_rows(Offering, rows, OFFERING_KEY, OFFERING_FIELDS, remove=gone)


def _prices() -> Synced:
    sources, others = price_sources(), refreshed_regions(CatalogTable.PRICES)
    rows = [
        Price(
            region_id=row["region"],
            instance_type_id=row["name"],
            usd_per_hour=Decimal(row["usd_per_hour"]),
            rule=row["rule"],
            basis=row["basis"],
            **sources[row["rule"]],
        )
        for row in files.read(files.DATA / "prices.csv")
        if row["region"] not in others
    ]
    return sync_rows(Price, rows, PRICE_KEY, PRICE_FIELDS, remove=Price.objects.exclude(region__in=others))


def _service_prices() -> Synced:
    others = refreshed_regions(CatalogTable.SERVICES)
    rows = [
        ServicePrice(
            region_id=row["region"],
            usd=Decimal(row["usd"]),
            **{name: row[name] for name in ("item", "service", "unit", *SOURCED)},
        )
        for row in files.read(files.DATA / "service_prices.csv")
        if row["region"] not in others or row["item"] not in ITEM_USAGES
    ]
    gone = ServicePrice.objects.exclude(region__in=others, item__in=ITEM_USAGES)
    return sync_rows(ServicePrice, rows, SERVICE_KEY, SERVICE_FIELDS, remove=gone)


def price_sources() -> dict[str, dict[str, str]]:
    """Kind, source and date of a price by the rule that found it."""
    known = files.citations()
    listed, family = known["prices"], known["family_prices"]
    both = (f"{family[0]}; regional ratio: {listed[0]}, {listed[1]}", family[1])
    by_rule = dict.fromkeys(PriceRule, both)
    by_rule |= dict.fromkeys((PriceRule.LISTED, PriceRule.LINE, PriceRule.LONE), listed)
    by_rule |= dict.fromkeys((PriceRule.FACT, PriceRule.FACT_LINE), family)
    by_rule[PriceRule.TYPE] = known["type_prices"]
    return {
        rule.value: {"kind": RULE_KINDS[rule].value, "source": source, "source_date": date}
        for rule, (source, date) in by_rule.items()
    }


def _offered() -> Iterable[files.Row]:
    return files.read(files.DATA / "offerings.csv")


def _floats(row: files.Row, prefix: str) -> dict[str, float]:
    return {name: float(value) for name, value in row.items() if name.startswith(prefix)}
