"""The moment for which a hypervisor holds a guest while it closes and opens its disks: at a snapshot, at a merge, where
vCPU or memory are added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from hosts.operations.needs import in_memory_of, room_for, worked_on_by
from hosts.rules.snapshot_kinds import LEAST_GIB
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.web.lazy_text import LazyText

STUN, HOT_ADD_STUN = "snapshot_stun_s", "hot_add_stun_s"
"""The parameters that say for how many seconds."""
TAKEN, AGAIN = "stun", "stun_again"
DISKS_CHANGE = _("Stun it while its disks change")
TEMPORARY_COMES = _("Stun it while a temporary snapshot is taken")
TEMPORARY_GOES = _("Stun it while the temporary snapshot is removed")
HOT_ADD_STUNS = _("Meanwhile the VM is stunned: for a moment, or for minutes where its disks have much to write.")
TWO_STUNS = _("Its disk is read through a temporary snapshot: the VM is stunned when that is taken and when it goes.")


def stun_steps(
    vm: VirtualMachine, figures: Mapping[str, float], key: str = TAKEN, title: LazyText = DISKS_CHANGE
) -> list[PlannedStep]:
    """None for a guest that does not run, and where its hypervisor does not do so; `figures`: the lab's parameters."""
    stuns = HYPERVISORS[vm.cluster.hypervisor].rules.stuns
    if vm.power_state != PowerState.RUNNING or stuns is None or not figures[STUN]:
        return []
    return [PlannedStep(key, title, figures[STUN], needs=worked_on_by(vm), down=True, pauses=True)]


def hot_add_stun_steps(vm: VirtualMachine, figures: Mapping[str, float]) -> list[PlannedStep]:
    """The same where a running guest is given vCPU or memory."""
    stuns = HYPERVISORS[vm.cluster.hypervisor].rules.hot_add_stuns
    if stuns is None or not figures[HOT_ADD_STUN]:
        return []
    title = _("Stun it while its hardware changes")
    return [PlannedStep(TAKEN, title, figures[HOT_ADD_STUN], needs=in_memory_of(vm), down=True, pauses=True)]


def removal_stun_steps(vm: VirtualMachine, figures: Mapping[str, float], title: LazyText) -> list[PlannedStep]:
    """Where a snapshot is removed that was taken in vain. It needs nothing: of a guest that is off by then, or whose
    host has failed, the snapshot goes all the same.
    """
    return [replace(step, needs=[]) for step in stun_steps(vm, figures, AGAIN, title)]


def temporary_gib(vm: VirtualMachine) -> float:
    """GiB that must be free where a guest's disk is read: a running one's is through a temporary snapshot, on which a
    delta disk begins as on any other.
    """
    return LEAST_GIB if vm.power_state == PowerState.RUNNING else 0.0


def read_through_snapshot(
    vm: VirtualMachine, reading: Sequence[PlannedStep], figures: Mapping[str, float]
) -> list[PlannedStep]:
    """Steps that read a guest's disk, between the stuns of the temporary snapshot through which that of a running one
    is read, and which needs room until it goes; as they are where there is none. It goes with a stun too where they
    break off.
    """
    room = room_for(vm.datastore, temporary_gib(vm))
    reading = [replace(step, needs=[*step.needs, *room]) for step in reading]
    back = removal_stun_steps(vm, figures, TEMPORARY_GOES)
    before = [replace(step, way_back=back) for step in stun_steps(vm, figures, TAKEN, TEMPORARY_COMES)]
    after = [replace(step, settles=TAKEN) for step in stun_steps(vm, figures, AGAIN, TEMPORARY_GOES)]
    return [*before, *reading, *after]
