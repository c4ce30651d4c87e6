"""The lab's clock as the header shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from virtlab.labs.access import may
from virtlab.labs.choices import Role
from virtlab.labs.clock import SPEEDS
from virtlab.labs.models import Lab


def clock_context(request: HttpRequest, lab: Lab) -> dict[str, Any]:
    """What the clock's template needs."""
    now = timezone.now()
    return {
        "lab": lab,
        "now": now.timestamp(),
        "lab_now": lab.lab_time(now),
        "line": (lab.clock_real_at.timestamp(), lab.clock_lab_at.timestamp()),
        "speeds": SPEEDS,
        "may_change": may(request, lab, Role.OPERATOR),
        "zone": timezone.get_current_timezone_name(),
        "request": request,
    }
