"""How hours are bought: which part under a commitment, on demand and as Spot instances. docs/model.md, "Cloud cost"."""

from dataclasses import dataclass, replace

import numpy as np

from instances.pricing.hourly import Values
from instances.pricing.plans import Plan, plan_of
from virtlab.engine.arrays import F64
from virtlab.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Terms:
    """Shares (0 … 1) of the instances' price: on Spot, and of the rest what is committed (`coverage`), the others being
    on demand; the hours a day in which what is not committed runs; what the commitment and Spot take off, in per cent.
    """

    plan: Plan | None
    coverage: float
    spot: float
    own_hours_per_day: float
    discount_pct: float
    spot_discount_pct: float

    @classmethod
    def of(cls, purchase: str, values: Values) -> "Terms":
        """As the reader buys; a commitment is paid for day and night, and covers what is not on Spot."""
        plan, spot = plan_of(purchase, values), round(values["spot_share_pct"] / 100, 6)
        return cls(
            plan=plan,
            coverage=values["coverage_pct"] / 100 if plan else 0.0,
            spot=spot,
            own_hours_per_day=values["hours_per_day"],
            discount_pct=values[plan.discount_key] if plan else 0.0,
            spot_discount_pct=values["spot_discount_pct"],
        )

    @property
    def without_spot(self) -> "Terms":
        """The same for instances on hardware of their own: Spot has no Dedicated Hosts (Amazon EC2 API Reference,
        SpotPlacement), and desks of people, on Dedicated Instances, are not counted as tolerating it.
        """
        return replace(self, spot=0.0)

    @property
    def committed(self) -> float:
        """The share that is bought under a commitment."""
        return round((1 - self.spot) * self.coverage, 6)

    @property
    def on_demand(self) -> float:
        """The share that is bought on demand."""
        return round(1 - self.spot - self.committed, 6)

    @property
    def hours_per_day(self) -> float:
        """Hours a day that are paid for, the mean over all instances."""
        return round(self.committed * HOURS_PER_DAY + (1 - self.committed) * self.own_hours_per_day, 4)

    @property
    def month_h(self) -> float:
        """Hours paid for in a month."""
        return HOURS_PER_MONTH * self.hours_per_day / HOURS_PER_DAY

    @property
    def weights(self) -> tuple[float, float]:
        """What an hour that is paid for takes of the committed and of the on-demand price."""
        spot = self.spot * (1 - self.spot_discount_pct / 100)
        own = self.own_hours_per_day / self.hours_per_day
        return self.committed * HOURS_PER_DAY / self.hours_per_day, (self.on_demand + spot) * own

    def paid_usd(self, linux_usd: F64, listed_usd: F64) -> F64:
        """Linux as it is bought, USD per hour that is paid for (n,), from on-demand and listed committed prices, NaN
        where a type has none.
        """
        committed, own = self.weights
        if not committed:
            return linux_usd * own
        rate = np.where(np.isfinite(listed_usd), listed_usd, linux_usd * (1 - self.discount_pct / 100))
        return rate * committed + linux_usd * own if own else rate

    def paid_alone_usd(self, linux_usd: F64, listed_usd: F64) -> F64:
        """The same on hardware of one's own, without Spot; of the hours that are paid for of all, so that hours × price
        is the bill's sum here too.
        """
        alone = self.without_spot
        return alone.paid_usd(linux_usd, listed_usd) * (alone.hours_per_day / self.hours_per_day)
