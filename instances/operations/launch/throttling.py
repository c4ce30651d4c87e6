"""A launch of more instances than the cloud takes at once: why not, and when it would."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.rules.launch_rate import BUCKET_INSTANCES, REFILL_PER_S, launchable_after_s
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import say
from virtlab.web import formats

THROTTLED = "RequestLimitExceeded"


def too_many_at_once(count: int, left: float, at: datetime, params: dict[str, Any]) -> Refusal | None:
    """More instances in one launch than the bucket of RunInstances holds at a moment; `params` ask for as many as it
    can hold.
    """
    after_s = launchable_after_s(count, left)
    if after_s == 0:
        return None
    words: dict[str, Any] = {"count": count, "left": int(left), "most": BUCKET_INSTANCES, "rate": REFILL_PER_S}
    if after_s is not None:
        message = _(
            "%(left)s instances can be launched in this region now, and %(rate).0f more a second: "
            "%(count)s can be at %(moment)s."
        )
        return Refusal(
            say(message, **words, moment=formats.moment(at + timedelta(seconds=after_s))), "count", code=THROTTLED
        )
    message = _(
        "At most %(most)s instances are launched at once, then %(rate).0f a second. Launch them in batches: "
        "%(count)s of them take %(time)s."
    )
    text = say(message, **words, time=formats.duration((count - left) / REFILL_PER_S))
    batch = min(int(left), BUCKET_INSTANCES)
    label = say(_("Launch %(count)s now"), count=batch)
    ways = [WayOut("instance.launch", None, label, {**params, "count": batch})] if batch else []
    return Refusal(text, "count", ways, code=THROTTLED)
