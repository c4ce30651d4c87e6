"""Which guests stand still at the moment, though their hypervisor counts them as running: their memory is being written
or replaced. They use no CPU; their memory stays allocated.
"""

from django.db.models import QuerySet

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import JobSubject
from virtlab.labs.models import Lab

PAUSING = ("snapshot.take", "snapshot.revert", "vm.suspend")
"""Operations whose steps with downtime pause the guest that they hold, instead of shutting it down."""


def paused_guests(lab: Lab) -> "QuerySet[JobSubject, int]":
    """Their keys, from the steps in progress; those that do not run stand still anyway."""
    held = JobSubject.objects.filter(
        held=True, job__lab=lab, content_type__app_label="hosts", content_type__model="virtualmachine"
    )
    standing = held.filter(
        job__operation__in=PAUSING, job__steps__state=StepState.RUNNING, job__steps__down=True
    ).order_by()
    return standing.values_list("object_id", flat=True)
