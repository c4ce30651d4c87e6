"""A guest's power state and how it changes: with room checked, the delta settled, the memory of suspended ones kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.space import SpaceLeft
from hosts.models import Cluster, VirtualMachine
from hosts.operations.guest.base import runs_windows
from hosts.operations.needs import in_memory_of, its_host_on, may_power_on, room_for_memory_file
from hosts.rules.anti_affinity import group_members
from hosts.rules.capacity import GuestRow, guests_on
from hosts.rules.disk_work import WORKS
from hosts.rules.host_power import bare_metal, own_server
from hosts.rules.memory_file import file_now_gib, file_when_running_gib, no_room_for_file
from hosts.rules.power_on import why_cannot_run
from hosts.services.deltas import keep_stalled, settle
from hosts.services.space import require_memory_file, require_space
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import Text
from virtlab.web.lazy_text import LazyText

SERVER = ("host.on", "vm.host_on", "vm.made_on_host")
"""Needs that go with a server which goes off with its OS."""
BOOT_HOST = _("Boot the host")
AT_START = ["vcpu_at_start", "memory_at_start_mib"]
POWER_FIELDS = ["power_state", "suspended_gib", "delta_gib", "delta_lab_at", "powered_on_lab_at", *AT_START]


@effect("vm.set_power", breaks=("vm.running", "vm.copied_whole", "datastore.space", *SERVER))
def set_power(run: Run) -> None:
    """Sets the power state that the step names, and remembers the one before; StepFailed where there is no room."""
    vm = run.get(VirtualMachine)
    run.remember(power_state=vm.power_state, suspended_gib=vm.suspended_gib)
    change_power(vm, run.params["power_state"], run.lab_time, run.params.get("suspended_gib", 0.0))


@effect("vm.restore_power", breaks=("vm.copied_whole", "datastore.space", *SERVER))
def restore_power(run: Run) -> None:
    """Gives back the power state from before; StepFailed where there is no room for it any more."""
    vm = run.get(VirtualMachine)
    change_power(vm, run.memory["power_state"], run.lab_time, run.memory.get("suspended_gib", 0.0))


@effect("vm.power_off", breaks=("vm.running", "datastore.space", *SERVER))
def power_off(run: Run) -> None:
    """Takes a guest's power away that a step had started."""
    change_power(run.get(VirtualMachine), PowerState.STOPPED, run.lab_time)


def change_power(vm: VirtualMachine, state: str, lab_at: datetime, suspended_gib: float = 0.0) -> None:
    """Changes and saves; StepFailed where it is to run and may not. What is made of its memory, kept or as a file
    beside its disk, is there before what it takes the place of goes.
    """
    if state == PowerState.RUNNING and vm.power_state != PowerState.RUNNING:
        if why := why_cannot_run(vm):
            raise StepFailed(why)
        require_memory_file(vm, lab_at)
    require_space(vm.datastore, suspended_gib - vm.suspended_gib, lab_at)
    settle([vm], lab_at)
    if suspended_gib < vm.suspended_gib or (state != PowerState.RUNNING and file_now_gib(vm)):
        keep_stalled(vm.datastore, lab_at)
    _enter(vm, state, lab_at)
    vm.suspended_gib = suspended_gib
    vm.save(update_fields=POWER_FIELDS)
    _switch_server(vm)


def _switch_server(vm: VirtualMachine) -> None:
    """Without virtualization its server goes on and off with it; one that has failed stays so."""
    server = own_server(vm)
    if server is None or server.state == HostState.FAILED:
        return
    runs = vm.power_state == PowerState.RUNNING
    if runs != (server.state in WORKS):
        server.state = HostState.ON if runs else HostState.OFF
        server.save(update_fields=["state"])


def stop_many(vms: Sequence[VirtualMachine], lab_at: datetime) -> None:
    """Stops running guests of one lab, with their clusters and datastores loaded, as `change_power` would one after the
    other (two queries, those of their deltas, and a few for each datastore on which files go with them).
    """
    _change_many(vms, PowerState.STOPPED, lab_at)


