"""One instance type with its prices in every region, the zones that offer it, and its family."""

from collections.abc import Mapping
from dataclasses import dataclass

from instances.catalog.names.naming import BadName, parse, size_units
from instances.catalog.names.naming_words import Part, explain
from instances.catalog.queries import region_list
from instances.choices import PurchaseOption
from instances.models import InstanceType, Offering, Price
from instances.pages.types.rates import RateRow, rate_rows
from instances.pricing.hourly import HourlyTerms, usd_per_hour
from virtlab.engine.units import HOURS_PER_MONTH, MIB_PER_GIB
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


@dataclass(frozen=True, slots=True)
class RegionPrice:
    """What the type costs in one region: USD per hour by purchase option, and where it can be had."""

    code: str
    label: str
    usd: float
    one_year_usd: float
    three_year_usd: float
    yen_per_month: float
    ratio: float | None
    zones: int
    kind: str
    source: str
    source_date: str
    here: bool

    @property
    def month_usd(self) -> float:
        """USD per month of 730 hours, on demand."""
        return self.usd * HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Sibling:
    """A size of the same family with its price in the region."""

    name: str
    size: str
    units: float
    vcpu: int
    memory_gib: float
    usd: float | None


@dataclass(frozen=True, slots=True)
class TypePage:
    """All that a type's page shows."""

    kind: InstanceType
    region: str
    region_label: str
    parts: list[Part]
    prices: list[RegionPrice]
    siblings: list[Sibling]
    zones: list[str]
    here: RegionPrice | None
    offered_without_price: int
    rates: list[RateRow]

    @property
    def siblings_priced(self) -> int:
        """How many sizes of its family have a price in the region, itself included."""
        return sum(sibling.usd is not None for sibling in self.siblings)

    @property
    def memory_gib(self) -> float:
        return self.kind.memory_mib / MIB_PER_GIB

    @property
    def watts(self) -> tuple[float, float] | None:
        """Watts of its vCPU at rest and at full load; None where the processor's are not known."""
        power = self.kind.cpu_power
        return (power.idle_w_per_vcpu * self.kind.vcpu, power.full_w_per_vcpu * self.kind.vcpu) if power else None


def type_page(lab: Lab, kind: InstanceType, region: str) -> TypePage:
    """The page of a type, seen from a region (five queries)."""
    offered = {row.region_id: row.zone_names for row in Offering.objects.filter(instance_type=kind)}
    prices = _prices(kind, region, offered, lab_values(lab))
    return TypePage(
        kind=kind,
        region=region,
        region_label=next((one.label for one in region_list() if one.code == region), region),
        parts=_parts(kind.name),
        prices=prices,
        siblings=_siblings(kind, region),
        zones=offered.get(region, []),
        here=next((row for row in prices if row.here), None),
        offered_without_price=len(set(offered) - {row.code for row in prices}),
        rates=rate_rows(kind, region),
    )


def _parts(name: str) -> list[Part]:
    try:
        return [part for part in explain(parse(name)) if part.text]
    except BadName:
        return []


def _prices(
    kind: InstanceType, region: str, offered: Mapping[str, list[str]], values: Mapping[str, float]
) -> list[RegionPrice]:
    """Cheapest first."""
    labels = {figure.code: figure.label for figure in region_list()}
    rows = list(Price.objects.filter(instance_type=kind).order_by("usd_per_hour", "region_id"))
    base = next((float(row.usd_per_hour) for row in rows if row.region_id == region), None)
    prices = []
    for row in rows:
        usd, one_year_usd, three_year_usd = _by_purchase(kind, float(row.usd_per_hour), values)
        price = RegionPrice(
            code=row.region_id,
            label=labels.get(row.region_id, row.region_id),
            usd=usd,
            one_year_usd=one_year_usd,
            three_year_usd=three_year_usd,
            yen_per_month=usd * HOURS_PER_MONTH * values["usd_jpy"],
            ratio=usd / base if base else None,
            zones=len(offered.get(row.region_id, [])),
            kind=row.kind,
            source=row.source,
            source_date=row.source_date,
            here=row.region_id == region,
        )
        prices.append(price)
    return prices


def _by_purchase(kind: InstanceType, linux_usd: float, values: Mapping[str, float]) -> list[float]:
    options = (HourlyTerms(OperatingSystem.LINUX, option, values) for option in PurchaseOption)
    return [usd_per_hour(linux_usd, kind.vcpu, kind.lasting_vcpu, terms) for terms in options]


def _siblings(kind: InstanceType, region: str) -> list[Sibling]:
    usd = dict(
        Price.objects.filter(region=region, instance_type__family=kind.family).values_list(
            "instance_type_id", "usd_per_hour"
        )
    )
    rows = InstanceType.objects.filter(family=kind.family).values_list("name", "size", "vcpu", "memory_mib")
    siblings = [
        Sibling(
            name, size, float(size_units(size) or 0), vcpu, mib / MIB_PER_GIB, float(usd[name]) if name in usd else None
        )
        for name, size, vcpu, mib in rows
    ]
    return sorted(siblings, key=lambda one: (one.vcpu, one.units, one.name))
