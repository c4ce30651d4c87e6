"""What a guest OS writes to its own disk: whether that has room for it, and its bytes once they are there."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext_lazy as _

from hosts.live.space import seen_gib
from hosts.models import VirtualMachine
from hosts.services.space import require_space
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import Text, say


def why_disk_full(vm: VirtualMachine, gib: float, lab_at: datetime) -> Text | None:
    """Why so much more does not fit a guest's own disk, in words; None where it does."""
    free_gib = vm.disk_gib - seen_gib(vm, lab_at)
    if gib <= free_gib * (1 + 1e-12):
        return None
    message = _("Needs %(wanted).1f GiB; the disk of %(vm)s has %(free).1f GiB left of %(size).1f GiB.")
    return say(message, wanted=gib, vm=vm.name, free=max(free_gib, 0.0), size=vm.disk_gib)


def disk_full(vm: VirtualMachine, gib: float) -> list[Refusal]:
    """Its own disk has no room for so much more; a larger one has."""
    lab_at = vm.lab.lab_time()
    why = why_disk_full(vm, gib, lab_at)
    if why is None:
        return []
    enough = {"disk_gib": ceil(seen_gib(vm, lab_at) + gib)}
    return [Refusal(why, "", [WayOut("vm.resize", vm, _("Resize its disk"), enough)])]


def taken_gib(vm: VirtualMachine, gib: float) -> float:
    """GiB that its datastore needs for so much more on its disk: none where the disk has taken all of its size."""
    return gib if vm.thin else 0.0


def write_inside(vm: VirtualMachine, gib: float, lab_at: datetime) -> None:
    """So much more is on its disk, not saved yet; StepFailed where disk or datastore have no room for it."""
    if why := why_disk_full(vm, gib, lab_at):
        raise StepFailed(why)
    require_space(vm.datastore, taken_gib(vm, gib), lab_at)
    vm.disk_used_gib += gib
