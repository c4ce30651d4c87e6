"""How many instances may be launched at once: a bucket for each account and region that fills up again.

Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API", resource token bucket of RunInstances, 2026.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from instances.models import Instance
from virtlab.labs.models import Lab

BUCKET_INSTANCES, REFILL_PER_S = 1000, 2.0
LOOK_BACK = timedelta(days=1)


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
    rows = Instance.objects.filter(lab=lab, region=region, requested_lab_at__gt=at - LOOK_BACK)
    launched = rows.order_by("requested_lab_at").values_list("requested_lab_at").annotate(count=Count("pk"))
    return left_in_bucket(((moment, count) for moment, count in launched if moment), at)


def launchable_after_s(count: int, left: float) -> float | None:
    """Seconds until so many may be launched in one request; None where the bucket never holds them."""
    return max(count - left, 0.0) / REFILL_PER_S if count <= BUCKET_INSTANCES else None
