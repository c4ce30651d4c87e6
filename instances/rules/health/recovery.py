"""Whether the cloud brings an instance to other hardware by itself when the hardware under it fails.

Amazon EC2 User Guide, "Automatic instance recovery" (2022): on by default, at most three failures a day; "instances
with instance store volumes and metal instance types are not supported", nor those of which DescribeInstanceTypes says
that they are not. An alarm of CloudWatch recovers M3, C3, R3, X1, X1e, X2idn and X2iedn, what is on their store being
lost; the lab has no alarms.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from instances.choices import Hypervisor
from instances.models import Instance, InstanceType
from virtlab.jobs.text import Text, say

MOST_A_DAY = 3
DAY = timedelta(days=1)


def recoveries(instance: Instance, at: datetime) -> list[str]:
    """When an instance was recovered in the 24 hours before a moment, as its row keeps it."""
    return [text for text in instance.recovered_lab_at if at - datetime.fromisoformat(text) < DAY]


def why_never(kind: InstanceType) -> Text | None:
    """Why instances of a type are not recovered by themselves."""
    if kind.instance_store_gb > 0:
        return say(_("%(type)s has an instance store, which is bound to its hardware."), type=kind.pk)
    if kind.hypervisor == Hypervisor.METAL or not kind.details.get("auto_recovery"):
        return say(_("%(type)s does not support automatic recovery."), type=kind.pk)
    return None


def why_no_recovery(instance: Instance, at: datetime) -> Text | None:
    """Why an instance would not be recovered now; None where it would be."""
    if not instance.auto_recovery:
        return say(_("Automatic recovery is switched off."))
    if why := why_never(instance.instance_type):
        return why
    if len(recoveries(instance, at)) >= MOST_A_DAY:
        return say(_("It was recovered %(most)s times in 24 hours, as often as the cloud does."), most=MOST_A_DAY)
    return None
