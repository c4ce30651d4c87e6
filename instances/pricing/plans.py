"""What a purchase option commits to at a lab's values: the offer, its years, and how much is paid at their start."""

from collections.abc import Mapping
from typing import NamedTuple

from instances.choices import PurchaseOption, RateOffer, Upfront
from instances.parameters.commitments import DEPTHS, OFFERS, UPFRONTS, discount_key
from virtlab.engine.units import MONTHS_PER_YEAR

YEARS = {PurchaseOption.ONE_YEAR.value: 1, PurchaseOption.THREE_YEAR.value: 3}
UPFRONT_KEYS = {1: "one_year_upfront", 3: "three_year_upfront"}
UPFRONT_SHARES = {Upfront.NONE.value: 0.0, Upfront.PARTIAL.value: 0.5, Upfront.ALL.value: 1.0}
"""Partly upfront is half of the term ("Savings Plans payment options", AWS Savings Plans User Guide, 2026)."""


class Plan(NamedTuple):
    """A commitment: RateOffer, 1 or 3 years, Upfront."""

    offer: str
    years: int
    upfront: str

    @property
    def months(self) -> int:
        """How long it is owed."""
        return int(self.years * MONTHS_PER_YEAR)

    @property
    def upfront_share(self) -> float:
        """The part of the term (0 … 1) that is paid at its start; the rest is paid month by month."""
        return UPFRONT_SHARES[self.upfront]

    @property
    def discount_key(self) -> str:
        """The parameter of what it takes off the Linux on-demand price, where no list has the type's rate."""
        return discount_key(DEPTHS[RateOffer(self.offer)], self.years, self.upfront)


def plan_of(purchase: str, values: Mapping[str, float]) -> Plan | None:
    """The commitment of a purchase option, None on demand; ValueError for an unknown option."""
    if purchase == PurchaseOption.ON_DEMAND:
        return None
    if purchase not in YEARS:
        raise ValueError(f"There is no purchase option {purchase}.")
    years = YEARS[purchase]
    upfront = UPFRONTS[int(values[UPFRONT_KEYS[years]])]
    return Plan(OFFERS[int(values["commitment_offer"])].value, years, upfront.value)


def upfront_share(purchase: str, values: Mapping[str, float]) -> float:
    """The part of its term (0 … 1) that a purchase option pays at the start, 0 on demand."""
    plan = plan_of(purchase, values)
    return plan.upfront_share if plan else 0.0
