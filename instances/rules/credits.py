"""What CPU credits a burstable instance begins a run with.

Amazon EC2 User Guide, "Key concepts for burstable performance instances" and "Standard mode", 2026.
"""

from datetime import datetime, timedelta

from instances.choices import CreditMode
from instances.models import Instance, InstanceType
from instances.pricing.credits import STANDARD_FAMILIES, credit_mode
from virtlab.engine.load.cpu_credits import (
    CREDITS_PER_VCPU_HOUR,
    DAYS_KEPT_STOPPED,
    HOURS_KEPT,
    LAUNCH_CREDITS_PER_VCPU,
)

NOT_SUPPORTED = "InstanceCreditSpecification.NotSupported"


def loses_credits(kind: InstanceType) -> bool:
    """Whether a stop takes the credits away."""
    return kind.family in STANDARD_FAMILIES


def launch_credits(kind: InstanceType, mode: str) -> float:
    """Credits that a type is given at each start."""
    given = kind.family in STANDARD_FAMILIES and mode == CreditMode.STANDARD
    return LAUNCH_CREDITS_PER_VCPU * kind.vcpu if given else 0.0


def credits_at_start(instance: Instance, at: datetime) -> tuple[float, float]:
    """Credits with which a run begins: earned ones, which the last stop kept for seven days, and launch credits."""
    kind, since = instance.instance_type, instance.credits_kept_lab_at
    kept = since is not None and at - since <= timedelta(days=DAYS_KEPT_STOPPED) and not loses_credits(kind)
    given = launch_credits(kind, credit_mode(kind, instance.credit_mode))
    return (min(instance.credits_kept, most_credits(kind)) if kept else 0.0), given


def most_credits(kind: InstanceType) -> float:
    """Earned credits that a type keeps at most, and surplus credits that it owes at most: a day's earnings."""
    return CREDITS_PER_VCPU_HOUR * kind.vcpu * kind.baseline_share * HOURS_KEPT if kind.burstable else 0.0
