"""What has to be bought before it can be used: ordered and delivered in weeks, or there on the shelf."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from virtlab.engine.units import SECONDS_PER_DAY
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import Text, say

SERVER_LEAD_TIME = "server_lead_time_days"
DISK_LEAD_TIME = "disk_lead_time_days"


def from_shelf_field() -> forms.BooleanField:
    """Whether it is there already."""
    help_text = _("It lies in the storeroom already. Else it is ordered, and takes as long as its delivery.")
    return forms.BooleanField(label=_("From the shelf"), required=False, help_text=help_text)


def order_steps(values: Mapping[str, float], lead_time: str, *, from_shelf: bool) -> Sequence[PlannedStep]:
    """The step until it is delivered; none where it is on the shelf or delivered on the same day."""
    days = values[lead_time]
    if from_shelf or not days:
        return []
    return [PlannedStep("order", _("Ordered, delivered"), days * SECONDS_PER_DAY, waits=True)]


def delivery_notes(values: Mapping[str, float], lead_time: str, *, from_shelf: bool) -> Sequence[Text]:
    """How long the delivery takes."""
    days = values[lead_time]
    if from_shelf or not days:
        return []
    return [
        say(
            _("It is ordered first: %(days).0f days (%(weeks).1f weeks) until it is delivered, of the lab's time."),
            days=days,
            weeks=days / 7,
        )
    ]
