"""Parameters that count at once: where what resources carry changes, what moves bytes goes on at the new rate from then
on; what steps lose by time alone they lose sooner or later; where more jobs may run at once, those that queue begin.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from virtlab.jobs.lifecycle.admission import AT_ONCE
from virtlab.jobs.models import Job
from virtlab.jobs.operations.needs import TIME_PARAMETERS, lost_in_time
from virtlab.jobs.operations.resources import RATE_PARAMETERS
from virtlab.jobs.requests.start import begin_waiting
from virtlab.jobs.runner.cancel import catch_up
from virtlab.jobs.runner.drive import Batch
from virtlab.jobs.selectors import labs_in_motion, labs_with_queued_jobs
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Assumption, Parameter


@transaction.atomic
def share_anew(lab_id: int) -> None:
    """Finds the rates of all that moves bytes in a lab anew, as of now, and until when steps have what they need."""
    lab = locked_lab(lab_id)
    if lab is None:
        return
    at = catch_up(lab)
    batch = Batch(lab, timezone.now())
    batch.flows.recheck(at, {})
    batch.stop_needing(lost_in_time(), at)
    batch.close()


def begin_queued_in(lab_ids: Iterable[int]) -> None:
    """Begins what finds room now in these labs."""
    for lab_id in lab_ids:
        begin_waiting(lab_id)


def on_assumption_changed(sender: type[Assumption], instance: Assumption, **_kwargs: Any) -> None:
    """Of one lab."""
    _counts_at_once(instance.key, Q(lab=instance.lab_id))


def on_parameter_changed(sender: type[Parameter], instance: Parameter, **_kwargs: Any) -> None:
    """Of every lab."""
    _counts_at_once(instance.key, Q())


def _counts_at_once(key: str, which: Q) -> None:
    """Of labs that jobs are in which have this; a parameter on which nothing depends that runs costs no query."""
    if key == AT_ONCE.key:
        begin_queued_in(labs_with_queued_jobs().filter(which))
    if key in RATE_PARAMETERS | TIME_PARAMETERS:
        for lab_id in labs_in_motion().filter(job__in=Job.objects.filter(which)):
            share_anew(lab_id)


def listen() -> None:
    """Connects to the values in force."""
    for signal in (post_save, post_delete):
        signal.connect(on_assumption_changed, sender=Assumption, dispatch_uid="jobs.parameters")
        signal.connect(on_parameter_changed, sender=Parameter, dispatch_uid="jobs.parameters")
