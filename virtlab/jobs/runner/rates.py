"""What resources carry is often a parameter: where one changes, what moves bytes goes on at the new rate from then."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.runner.cancel import catch_up
from virtlab.jobs.runner.drive import Batch
from virtlab.jobs.selectors import labs_with_moving_steps
from virtlab.labs.clock import locked_lab
from virtlab.labs.models import Assumption, Parameter


@transaction.atomic
def share_anew(lab_id: int) -> None:
    """Finds the rates of all that moves bytes in a lab anew, as of now."""
    lab = locked_lab(lab_id)
    if lab is None:
        return
    at = catch_up(lab)
    batch = Batch(lab, timezone.now())
    batch.flows.recheck(at, {})
    batch.share_flows()
    batch.write()
    batch.foresee()
    agenda.refresh(lab)
    batch.news.publish_on_commit()


def on_assumption_changed(sender: type[Assumption], instance: Assumption, **_kwargs: Any) -> None:
    """Of one lab (a query where nothing moves in it)."""
    for lab_id in labs_with_moving_steps().filter(job__lab=instance.lab_id):
        share_anew(lab_id)


def on_parameter_changed(sender: type[Parameter], **_kwargs: Any) -> None:
    """Of every lab."""
    for lab_id in labs_with_moving_steps():
        share_anew(lab_id)


def listen() -> None:
    """Connects to the values in force."""
    for signal in (post_save, post_delete):
        signal.connect(on_assumption_changed, sender=Assumption, dispatch_uid="jobs.rates")
        signal.connect(on_parameter_changed, sender=Parameter, dispatch_uid="jobs.rates")
