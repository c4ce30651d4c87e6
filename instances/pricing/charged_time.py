"""For how long an instance is charged, and how much of its time it could be reached.

The charge runs from running to the end of stopping, at least 60 s for each start (EC2 User Guide, "Instance lifecycle",
2023-06), and not while its zone is out of reach. `running_since_lab_at` moves on by each outage that ended, so that the
difference to now is time in reach.
"""

from datetime import datetime

from django.db.models import Q

from instances.models import Instance
from instances.pricing.commitments import term_ends
from virtlab.engine.units import SECONDS_PER_HOUR

LEAST_S = 60.0
CHARGED = Q(running_since_lab_at__isnull=False, unreachable_since_lab_at__isnull=True)


def is_charged(instance: Instance) -> bool:
    """Whether the compute charge runs; in a query `CHARGED`."""
    return instance.running_since_lab_at is not None and instance.unreachable_since_lab_at is None


def ran_s(instance: Instance, at: datetime) -> float:
    """Seconds of lab time that the instance was charged for on its present type."""
    since = instance.running_since_lab_at
    if since is None:
        return instance.ran_s
    until = instance.unreachable_since_lab_at or at
    return instance.ran_s + max((until - since).total_seconds(), LEAST_S)


def unreachable_s(instance: Instance, at: datetime) -> float:
    """Seconds for which it ran, on its present type, in a zone that was out of reach."""
    since = instance.unreachable_since_lab_at
    return instance.unreachable_s + (max((at - since).total_seconds(), 0.0) if since else 0.0)


def availability_share(instance: Instance, at: datetime) -> float | None:
    """Time in reach ÷ time running, on its present type; None where it never ran."""
    reached_s, lost_s = ran_s(instance, at), unreachable_s(instance, at)
    return reached_s / (reached_s + lost_s) if reached_s + lost_s else None


def accrued_usd(instance: Instance, usd_per_hour: float, committed_usd_per_hour: float, at: datetime) -> float:
    """What compute came to: by the time that it ran, and a commitment by the time since it was made where that is more.

    `usd_per_hour` is the charge while it runs, `committed_usd_per_hour` what of it is owed anyway.
    """
    ran = ran_s(instance, at)
    owed_s = max(_committed_s(instance, at), ran)
    usd = (usd_per_hour - committed_usd_per_hour) * ran + committed_usd_per_hour * owed_s
    return instance.accrued_usd + usd / SECONDS_PER_HOUR


def _committed_s(instance: Instance, at: datetime) -> float:
    ends = term_ends(instance.purchase, instance.launched_lab_at)
    since = instance.type_since_lab_at or instance.launched_lab_at
    return max((min(at, ends) - since).total_seconds(), 0.0) if ends and since else 0.0
