"""The instances of a region as arrays, from which the sums of its zones come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from instances.catalog.prices import linux_prices, service_prices
from instances.catalog.queries import w_per_vcpu_of
from instances.choices import InstanceState
from instances.live.facts import InstanceFacts, instance_facts
from instances.live.samples import vcpus_of
from instances.live.storage import RegionStorage
from instances.live.sums import Sums
from instances.pricing.instance import ADDRESS_ITEM, addresses_usd_per_hour
from instances.pricing.power import USUAL_USE, InstancePower
from instances.pricing.rates import Rates
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.load.cpu_credits import surplus_vcpu
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab


@dataclass(eq=False)
class RegionTable:
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
    credits_usd_per_hour: F64
    address_usd_per_hour: F64
    usd_per_address_hour: float
    storage: RegionStorage

    @classmethod
    def load(cls, lab: Lab, region: str, values: dict[str, float], at: datetime) -> "RegionTable":
        """Three queries: instances with their samples, prices, volumes."""
        rows = instance_facts(lab, region, at)
        linux = linux_prices({(region, row.type_name) for row in rows})
        rates = Rates({name: usd for (_r, name), usd in linux.items()}, service_prices(region), values)
        running = np.array([row.charged for row in rows], dtype=np.bool_)
        at_work = running & np.array([row.system_failed_lab_at is None for row in rows], dtype=np.bool_)
        vcpu, memory = _floats([row.vcpu for row in rows]), _floats([row.memory_mib for row in rows]) / MIB_PER_GIB
        cpu = _demand([row.live_sample for row in rows], vcpu)
        watts = w_per_vcpu_of(_floats([row.idle_w for row in rows]), _floats([row.full_w for row in rows]))
        power = InstancePower.of(vcpu, memory, watts, values).power_w(cpu)
        return cls(
            pk=[row.pk for row in rows],
            zones=np.array([row.zone for row in rows], dtype=np.str_),
            running=running,
            stopped=np.array([row.state == InstanceState.STOPPED for row in rows], dtype=np.bool_),
            vcpu=vcpu,
            memory_gib=memory,
            cpu_vcpu=np.where(at_work, cpu, 0.0),
            power_w=np.where(at_work, power, 0.0),
            usd_per_hour=_floats([rates.usd_per_hour(row.rate_key) for row in rows]),
            credits_usd_per_hour=_credits_usd(rows, values),
            address_usd_per_hour=_floats([bool(row.public_address) for row in rows]) * _address_usd(rates),
            usd_per_address_hour=_address_usd(rates),
            storage=RegionStorage.load(lab, region, rates),
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
            credits_usd_per_hour=float(self.credits_usd_per_hour[priced].sum()),
            addresses_usd_per_hour=float(self.address_usd_per_hour[here].sum()),
            volumes_usd_per_month=self.storage.usd_per_month.get(zone, 0.0),
            stopped_volumes_usd_per_month=self.storage.stopped_usd_per_month.get(zone, 0.0),
            unpriced=int(on.sum() - priced.sum()),
        )

    def most_expensive(self, zone: str, most: int) -> list[int]:
        """Keys of a zone's instances, the running and expensive ones first."""
        rows = np.flatnonzero(self.zones == zone)
        price = np.where(self.running, np.nan_to_num(self.usd_per_hour), -1.0)[rows]
        order = rows[np.argsort(-price, kind="stable")][:most]
        return [self.pk[row] for row in order.tolist()]


def _demand(samples: Sequence[bytes | None], vcpu: F64) -> F64:
    demand = vcpus_of(samples)
    return np.where(np.isfinite(demand), np.minimum(demand, vcpu), vcpu * USUAL_USE)


def _credits_usd(rows: Sequence[InstanceFacts], values: Mapping[str, float]) -> F64:
    """What the mean demand costs above the baseline; without a trace nothing is known of it."""
    mean, vcpu, lasting = (
        _floats([getattr(row, name) for row in rows]) for name in ("mean_vcpu", "vcpu", "lasting_vcpu")
    )
    price = _floats([row.usd_per_surplus_vcpu_hour(values) for row in rows])
    return surplus_vcpu(np.nan_to_num(mean), vcpu, lasting) * price


def _address_usd(rates: Rates) -> float:
    return addresses_usd_per_hour(1, rates.services) if ADDRESS_ITEM in rates.services else 0.0


def _floats(values: object) -> F64:
    return np.array(values, dtype=np.float64)
