"""How many instances may be launched at once: a bucket for each account and region that fills up again.

What was requested counts, whatever has become of it: it is read from the requests' steps, not from instances.

Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API", resource token bucket of RunInstances, 2026.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Step
from virtlab.labs.models import Lab

BUCKET_INSTANCES, REFILL_PER_S = 1000, 2.0
LOOK_BACK = timedelta(days=1)
REQUEST = "instances.reserve"
"""The effect of the step that requests a launch's instances."""


def left_in_bucket(launched: Iterable[tuple[datetime, int]], at: datetime) -> float:
    """Instances that may be launched at a moment, by what was launched before, oldest first; full before the first."""
    left, since = float(BUCKET_INSTANCES), None
    for moment, count in launched:
        left = max(_refilled(left, since, moment) - count, 0.0)
        since = moment
    return _refilled(left, since, at)


def _refilled(left: float, since: datetime | None, at: datetime) -> float:
    passed_s = (at - since).total_seconds() if since else 0.0
    return min(left + REFILL_PER_S * max(passed_s, 0.0), float(BUCKET_INSTANCES))


def launchable(lab: Lab, region: str, at: datetime) -> float:
    """Instances that a lab may launch in a region at a moment of its time (one query)."""
    taken = Step.objects.filter(job__lab=lab, effect=REQUEST, state__in=(StepState.DONE, StepState.UNDONE))
    there = taken.filter(params__launch__region=region, ended_lab_at__gt=at - LOOK_BACK).order_by("ended_lab_at")
    launched = there.values_list("ended_lab_at", "params__launch__count")
    return left_in_bucket(((moment, count) for moment, count in launched if moment), at)


def launchable_after_s(count: int, left: float) -> float | None:
    """Seconds until so many may be launched in one request; None where the bucket never holds them."""
    return max(count - left, 0.0) / REFILL_PER_S if count <= BUCKET_INSTANCES else None
