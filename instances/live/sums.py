"""What some instances are, cost and draw together."""

from dataclasses import dataclass

from instances.pricing.instance import month_usd
from virtlab.engine.units import HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Sums:
    """What some instances are, cost and draw together. Running ones cost compute, others what a commitment owes; all
    cost their volumes.

    usd_per_hour and usd_per_month hold compute, surplus CPU credits, addresses and volumes; `unpriced` ones are missing
    in them.
    """

    instances: int = 0
    running: int = 0
    stopped: int = 0
    vcpu: float = 0.0
    memory_gib: float = 0.0
    cpu_vcpu: float = 0.0
    power_w: float = 0.0
    compute_usd_per_hour: float = 0.0
    credits_usd_per_hour: float = 0.0
    addresses_usd_per_hour: float = 0.0
    volumes_usd_per_month: float = 0.0
    stopped_volumes_usd_per_month: float = 0.0
    unpriced: int = 0

    @property
    def usd_per_hour(self) -> float:
        return self.usd_per_month / HOURS_PER_MONTH

    @property
    def usd_per_month(self) -> float:
        """All of it over 730 hours."""
        hourly = self.compute_usd_per_hour + self.credits_usd_per_hour + self.addresses_usd_per_hour
        return month_usd(hourly, self.volumes_usd_per_month)

    @property
    def cpu_share(self) -> float:
        """CPU in demand of what runs, 0 … 1."""
        return self.cpu_vcpu / self.vcpu if self.vcpu else 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})
