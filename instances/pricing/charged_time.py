"""For how long an instance is charged, and how much of its time it could be reached.

The charge runs from running until stopping begins, of one that hibernates until it is stopped, at least 60 s for each
start (EC2 User Guide, "Instance lifecycle", 2023-06), and not while its zone is out of reach. `running_since_lab_at`
moves on by each outage that ended, so that the difference to now is time charged. One whose hardware has failed, or
that boots after an outage, is "running", and so charged ("Instance lifecycle": the charge follows the state), but not
in reach.
"""

from datetime import datetime

from django.db.models import Q

from instances.models import Instance
from instances.pricing.commitments import term_ends
from instances.pricing.hourly import HourlyCharge
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


def covered_s(instance: Instance, at: datetime) -> float:
    """Seconds of `ran_s` that lie within the term of a commitment; none on demand."""
    since, ends = instance.running_since_lab_at, term_ends(instance.purchase, instance.launched_lab_at)
    if since is None or ends is None:
        return instance.covered_s
    runs_s = ran_s(instance, at) - instance.ran_s
    return instance.covered_s + min(max((ends - since).total_seconds(), 0.0), runs_s)


def ran_in_all_s(instance: Instance, at: datetime) -> float:
    """Seconds that it was charged for in its life, whatever its type was."""
    return instance.ran_earlier_s + ran_s(instance, at)


def failed_s(instance: Instance, at: datetime) -> float:
    """Seconds in its life of charge without reach: on hardware that had failed, or in the boot after an outage."""
    down = instance.system_failed_lab_at or instance.boots_since_lab_at
    if down is None or instance.running_since_lab_at is None:
        return instance.failed_s
    until = instance.unreachable_since_lab_at or at
    return instance.failed_s + max((until - down).total_seconds(), 0.0)


def zone_out_s(instance: Instance, at: datetime) -> float:
    """Seconds in its life for which it ran in a zone that was out of reach, which are not charged."""
    since = instance.unreachable_since_lab_at
    return instance.unreachable_s + (max((at - since).total_seconds(), 0.0) if since else 0.0)


def unreachable_s(instance: Instance, at: datetime) -> float:
    """Seconds in its life for which nobody reached it while it ran: in an outage, the boot after it, or a failure."""
    return zone_out_s(instance, at) + failed_s(instance, at)


def availability_share(instance: Instance, at: datetime) -> float | None:
    """Time in reach ÷ time running, over its life; None where it never ran."""
    running_s = ran_in_all_s(instance, at) + zone_out_s(instance, at)
    return max(1.0 - unreachable_s(instance, at) / running_s, 0.0) if running_s else None


def used_usd(instance: Instance, charge: HourlyCharge, at: datetime) -> float:
    """What running came to, on its present type and those before, beside a commitment."""
    covered = covered_s(instance, at)
    usd = charge.beside_usd * covered + charge.on_demand_usd * (ran_s(instance, at) - covered)
    return instance.accrued_usd + usd / SECONDS_PER_HOUR


def accrued_usd(instance: Instance, charge: HourlyCharge, at: datetime) -> float:
    """What compute came to: by the time that it ran, and a commitment by the time since it was made."""
    return used_usd(instance, charge, at) + charge.committed_usd * committed_s(instance, at) / SECONDS_PER_HOUR


def committed_s(instance: Instance, at: datetime) -> float:
    """Seconds of its term that have passed, whatever the instance did."""
    ends, launched = term_ends(instance.purchase, instance.launched_lab_at), instance.launched_lab_at
    return max((min(at, ends) - launched).total_seconds(), 0.0) if ends and launched else 0.0
