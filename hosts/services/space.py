"""Room that an effect needs on a datastore."""

from datetime import datetime

from hosts.live.space import why_no_space
from hosts.models import Datastore, VirtualMachine
from hosts.rules.memory_file import file_now_gib, file_when_running_gib, no_room_for_file
from virtlab.jobs.operations.effects import StepFailed


def require_space(datastore: Datastore | None, wanted_gib: float, lab_at: datetime) -> None:
    """StepFailed where so much more does not fit."""
    if why := why_no_space(datastore, wanted_gib, lab_at):
        raise StepFailed(why)


def require_memory_file(vm: VirtualMachine, lab_at: datetime, memory_mib: int | None = None) -> None:
    """StepFailed where the file that stands for a guest's memory does not fit, or cannot grow to another memory."""
    more_gib = file_when_running_gib(vm, memory_mib) - file_now_gib(vm)
    if why := why_no_space(vm.datastore, more_gib, lab_at):
        raise StepFailed(no_room_for_file(vm.cluster.hypervisor, why))
