"""What an instance with its volumes and address costs. USD; a month has 730 hours."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from instances.catalog.prices import PriceFigure
from instances.choices import PurchaseOption, VolumeKind
from instances.models import Instance, InstanceType, Volume
from instances.pricing.charged_time import is_charged
from instances.pricing.commitments import commitment_to
from instances.pricing.credits import credit_mode, surplus_key, surplus_usd_per_hour
from instances.pricing.hourly import HourlyCharge, HourlyTerms, Values, hourly_charge
from virtlab.engine.load.cpu_credits import surplus_vcpu
from virtlab.engine.units import HOURS_PER_MONTH


class Priced(Protocol):
    """A service's price."""

    @property
    def usd(self) -> float:
        """USD per unit."""


ServicePrices = Mapping[str, Priced]
LinuxPrices = Mapping[str, PriceFigure | None]
"""On-demand prices by type: of the one that runs, and the one that a commitment is for."""
ADDRESS_ITEM = "public-ipv4-hour"
IO2_TIERS_IOPS = (32_000, 64_000)
"""IOPS up to which an io2 volume pays the first and the second price (Amazon EBS pricing, 2026)."""


@dataclass(frozen=True, slots=True)
class VolumeShape:
    """A volume as its price sees it."""

    kind: str
    size_gib: float
    iops: float = 0.0
    throughput_mib_per_s: float = 0.0

    @classmethod
    def of(cls, volume: Volume) -> "VolumeShape":
        """The shape of an existing volume."""
        return cls(volume.kind, volume.size_gib, volume.iops, volume.throughput_mib_per_s)


def addresses_usd_per_hour(count: int, prices: ServicePrices) -> float:
    """Public IPv4 addresses, Elastic IPs among them: each costs the same, whether it is used or not."""
    return charge_of(count, prices[ADDRESS_ITEM])


def charge_of(units: float, price: Priced) -> float:
    """So many units at a price: nothing for none, NaN where some are used of which no source has the price."""
    return units * price.usd if units else 0.0


def month_usd(usd_per_hour: float, volumes_usd_per_month: float) -> float:
    """A month of compute charges and addresses by the hour and volumes by the month."""
    return usd_per_hour * HOURS_PER_MONTH + volumes_usd_per_month


def volume_usd_per_month(volume: VolumeShape, prices: ServicePrices, values: Values) -> float:
    """Space by the GiB as the cloud bills it, and what is provisioned beyond the included IOPS and throughput."""
    usd = charge_of(volume.size_gib, prices[f"ebs-{volume.kind}-gb-month"])
    if volume.kind == VolumeKind.GP3:
        usd += charge_of(max(volume.iops - values["gp3_included_iops"], 0.0), prices["ebs-gp3-iops-month"])
        beyond_mib_per_s = max(volume.throughput_mib_per_s - values["gp3_included_mib_per_s"], 0.0)
        usd += charge_of(beyond_mib_per_s, prices["ebs-gp3-mbps-month"])
    if volume.kind == VolumeKind.IO2:
        usd += charge_of(io2_iops_at_first_price(volume.iops, values), prices["ebs-io2-iops-month"])
    return usd


def io2_iops_at_first_price(iops: float, values: Values) -> float:
    """As many IOPS at the price of the first 32,000 as an io2 volume's cost: those above are cheaper, in two tiers."""
    first, second = IO2_TIERS_IOPS
    in_second, in_third = min(max(iops - first, 0.0), second - first), max(iops - second, 0.0)
    shares = in_second * values["io2_second_tier_pct"] + in_third * values["io2_third_tier_pct"]
    return min(iops, first) + shares / 100


def volumes_usd_per_month(volumes: Iterable[VolumeShape], prices: ServicePrices, values: Values) -> float:
    """Several volumes together."""
    return sum(volume_usd_per_month(volume, prices, values) for volume in volumes)


