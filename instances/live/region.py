"""A region as the lab has it: its zones with cards, and totals that are the sums of the zones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db.models import Count

from instances.catalog.queries import RegionFigure, region_figure, service_prices
from instances.choices import InstanceState
from instances.live.facts import InstanceFacts, instance_facts
from instances.live.rows import InstanceRow, rows_of
from instances.live.samples import vcpus_of
from instances.models import Volume
from instances.pricing.instance import ADDRESS_ITEM, VolumeShape, month_usd
from instances.pricing.power import USUAL_USE, InstancePower, middle_w_per_vcpu
from instances.pricing.rates import Rates, linux_prices
from instances.rules.availability import zones_of
from instances.rules.faults import faults_of
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.units import HOURS_PER_MONTH, MIB_PER_GIB
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

CARDS = 12


@dataclass(frozen=True, slots=True)
class Sums:
    """What some instances are, cost and draw together. Running ones cost compute; all cost their volumes.

    usd_per_hour and usd_per_month hold compute, addresses and volumes; `unpriced` running ones are missing in them.
    """

    instances: int = 0
    running: int = 0
    stopped: int = 0
    vcpu: float = 0.0
    memory_gib: float = 0.0
    cpu_vcpu: float = 0.0
    power_w: float = 0.0
    compute_usd_per_hour: float = 0.0
    addresses_usd_per_hour: float = 0.0
    volumes_usd_per_month: float = 0.0
    stopped_volumes_usd_per_month: float = 0.0
    unpriced: int = 0

    @property
    def usd_per_hour(self) -> float:
        """All of it by the hour."""
        return self.usd_per_month / HOURS_PER_MONTH

    @property
    def usd_per_month(self) -> float:
        """All of it over 730 hours."""
        hourly = self.compute_usd_per_hour + self.addresses_usd_per_hour
        return month_usd(hourly, self.volumes_usd_per_month)

    @property
    def cpu_share(self) -> float:
        """CPU in demand of what runs, 0 … 1."""
        return self.cpu_vcpu / self.vcpu if self.vcpu else 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone: its sums, its dearest instances as cards, how many more there are, whether it is out."""

    name: str
    out: bool
    sums: Sums
    cards: list[InstanceRow]

    @property
    def more(self) -> int:
        """Instances without a card."""
        return self.sums.instances - len(self.cards)


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region with its zones. `total` is the sum of the zones and of the volumes that no instance has."""

    region: RegionFigure
    zones: list[ZoneView]
    loose_volumes_gib: int
    loose_volumes_usd_per_month: float
    usd_jpy: float
    at: datetime

    @property
    def total(self) -> Sums:
        """All zones and the volumes without an instance."""
        return sum((zone.sums for zone in self.zones), Sums(volumes_usd_per_month=self.loose_volumes_usd_per_month))

    @property
    def jpy_per_month(self) -> float:
        """The total at the lab's exchange rate."""
        return self.total.usd_per_month * self.usd_jpy


def region_view(lab: Lab, region: str, *, cards: int = CARDS, at: datetime | None = None) -> RegionView:
    """The view of a region at the lab's time; a fixed number of queries. KeyError for an unknown region."""
    at = at or lab.lab_time()
    figure, values, faults = region_figure(region), lab_values(lab), faults_of(lab)
    table = _Table.load(lab, region, values, at)
    names = sorted({*zones_of(region), *table.zones})
    chosen = {name: table.dearest(name, cards) for name in names}
    rows = {row.pk: row for row in rows_of(lab, [key for keys in chosen.values() for key in keys], at)}
    zones = [
        ZoneView(
            name,
            faults.outage(region, name) is not None,
            table.sums(name),
            [rows[key] for key in chosen[name] if key in rows],
        )
        for name in names
    ]
    return RegionView(
        region=figure,
        zones=zones,
        loose_volumes_gib=table.storage.loose_gib,
        loose_volumes_usd_per_month=table.storage.loose_usd_per_month,
        usd_jpy=values["usd_jpy"],
        at=at,
    )