def start_many(vms: Sequence[VirtualMachine], lab_at: datetime) -> list[tuple[VirtualMachine, Text]]:
    """Starts stopped guests of one lab, with hosts, clusters and datastores loaded, as `change_power` would in this
    order; those that stay off, each with why (six queries, those of their deltas, and a few for each datastore).
    """
    space = SpaceLeft(lab_at)
    guests: dict[int | None, dict[int, GuestRow]] = defaultdict(dict)
    for guest in guests_on([vm.host for vm in vms if vm.host]):
        guests[guest.host_id][guest.pk] = guest
    members = group_members(vms[0].lab_id, (vm.anti_affinity for vm in vms)) if vms else []
    able, unable = list[VirtualMachine](), list[tuple[VirtualMachine, Text]]()
    for vm in vms:
        here = guests[vm.host_id]
        if why := why_cannot_run(vm, [*here.values()], members) or _why_no_file(vm, space):
            unable.append((vm, why))
            continue
        here[vm.pk] = here[vm.pk]._replace(power_state=str(PowerState.RUNNING))
        able.append(vm)
    _change_many(able, PowerState.RUNNING, lab_at)
    return unable


def _why_no_file(vm: VirtualMachine, space: SpaceLeft) -> Text | None:
    """Why the file that stands for its memory does not fit what is left, in words; it is taken where it does."""
    why = space.take(vm.datastore, file_when_running_gib(vm))
    return no_room_for_file(vm.cluster.hypervisor, why) if why else None


def _change_many(vms: Sequence[VirtualMachine], state: PowerState, lab_at: datetime) -> None:
    settle(vms, lab_at)
    freed = {vm.datastore_id: vm.datastore for vm in vms if state != PowerState.RUNNING and file_now_gib(vm)}
    for datastore in freed.values():
        keep_stalled(datastore, lab_at)
    for vm in vms:
        _enter(vm, state, lab_at)
    write_rows(VirtualMachine, vms, POWER_FIELDS)


def _enter(vm: VirtualMachine, state: str, lab_at: datetime) -> None:
    """From off it starts with the size that it has."""
    if vm.power_state == PowerState.STOPPED:
        vm.vcpu_at_start = vm.memory_at_start_mib = None
        vm.powered_on_lab_at = lab_at
    vm.power_state = state


def with_guest_off(
    vm: VirtualMachine, steps: list[PlannedStep], timings: Timings, memory_mib: int | None = None
) -> list[PlannedStep]:
    """The steps between an orderly shutdown and a start, with the memory that it has or will have by then; unchanged
    where the guest is off already.
    """
    if vm.power_state != PowerState.RUNNING:
        return steps
    return [stop_step(vm, timings), *steps, *start_steps(vm, timings, memory_mib)]


def stop_step(vm: VirtualMachine, timings: Timings) -> PlannedStep:
    """An orderly shutdown: once asked for, the guest goes through with it; the way back is a start."""
    step = power_step(
        "stop", _("Shut down the guest OS"), timings.shutdown_s(windows=runs_windows(vm)), PowerState.STOPPED
    )
    back = [replace(step, key=f"{step.key}_again") for step in start_steps(vm, timings)]
    return replace(step, way_back=back, interruptible=False, needs=in_memory_of(vm), down=True, varies=True)


def start_steps(vm: VirtualMachine, timings: Timings, memory_mib: int | None = None) -> list[PlannedStep]:
    """Power-on until services answer, with the memory that it has or will have by then; without virtualization from
    its server's self-test on.
    """
    needs = [its_host_on(vm=vm.pk), may_power_on(vm=vm.pk)]
    step = power_step("start", _("Start the guest OS"), timings.boot_s(windows=runs_windows(vm)), PowerState.RUNNING)
    own_needs = [*needs, *room_for_memory_file(vm, memory_mib)]
    start = replace(step, undo=power_off, needs=own_needs, down=True, varies=True)
    return [*server_boot_steps(vm.cluster, timings, needs), start]


def server_boot_steps(cluster: Cluster, timings: Timings, needs: Sequence[Needed]) -> list[PlannedStep]:
    """A physical server's self-test, before its OS starts; nothing in a cluster with a hypervisor, whose hosts are
    on.
    """
    if not bare_metal(cluster.hypervisor):
        return []
    return [PlannedStep("boot_host", BOOT_HOST, timings.host_boot_s, needs=needs, down=True, varies=True)]


def restart_s(vm: VirtualMachine, timings: Timings) -> float:
    """Seconds from the order to shut down until services answer again."""
    return timings.shutdown_s(windows=runs_windows(vm)) + sum(step.duration_s for step in start_steps(vm, timings))


def power_off_step() -> PlannedStep:
    """The end of a running guest at once, as if its plug were pulled."""
    return power_step("off", _("Power it off"), 0.0, PowerState.STOPPED)


def power_step(
    key: str, title: LazyText, duration_s: float, state: PowerState, suspended_gib: float = 0.0
) -> PlannedStep:
    """A step at whose end the guest is in that state."""
    params = {"power_state": str(state), "suspended_gib": suspended_gib}
    return PlannedStep(key, title, duration_s, set_power, params=params)
