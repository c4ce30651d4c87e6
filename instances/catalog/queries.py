"""Reads of the cloud side's catalog, kept in each process until the catalog changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

import numpy as np
from django.db.models import CharField, Count, DecimalField, OuterRef, Subquery

from instances.catalog.cache import cached_by_catalog
from instances.catalog.type_table import TypeTable, flags, numbers
from instances.choices import Hypervisor
from instances.models import CpuPower, InstanceType, Offering, Price, Region
from virtlab.engine.arrays import F64
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab

SHARED = "shared"
GPU_MAKERS = ("NVIDIA", "AMD")


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


def has_gpu(accelerators: Iterable[str]) -> bool:
    """Whether one of a type's accelerators ("1 × NVIDIA L4") is a GPU, and a whole one."""
    counted = (text.split(" × ", 1) for text in accelerators)
    return any(float(count) >= 1 and maker in name for count, name in counted for maker in GPU_MAKERS)


def shares_attachments(details: Mapping[str, Any], hypervisor: str) -> bool:
    """Whether a type's volumes share their places with its network interfaces, as on most Nitro types."""
    return details.get("ebs_attachment_limit") == SHARED and hypervisor == Hypervisor.NITRO


def _texts(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(text or "" for text in values)


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
        kinds=_texts(column["kind"]),
        sources=_texts(column["source"]),
        source_dates=_texts(column["source_date"]),
        vcpu=numbers(column["instance_type__vcpu"]),
        memory_gib=numbers([mib / MIB_PER_GIB for mib in column["instance_type__memory_mib"]]),
        x86=flags(["x86_64" in names for names in architectures]),
        x86_32=flags(["i386" in names for names in architectures]),
        arm=flags(["arm64" in names for names in architectures]),
        usd_per_hour=numbers(column["usd"]),
        baseline_share=numbers(column["instance_type__baseline_share"]),
        burstable=flags(column["instance_type__burstable"]),
        flex=flags([family.endswith("-flex") for family in families]),
        metal=flags([hypervisor == "metal" for hypervisor in hypervisors]),
        accelerated=flags([bool(names) for names in column["instance_type__accelerators"]]),
        gpu=flags([has_gpu(names) for names in column["instance_type__accelerators"]]),
        current_generation=flags(column["instance_type__current_generation"]),
        idle_w_per_vcpu=numbers(column["instance_type__cpu_power__idle_w_per_vcpu"]),
        full_w_per_vcpu=numbers(column["instance_type__cpu_power__full_w_per_vcpu"]),
        network_gbps=numbers(column["instance_type__network_gbps"]),
        network_peak_gbps=numbers([more.get("network_peak_gbps") for more in details]),
        ebs_baseline_mbps=numbers(column["instance_type__ebs_baseline_mbps"]),
        ebs_baseline_iops=numbers(column["instance_type__ebs_baseline_iops"]),
        instance_store_gb=numbers(column["instance_type__instance_store_gb"]),
        interfaces=numbers(column["instance_type__network_interfaces"]),
        volumes=numbers([more.get("ebs_attachments") for more in details]),
        shared_volumes=flags(list(map(shares_attachments, details, hypervisors))),
        cpus=tuple(column["instance_type__cpu"]),
        threads_per_core=numbers(column["instance_type__threads_per_core"]),
        zones=numbers([len(letters.split()) for letters in column["zones"]]),
    )


_TYPE_FIELDS = [
    "family",
    "vcpu",
    "memory_mib",
    "architectures",
    "hypervisor",
    "accelerators",
    "details",
    "baseline_share",
    "burstable",
    "current_generation",
    "cpu",
    "threads_per_core",
    "network_gbps",
    "network_interfaces",
    "ebs_baseline_mbps",
    "ebs_baseline_iops",
    "instance_store_gb",
    "cpu_power__idle_w_per_vcpu",
    "cpu_power__full_w_per_vcpu",
]
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
def region_list() -> tuple[RegionFigure, ...]:
    """Every region by code with its counts (one query)."""
    priced = Price.objects.filter(region=OuterRef("pk")).order_by().values("region").annotate(n=Count("pk")).values("n")
    offered = Offering.objects.filter(region=OuterRef("pk")).order_by().values("region").annotate(n=Count("pk"))
    rows = Region.objects.annotate(
        zone_count=Count("zones"), priced=Subquery(priced), offered=Subquery(offered.values("n"))
    )
    return tuple(_region_figure(row) for row in rows.values(*_REGION_FIELDS, "zone_count", "offered", "priced"))


_COUNTS = {"zones", "types", "priced_types"}
_REGION_FIELDS = [field.name for field in fields(RegionFigure) if field.name not in _COUNTS]


def _region_figure(row: dict[str, Any]) -> RegionFigure:
    counts = {"zones": row["zone_count"], "types": row["offered"] or 0, "priced_types": row["priced"] or 0}
    return RegionFigure(**{name: row[name] for name in _REGION_FIELDS}, **counts)


def region_in_force(lab: Lab, code: str = "") -> str:
    """A region of the catalog: the one asked for, else the lab's, else the first; empty where there is none."""
    codes = [region.code for region in region_list()]
    return next((known for known in (code, lab.region_code) if known in codes), codes[0] if codes else "")


def region_figure(region: str) -> RegionFigure:
    """One region; raises KeyError for a code that is not in the catalog."""
    figure = next((row for row in region_list() if row.code == region), None)
    if figure is None:
        raise KeyError(region)
    return figure


def grid_g_per_kwh(region: str) -> float:
    """Carbon intensity of a region's grid, g CO2e per kWh; raises KeyError for an unknown region."""
    return region_figure(region).grid_g_per_kwh


@cached_by_catalog
def middle_w_per_vcpu() -> tuple[float, float]:
    """The middle of all processors' idle and full watts per vCPU; zeros before the catalog is loaded."""
    rows = list(CpuPower.objects.values_list("idle_w_per_vcpu", "full_w_per_vcpu"))
    return (median(row[0] for row in rows), median(row[1] for row in rows)) if rows else (0.0, 0.0)


def w_per_vcpu_of(idle_w: F64, full_w: F64) -> tuple[F64, F64]:
    """Idle and full watts per vCPU of processors (n,), the middle of all for those whose own is not known (NaN)."""
    idle, full = middle_w_per_vcpu()
    return np.where(np.isnan(idle_w), idle, idle_w), np.where(np.isnan(full_w), full, full_w)


def w_per_vcpu(kind: InstanceType) -> tuple[float, float]:
    """A type's idle and full watts per vCPU."""
    return (kind.cpu_power.idle_w_per_vcpu, kind.cpu_power.full_w_per_vcpu) if kind.cpu_power else middle_w_per_vcpu()
