"""Whether a datastore has room, and how fast it is."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from hosts.live.disks import disks_of
from hosts.live.facts import EstateScope
from hosts.models import Datastore
from hosts.rules.reserved_space import reservations, reserved_gib
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.operations.needs import asking_job
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

FULL = _("Needs %(wanted).1f GiB; datastore %(datastore)s has %(free).1f GiB left of %(capacity).1f GiB.")
FULL_WITH_RESERVED = _(
    "Needs %(wanted).1f GiB; datastore %(datastore)s has %(free).1f GiB left of %(capacity).1f GiB, and %(reserved).1f "
    "GiB of them are reserved for what jobs are writing."
)


def taken_gib(datastore: Datastore, lab_at: datetime) -> float:
    """GiB that disks, snapshots and suspended memory take on a datastore at a lab time."""
    scope = EstateScope(datastore.lab, datastore=datastore.pk)
    share = lab_values(datastore.lab)["delta_pct_per_day"] / 100
    return sum(disk.taken_gib for disk in disks_of(scope.guests(), scope.snapshots(), lab_at, share))


def free_gib(datastore: Datastore, lab_at: datetime) -> float:
    """GiB left; negative where growing deltas have overrun it."""
    return datastore.capacity_gib - taken_gib(datastore, lab_at)


def why_no_space(
    datastore: Datastore | None, wanted_gib: float, lab_at: datetime, *, beside_gib: float = 0.0
) -> Text | None:
    """Why so much more does not fit a datastore, in words; None where it does, or where no datastore is known.

    What jobs have been admitted to write is taken, but for the job for which it is asked; `beside_gib`: what others of
    the same request will write.
    """
    if datastore is None or wanted_gib <= 0:
        return None
    reserved = reserved_gib(reservations(datastore.lab_id), datastore.pk, asking_job())
    return why_beyond(datastore, wanted_gib, free_gib(datastore, lab_at), reserved + beside_gib)


def why_beyond(datastore: Datastore, wanted_gib: float, free: float, reserved: float) -> Text | None:
    """Why so much more does not fit what is free beside what is reserved (all in GiB), in words; None where it does."""
    if wanted_gib <= (free - reserved) * (1 + 1e-12):
        return None
    message = FULL_WITH_RESERVED if reserved > 0 else FULL
    return say(
        message,
        wanted=wanted_gib,
        datastore=datastore.name,
        free=max(free, 0.0),
        capacity=datastore.capacity_gib,
        **({"reserved": reserved} if reserved > 0 else {}),
    )


def require_space(datastore: Datastore | None, wanted_gib: float, lab_at: datetime) -> None:
    """StepFailed where so much more does not fit."""
    if why := why_no_space(datastore, wanted_gib, lab_at):
        raise StepFailed(why)


def allocated_gib(datastore: Datastore) -> float:
    """GiB of all disks on it, thin or thick, written or not."""
    return float(datastore.virtual_machines.aggregate(total=Sum("disk_gib"))["total"] or 0.0)


def why_thin(datastore: Datastore | None, allocated: float) -> Text | None:
    """That thin disks of so many GiB in all cannot fill at once, in words; None where they can."""
    if datastore is None or allocated <= datastore.capacity_gib:
        return None
    return say(
        _(
            "Datastore %(datastore)s has then allocated %(allocated).0f GiB and has %(capacity).0f GiB: not all of its "
            "thin disks can fill. When it is full, nothing new can be written."
        ),
        datastore=datastore.name,
        allocated=allocated,
        capacity=datastore.capacity_gib,
    )


def roomiest(lab: Lab, cluster_id: int, lab_at: datetime) -> Datastore | None:
    """The datastore of a cluster with most space left, None where it has none."""
    datastores = list(Datastore.objects.filter(lab=lab, cluster=cluster_id).order_by("name"))
    return max(datastores, key=lambda datastore: free_gib(datastore, lab_at), default=None)