@dataclass(eq=False)
class _Table:
    """The region's instances as arrays (n,), terminated ones left out."""

    pk: list[int]
    zones: npt.NDArray[np.str_]
    running: Bools
    stopped: Bools
    vcpu: F64
    memory_gib: F64
    cpu_vcpu: F64
    power_w: F64
    usd_per_hour: F64
    address_usd_per_hour: F64
    storage: "_Storage"

    @classmethod
    def load(cls, lab: Lab, region: str, values: dict[str, float], at: datetime) -> "_Table":
        """Three queries: instances with their samples, prices, volumes."""
        rows = instance_facts(lab, region, at)
        linux = linux_prices({(region, row.type_name) for row in rows})
        rates = Rates({name: usd for (_r, name), usd in linux.items()}, service_prices(region), values)
        running = np.array([row.charged for row in rows], dtype=np.bool_)
        vcpu, memory = _floats([row.vcpu for row in rows]), _floats([row.memory_mib for row in rows]) / MIB_PER_GIB
        cpu = _demand([row.live_sample for row in rows], vcpu)
        power = InstancePower.of(vcpu, memory, _watts(rows), values).power_w(cpu)
        return cls(
            pk=[row.pk for row in rows],
            zones=np.array([row.zone for row in rows], dtype=np.str_),
            running=running,
            stopped=np.array([row.state == InstanceState.STOPPED for row in rows], dtype=np.bool_),
            vcpu=vcpu,
            memory_gib=memory,
            cpu_vcpu=np.where(running, cpu, 0.0),
            power_w=np.where(running, power, 0.0),
            usd_per_hour=_floats([rates.usd_per_hour(row.rate_key) for row in rows]),
            address_usd_per_hour=_floats([bool(row.public_address) for row in rows]) * _address_usd(rates),
            storage=_Storage.load(lab, region, rates),
        )

    def sums(self, zone: str) -> Sums:
        """One zone's sums."""
        here = self.zones == zone
        on = here & self.running
        priced = on & np.isfinite(self.usd_per_hour)
        return Sums(
            instances=int(here.sum()),
            running=int(on.sum()),
            stopped=int((here & self.stopped).sum()),
            vcpu=float(self.vcpu[on].sum()),
            memory_gib=float(self.memory_gib[on].sum()),
            cpu_vcpu=float(self.cpu_vcpu[on].sum()),
            power_w=float(self.power_w[on].sum()),
            compute_usd_per_hour=float(self.usd_per_hour[priced].sum()),
            addresses_usd_per_hour=float(self.address_usd_per_hour[here].sum()),
            volumes_usd_per_month=self.storage.usd_per_month.get(zone, 0.0),
            stopped_volumes_usd_per_month=self.storage.stopped_usd_per_month.get(zone, 0.0),
            unpriced=int(on.sum() - priced.sum()),
        )

    def dearest(self, zone: str, most: int) -> list[int]:
        """Keys of a zone's instances, the running and dear ones first."""
        rows = np.flatnonzero(self.zones == zone)
        price = np.where(self.running, np.nan_to_num(self.usd_per_hour), -1.0)[rows]
        order = rows[np.argsort(-price, kind="stable")][:most]
        return [self.pk[row] for row in order.tolist()]


@dataclass(slots=True)
class _Storage:
    """USD per month of volumes by zone, those of stopped instances apart, and of volumes without an instance."""

    usd_per_month: dict[str, float] = field(default_factory=dict)
    stopped_usd_per_month: dict[str, float] = field(default_factory=dict)
    loose_gib: int = 0
    loose_usd_per_month: float = 0.0

    @classmethod
    def load(cls, lab: Lab, region: str, rates: Rates) -> "_Storage":
        """Volumes alike are counted by the database (one query)."""
        rows = Volume.objects.filter(lab=lab, region=region).order_by()
        shape = ("kind", "size_gib", "iops", "throughput_mbps")
        storage = cls()
        for zone, state, *of, count in rows.values_list("zone", "instance__state", *shape).annotate(n=Count("pk")):
            storage.add(zone, state, VolumeShape(*of), rates.volume_usd(VolumeShape(*of)) * count, count)
        return storage

    def add(self, zone: str, state: str | None, shape: VolumeShape, usd: float, count: int) -> None:
        """Counts volumes alike."""
        if state is None:
            self.loose_gib += int(shape.size_gib) * count
            self.loose_usd_per_month += usd
            return
        self.usd_per_month[zone] = self.usd_per_month.get(zone, 0.0) + usd
        if state == InstanceState.STOPPED:
            self.stopped_usd_per_month[zone] = self.stopped_usd_per_month.get(zone, 0.0) + usd


def _demand(samples: Sequence[bytes | None], vcpu: F64) -> F64:
    demand = vcpus_of(samples)
    return np.where(np.isfinite(demand), np.minimum(demand, vcpu), vcpu * USUAL_USE)


def _watts(rows: Sequence[InstanceFacts]) -> tuple[F64, F64]:
    """Idle and full watts per vCPU of each (n,)."""
    idle, full = middle_w_per_vcpu()
    return (
        _floats([idle if row.idle_w is None else row.idle_w for row in rows]),
        _floats([full if row.full_w is None else row.full_w for row in rows]),
    )


def _address_usd(rates: Rates) -> float:
    return rates.services[ADDRESS_ITEM].usd if ADDRESS_ITEM in rates.services else 0.0


def _floats(values: object) -> F64:
    return np.array(values, dtype=np.float64)