@dataclass(frozen=True, slots=True)
class RunningCost:
    """What an instance costs as it stands: `compute_usd_per_hour` is what runs or is owed, None where no source has a
    price.
    """

    compute_usd_per_hour: float | None
    address_usd_per_hour: float
    volumes_usd_per_month: float
    price: PriceFigure | None = None
    surplus_usd_per_hour: float = 0.0

    @property
    def usd_per_hour(self) -> float:
        """All of it by the hour; without the compute charge where that is not known."""
        return self._hourly() + self.volumes_usd_per_month / HOURS_PER_MONTH

    @property
    def usd_per_month(self) -> float:
        """All of it over 730 hours."""
        return month_usd(self._hourly(), self.volumes_usd_per_month)

    def _hourly(self) -> float:
        return (self.compute_usd_per_hour or 0.0) + self.surplus_usd_per_hour + self.address_usd_per_hour


@dataclass(frozen=True, slots=True)
class CostQuery:
    """What a cost is asked for."""

    region: str
    kind: InstanceType
    operating_system: str
    purchase: str = PurchaseOption.ON_DEMAND
    volumes: tuple[VolumeShape, ...] = ()
    running: bool = True
    # The type that a commitment is for, and whether it is owed.
    committed_type: str = ""
    owed: bool = False
    addresses: int = 1
    credit_mode: str = ""
    mean_vcpu: float | None = None

    @property
    def surplus_vcpu(self) -> float:
        """VCPU above a burstable type's baseline on average."""
        if not self.kind.burstable or self.mean_vcpu is None:
            return 0.0
        return float(surplus_vcpu(self.mean_vcpu, self.kind.vcpu, self.kind.lasting_vcpu))

    def surplus_usd_per_hour(self, values: Values) -> float:
        """A forecast: what unlimited mode charges for it as the mean over many days, while the instance runs."""
        mode = credit_mode(self.kind, self.credit_mode)
        size = (self.kind.vcpu, self.kind.lasting_vcpu)
        key = surplus_key(self.kind.family, self.operating_system)
        return surplus_usd_per_hour(mode, self.mean_vcpu, size, key, values) if self.running else 0.0

    @classmethod
    def of(cls, instance: Instance, **changes: object) -> "CostQuery":
        """An instance as it stands, or with some of it changed."""
        current: dict[str, object] = {
            "region": instance.region_id,
            "kind": instance.instance_type,
            "operating_system": instance.operating_system,
            "purchase": instance.purchase,
            "volumes": tuple(VolumeShape.of(volume) for volume in instance.volumes.all()),
            "running": is_charged(instance),
            "committed_type": instance.committed_type_id or "",
            "addresses": int(bool(instance.public_address)),
            "credit_mode": instance.credit_mode,
            "mean_vcpu": traced_mean(instance),
        }
        return cls(**{**current, **changes})  # type: ignore[arg-type]  # the fields' own types


def cost(prices: LinuxPrices, query: CostQuery, services: ServicePrices, values: Values) -> RunningCost:
    """The cost of one instance at the price of its type. A stopped one pays for volumes, an address that it keeps and
    a commitment that is owed.
    """
    charge = compute_charge(prices, query, values)
    owed_usd = charge.committed_usd if query.owed else 0.0
    compute_usd = charge.running_usd(owed=query.owed) if query.running else owed_usd
    return RunningCost(
        compute_usd if math.isfinite(compute_usd) else None,
        addresses_usd_per_hour(query.addresses, services),
        volumes_usd_per_month(query.volumes, services, values),
        prices.get(query.kind.pk),
        query.surplus_usd_per_hour(values),
    )


def compute_charge(prices: LinuxPrices, query: CostQuery, values: Values) -> HourlyCharge:
    """What compute costs by the hour; NaN where a price that it takes has no source."""
    kind = query.kind
    commitment = commitment_to(query.committed_type, kind.pk, query.operating_system, partial(_usd, prices))
    terms = HourlyTerms(query.operating_system, query.purchase, values)
    return hourly_charge(_usd(prices, kind.pk), kind.vcpu, kind.lasting_vcpu, terms, commitment)


def _usd(prices: LinuxPrices, type_name: str) -> float:
    price = prices.get(type_name)
    return price.usd_per_hour if price else math.nan


def traced_mean(instance: Instance) -> float | None:
    """Mean vCPU that an instance's workload takes; None where no trace tells. Workload and trace should be loaded."""
    trace = getattr(instance.workload, "trace", None)
    return None if trace is None else trace.cpu_mean_vcpu
