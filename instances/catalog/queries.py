"""Reads of the cloud side's catalog, kept in each process until the catalog changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, DecimalField, OuterRef, Subquery

from instances.catalog.cache import cached_by_catalog
from instances.catalog.type_table import TypeTable, flags, numbers
from instances.choices import SERVICE_ITEMS, SERVICE_UNITS
from instances.models import Offering, Price, Region, ServicePrice
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.choices import FigureKind


@dataclass(frozen=True, slots=True)
class ServiceFigure:
    """A service's price: USD per `unit`, with what makes it believable."""

    item: str
    unit: str
    usd: float
    usd_exact: Decimal
    kind: str
    source: str
    source_date: str

    @property
    def label(self) -> str:
        """What is priced, in the reader's language."""
        return str(SERVICE_ITEMS.get(self.item, self.item))

    @property
    def unit_label(self) -> str:
        """The unit, in the reader's language."""
        return str(SERVICE_UNITS.get(self.unit, self.unit))


@dataclass(frozen=True, slots=True)
class RegionFigure:
    """A region with its grid's carbon intensity (g CO2e per kWh) and the range over the sources."""

    code: str
    name: str
    country: str
    grid_g_per_kwh: float
    grid_low_g_per_kwh: float
    grid_high_g_per_kwh: float
    kind: str
    source: str
    source_date: str
    zones: int
    types: int
    priced_types: int

    @property
    def label(self) -> str:
        """The region's name in the reader's language."""
        return Region(code=self.code, name=self.name).label


@cached_by_catalog
def type_table(region: str) -> TypeTable:
    """Every type offered in a region, as arrays (one query); empty for a region that is not in the catalog."""
    rows = list(_offered_types(region))
    column = {name: [row[name] for row in rows] for name in _COLUMNS}
    details = column["instance_type__details"]
    architectures = column["instance_type__architectures"]
    families = column["instance_type__family"]
    hypervisors = column["instance_type__hypervisor"]
    return TypeTable(
        region=region,
        names=tuple(column["instance_type_id"]),
        families=tuple(families),
        hypervisors=tuple(hypervisors),
        **{name: tuple(text or "" for text in column[name[:-1]]) for name in ("kinds", "sources", "source_dates")},
        vcpu=numbers(column["instance_type__vcpu"]),
        memory_gib=numbers([mib / MIB_PER_GIB for mib in column["instance_type__memory_mib"]]),
        x86=flags(["x86_64" in names for names in architectures]),
        arm=flags(["arm64" in names for names in architectures]),
        usd_per_hour=numbers(column["usd"]),
        baseline_share=numbers(column["instance_type__baseline_share"]),
        burstable=flags(column["instance_type__burstable"]),
        flex=flags([family.endswith("-flex") for family in families]),
        metal=flags([hypervisor == "metal" for hypervisor in hypervisors]),
        accelerated=flags([bool(found) for found in column["instance_type__accelerators"]]),
        current_generation=flags(column["instance_type__current_generation"]),
        idle_w_per_vcpu=numbers(column["instance_type__cpu_power__idle_w_per_vcpu"]),
        full_w_per_vcpu=numbers(column["instance_type__cpu_power__full_w_per_vcpu"]),
        network_gbps=numbers(column["instance_type__network_gbps"]),
        network_peak_gbps=numbers([found.get("network_peak_gbps") for found in details]),
        ebs_baseline_mbps=numbers(column["instance_type__ebs_baseline_mbps"]),
        ebs_baseline_iops=numbers(column["instance_type__ebs_baseline_iops"]),
        instance_store_gb=numbers(column["instance_type__instance_store_gb"]),
        zones=numbers([len(letters.split()) for letters in column["zones"]]),
    )


_TYPE_FIELDS = [
    "family", "vcpu", "memory_mib", "architectures", "hypervisor", "accelerators", "details", "baseline_share",
    "burstable", "current_generation", "network_gbps", "ebs_baseline_mbps", "ebs_baseline_iops", "instance_store_gb",
    "cpu_power__idle_w_per_vcpu", "cpu_power__full_w_per_vcpu",
]  # fmt: skip
_TRUST = ("kind", "source", "source_date")
_COLUMNS = ["instance_type_id", "zones", "usd", *_TRUST, *(f"instance_type__{name}" for name in _TYPE_FIELDS)]


def _offered_types(region: str) -> Iterable[dict[str, Any]]:
    price = Price.objects.filter(region=region, instance_type=OuterRef("instance_type"))
    offered = Offering.objects.filter(region=region).order_by("instance_type_id")
    rows: Iterable[dict[str, Any]] = offered.annotate(
        usd=Subquery(price.values("usd_per_hour")[:1], output_field=DecimalField()),
        **{name: Subquery(price.values(name)[:1], output_field=CharField()) for name in _TRUST},
    ).values(*_COLUMNS)
    return rows


@cached_by_catalog
def service_prices(region: str) -> Mapping[str, ServiceFigure]:
    """Every service's price in a region by item (one query); `choices.SERVICE_ITEMS` lists the items."""
    rows = ServicePrice.objects.filter(region=region)
    return {
        row.item: ServiceFigure(
            item=row.item,
            unit=row.unit,
            usd=float(row.usd),
            usd_exact=row.usd,
            kind=row.kind,
            source=row.source,
            source_date=row.source_date,
        )
        for row in rows
    }


@cached_by_catalog
def region_list() -> tuple[RegionFigure, ...]:
    """Every region by code with its counts (one query)."""
    priced = Price.objects.filter(region=OuterRef("pk")).order_by().values("region").annotate(n=Count("pk")).values("n")
    offered = Offering.objects.filter(region=OuterRef("pk")).order_by().values("region").annotate(n=Count("pk"))
    rows = Region.objects.annotate(
        zone_count=Count("zones"), priced=Subquery(priced), offered=Subquery(offered.values("n"))
    )
    return tuple(_region_figure(row) for row in rows.values(*_REGION_FIELDS, "zone_count", "offered", "priced"))


_REGION_FIELDS = [
    "code", "name", "country", "grid_g_per_kwh", "grid_low_g_per_kwh", "grid_high_g_per_kwh",
    "kind", "source", "source_date",
]  # fmt: skip


def _region_figure(row: dict[str, Any]) -> RegionFigure:
    counts = {"zones": row["zone_count"], "types": row["offered"] or 0, "priced_types": row["priced"] or 0}
    return RegionFigure(**{name: row[name] for name in _REGION_FIELDS}, **counts)


def region_figure(region: str) -> RegionFigure:
    """One region; raises KeyError for a code that is not in the catalog."""
    found = next((row for row in region_list() if row.code == region), None)
    if found is None:
        raise KeyError(region)
    return found


def grid_g_per_kwh(region: str) -> float:
    """Carbon intensity of a region's grid, g CO2e per kWh; raises KeyError for an unknown region."""
    return region_figure(region).grid_g_per_kwh


def price_kind_counts(region: str) -> dict[str, int]:
    """How many of a region's prices are of each kind (one query)."""
    counts = Price.objects.filter(region=region).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict.fromkeys(FigureKind.values, 0) | dict(counts)
