"""The instances of a region as arrays, from which the sums of its zones come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import numpy.typing as npt

from instances.catalog.prices import linux_prices, service_prices
from instances.catalog.processors import extra_memory_gib
from instances.catalog.queries import w_per_vcpu_of
from instances.choices import InstanceState
from instances.live.facts import InstanceFacts, instance_facts
from instances.live.samples import vcpus_of
from instances.live.storage import RegionStorage
from instances.live.sums import Sums
from instances.models import ElasticAddress
from instances.pricing.instance import addresses_usd_per_hour
from instances.pricing.power import USUAL_USE, InstancePower
from instances.pricing.rates import Rates
from virtlab.engine.arrays import F64, Bools
from virtlab.engine.load.cpu_credits import surplus_vcpu
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.models import Lab


@dataclass(eq=False)
class RegionTable:
    """The region's instances as arrays (n,). `running`: charged and powered; `there`: not terminated, so that what is
    not there has a commitment at most. CPU, watts and USD per hour are those of running; `owed_usd_per_hour` is owed
    while it does not.
    """

    pk: list[int]
    zones: npt.NDArray[np.str_]
    there: Bools
    running: Bools
    unreachable: Bools
    stopped: Bools
    vcpu: F64
    memory_gib: F64
    cpu_vcpu: F64
    power_w: F64
    usd_per_hour: F64
    owed_usd_per_hour: F64
    credits_usd_per_hour: F64
    address_usd_per_hour: F64
    loose_addresses: int
    loose_addresses_usd_per_hour: float
    storage: RegionStorage

    @classmethod
    def load(cls, lab: Lab, region: str, values: dict[str, float], at: datetime) -> "RegionTable":
        """Four queries: instances with their samples, prices, volumes, Elastic IPs that nobody uses."""
        rows = instance_facts(lab, region, at)
        names = {name for row in rows for name in (row.type_name, row.committed_type) if name}
        linux = linux_prices((region, name) for name in names)
        rates = Rates({name: usd for (_r, name), usd in linux.items()}, service_prices(region), values)
        alive = np.array([row.system_failed_lab_at is None for row in rows], dtype=np.bool_)
        vcpu, memory = _floats([row.vcpu for row in rows]), _floats([row.memory_mib for row in rows]) / MIB_PER_GIB
        cpu = _demand([row.live_sample for row in rows], vcpu)
        watts = w_per_vcpu_of(_floats([row.idle_w for row in rows]), _floats([row.full_w for row in rows]))
        charges = [(rates.charge(row.rate_key), row.owes(at)) for row in rows]
        burstable = np.array([row.burstable for row in rows], dtype=np.bool_)
        extra_gib = extra_memory_gib((vcpu, memory), tuple(row.cpu for row in rows), burstable)
        power = InstancePower.of(vcpu, extra_gib, watts, values).power_w(cpu)
        addresses_usd = partial(addresses_usd_per_hour, prices=rates.services)
        loose = ElasticAddress.objects.filter(lab=lab, region=region, instance=None).count()
        return cls(
            pk=[row.pk for row in rows],
            zones=np.array([row.zone for row in rows], dtype=np.str_),
            there=np.array([row.state != InstanceState.TERMINATED for row in rows], dtype=np.bool_),
            running=np.array([row.charged for row in rows], dtype=np.bool_),
            unreachable=np.array([row.unreachable_since_lab_at is not None for row in rows], dtype=np.bool_),
            stopped=np.array([row.state == InstanceState.STOPPED for row in rows], dtype=np.bool_),
            vcpu=vcpu,
            memory_gib=memory,
            cpu_vcpu=np.where(alive, cpu, 0.0),
            power_w=np.where(alive, power, 0.0),
            usd_per_hour=_floats([charge.running_usd(owed=owes) for charge, owes in charges]),
            owed_usd_per_hour=_floats([charge.committed_usd if owes else 0.0 for charge, owes in charges]),
            credits_usd_per_hour=_credits_usd(rows, values),
            address_usd_per_hour=_floats([addresses_usd(int(bool(row.public_address))) for row in rows]),
            loose_addresses=loose,
            loose_addresses_usd_per_hour=addresses_usd(loose),
            storage=RegionStorage.load(lab, region, rates),
        )

    def sums(self, zone: str) -> Sums:
        """One zone's sums."""
        storage = self.storage
        volumes, of_stopped = storage.usd_per_month.get(zone, 0.0), storage.stopped_usd_per_month.get(zone, 0.0)
        return self._sums(self.zones == zone, volumes, of_stopped)

    def total(self) -> Sums:
        """The whole region's, with the volumes and Elastic IPs that no instance has."""
        storage = self.storage
        volumes, of_stopped = sum(storage.usd_per_month.values()), sum(storage.stopped_usd_per_month.values())
        return self._sums(np.ones_like(self.there), volumes, of_stopped) + self.loose

    @property
    def loose(self) -> Sums:
        """The volumes and Elastic IPs that no instance has."""
        return Sums(
            volumes_usd_per_month=self.storage.loose_usd_per_month,
            addresses_usd_per_hour=self.loose_addresses_usd_per_hour,
        )

    def _sums(self, here: Bools, volumes_usd_per_month: float, of_stopped_usd_per_month: float) -> Sums:
        on = here & self.running
        charge = np.where(self.running, self.usd_per_hour, self.owed_usd_per_hour)
        priced = here & np.isfinite(charge)
        return Sums(
            instances=int((here & self.there).sum()),
            running=int(on.sum()),
            stopped=int((here & self.stopped).sum()),
            vcpu=float(self.vcpu[on].sum()),
            memory_gib=float(self.memory_gib[on].sum()),
            cpu_vcpu=float(self.cpu_vcpu[on].sum()),
            power_w=float(self.power_w[on].sum()),
            compute_usd_per_hour=float(charge[priced].sum()),
            credits_usd_per_hour=float(self.credits_usd_per_hour[priced & self.running].sum()),
            addresses_usd_per_hour=float(self.address_usd_per_hour[here].sum()),
            volumes_usd_per_month=volumes_usd_per_month,
            stopped_volumes_usd_per_month=of_stopped_usd_per_month,
            unpriced=int((here & ~priced).sum()),
        )

    def most_expensive(self, zone: str, most: int) -> list[int]:
        """Keys of a zone's instances, the running and expensive ones first."""
        rows = np.flatnonzero((self.zones == zone) & self.there)
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


def _floats(values: object) -> F64:
    return np.array(values, dtype=np.float64)
