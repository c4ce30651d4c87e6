"""What CPU credits a burstable instance begins a run with.

Amazon EC2 User Guide, "Key concepts for burstable performance instances" and "Standard mode", 2026.
"""

from datetime import datetime, timedelta

from instances.choices import CreditMode
from instances.models import Instance, InstanceType
from instances.pricing.credits import STANDARD_FAMILIES, credit_mode
from virtlab.engine.load.cpu_credits import CREDITS_PER_VCPU_HOUR, DAYS_KEPT_STOPPED, LAUNCH_CREDITS_PER_VCPU

NOT_SUPPORTED = "InstanceCreditSpecification.NotSupported"


def loses_credits(kind: InstanceType) -> bool:
    """Whether a stop takes the credits away."""
    return kind.family in STANDARD_FAMILIES


def launch_credits(kind: InstanceType, mode: str) -> float:
    """Credits that a type is given at each start."""
    given = kind.family in STANDARD_FAMILIES and mode == CreditMode.STANDARD
    return LAUNCH_CREDITS_PER_VCPU * kind.vcpu if given else 0.0


def credits_at_start(instance: Instance, at: datetime) -> float:
    """Credits with which a run begins: those given at a start, or those that the last stop kept for seven days."""
    kind, since = instance.instance_type, instance.credits_kept_lab_at
    kept = since is not None and at - since <= timedelta(days=DAYS_KEPT_STOPPED) and not loses_credits(kind)
    return instance.credits_kept if kept else launch_credits(kind, credit_mode(kind, instance.credit_mode))


def hours_of_earning(kind: InstanceType, number: float) -> float:
    """A number of credits as hours in which the type earns so many."""
    return number / (CREDITS_PER_VCPU_HOUR * kind.vcpu * kind.baseline_share)
