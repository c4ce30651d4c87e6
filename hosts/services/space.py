"""Room that an effect needs on a datastore."""

from datetime import datetime

from hosts.live.space import why_no_space
from hosts.models import Datastore
from virtlab.jobs.operations.effects import StepFailed


def require_space(datastore: Datastore | None, wanted_gib: float, lab_at: datetime) -> None:
    """StepFailed where so much more does not fit."""
    if why := why_no_space(datastore, wanted_gib, lab_at):
        raise StepFailed(why)
