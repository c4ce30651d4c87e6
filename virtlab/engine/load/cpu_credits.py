"""CPU credits of EC2's burstable (T) instances over a demand trace.

One credit is one vCPU at 100 % for one minute. An instance earns baseline × vCPU × 60 credits an hour and keeps at
most what it earns in 24 hours (t3.micro: 12 an hour, 288 at most). Standard: without credits it is held to its
baseline. Unlimited: it goes on, first on surplus credits up to 24 hours' earnings, repaid from what it earns later;
beyond that each credit is charged. Source: Amazon EC2 User Guide, "Key concepts for burstable performance instances"
and "Unlimited mode examples", 2026.

T2 standard begins each run with launch credits, spent first, beside the limit and lost at a stop; T3, T3a and T4g keep
theirs for seven days after one (the same guide, "Standard mode concepts"). `SurplusPrices` are the defaults of the
bill's parameters.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from virtlab.engine.arrays import F64, Amount, Floats, Real, check_non_negative, non_negative, positive
from virtlab.engine.sourced import Kind, Sourced, figure
from virtlab.engine.units import SECONDS_PER_HOUR

CREDITS_PER_VCPU_HOUR = 60.0
HOURS_KEPT = 24.0
LAUNCH_CREDITS_PER_VCPU = 30.0
"""What a T2 instance in standard mode is given at each start."""
DAYS_KEPT_STOPPED = 7
"""How long a stopped T3, T3a or T4g instance keeps its credits."""
LIST = "Amazon EC2 on-demand pricing, T2/T3/T4g unlimited mode"


class CreditMode(StrEnum):
    """What happens when the credits are used up."""

    STANDARD = "standard"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class SurplusPrices:
    """USD per vCPU-hour of charged surplus credits, the same in all regions."""

    linux_usd: float = figure(Sourced(0.05, "USD per vCPU-hour", f"{LIST}: Linux, RHEL, SLES", "2018-08", Kind.LIST))
    windows_usd: float = figure(Sourced(0.096, "USD per vCPU-hour", f"{LIST}: Windows", "2018-08", Kind.LIST))
    graviton_usd: float = figure(Sourced(0.04, "USD per vCPU-hour", f"{LIST}: T4g", "2020-09", Kind.LIST))


@dataclass(frozen=True, slots=True)
class Burst:
    """What n instances may do: vCPU and the baseline of each vCPU (t3.micro: 2 and 0.1), (n,) or one number."""

    vcpu: Real
    baseline_share: Real


class StartCredits(NamedTuple):
    """Credits that each instance begins with: earned ones, at most a day's, and launch credits beside them."""

    earned: float = 0.0
    launch: float = 0.0


NO_CREDITS = StartCredits()


@dataclass(frozen=True, slots=True)
class CreditHistory:
    """n instances over T samples: credit balance (negative: surplus credits owed) and vCPU delivered (n, T), both after
    each sample; credits charged during the trace and still owed at its end (n,).
    """

    balance: F64
    delivered_vcpu: F64
    charged: F64
    owed: F64

    def surplus_vcpu_hours(self, *, settle: bool = True) -> F64:
        """Charged vCPU-hours (n,); with `settle` also what is owed at the end, as when the instance is stopped."""
        credit = self.charged + self.owed if settle else self.charged
        return credit / CREDITS_PER_VCPU_HOUR


def earned_per_hour(vcpu: Real, baseline_share: Real) -> F64:
    """Credits an hour: vCPU × baseline × 60."""
    earned: F64 = np.asarray(vcpu, dtype=np.float64) * np.asarray(baseline_share, dtype=np.float64)
    return earned * CREDITS_PER_VCPU_HOUR


def surplus_vcpu(mean_vcpu: Amount, vcpu: Amount, baseline_vcpu: Amount) -> Amount:
    """VCPU above the baseline that a mean demand takes: what unlimited mode charges an hour as the mean over many days.

    Credits earned later pay surplus back, so that bursts alone cost nothing. A balance lies between two bounds: over
    many days no less is charged, and no more where no stretch below the baseline earns more than it can keep, as
    where the load is alike every day.
    """
    excess: Amount = np.maximum(np.minimum(mean_vcpu, vcpu) - baseline_vcpu, 0.0)
    return excess


def account(
    demand_vcpu: Floats,
    burst: Burst,
    step_s: float,
    mode: CreditMode = CreditMode.UNLIMITED,
    start: StartCredits = NO_CREDITS,
) -> CreditHistory:
    """Credits of n instances for a demand (n, T) in vCPU, sample by sample.

    Launch credits count in standard mode alone. ValueError where a number is wrong.
    """
    demand = np.atleast_2d(np.asarray(demand_vcpu, dtype=np.float64))
    check_non_negative("The demand", demand)
    if not step_s > 0:
        raise ValueError(f"A sample must last longer than {step_s} s.")
    size = positive("The number of vCPU", burst.vcpu, len(demand))
    hourly = earned_per_hour(size, non_negative("The baseline", burst.baseline_share, len(demand)))
    ledger = _Ledger(hourly, step_s / SECONDS_PER_HOUR, start)
    demanded = np.minimum(demand, size[:, None]) * (step_s / 60.0)
    spend = ledger.standard if mode is CreditMode.STANDARD else ledger.unlimited
    balance, spent = np.empty_like(demanded), np.empty_like(demanded)
    for sample in range(demanded.shape[1]):
        spent[:, sample] = spend(demanded[:, sample])
        balance[:, sample] = ledger.balance + (ledger.launch if mode is CreditMode.STANDARD else 0.0)
    return CreditHistory(balance, spent / (step_s / 60.0), ledger.charged, np.maximum(-ledger.balance, 0.0))


class _Ledger:
    """Credit balances of n instances between two samples; what is owed is a negative number."""

    def __init__(self, hourly: F64, hours: float, start: StartCredits) -> None:
        self.earned = hourly * hours
        self.most = hourly * HOURS_KEPT
        self.balance = np.clip(start.earned, 0.0, self.most)
        self.launch = np.full_like(hourly, start.launch)
        self.charged = np.zeros_like(hourly)

    def standard(self, demanded: F64) -> F64:
        """Spends what is there, and no more: launch credits first."""
        from_launch = np.minimum(demanded, self.launch)
        self.launch = self.launch - from_launch
        spent = np.minimum(demanded - from_launch, self.balance + self.earned)
        self.balance = np.minimum(self.balance + self.earned - spent, self.most)
        spent_in_all: F64 = from_launch + spent
        return spent_in_all

    def unlimited(self, demanded: F64) -> F64:
        """Spends what is asked; beyond 24 hours' earnings of debt, credits are charged."""
        after = np.minimum(self.balance + self.earned - demanded, self.most)
        self.charged += np.maximum(-self.most - after, 0.0)
        self.balance = np.maximum(after, -self.most)
        return demanded
