"""A guest's power state and how it changes: with room checked, the delta settled, the memory of suspended ones kept."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.space import delta_gib, require_space
from hosts.models import VirtualMachine
from hosts.operations.guest.base import runs_windows
from hosts.operations.needs import in_memory_of, its_host_on
from hosts.rules.capacity import Need, why_apart, why_full
from hosts.services.deltas import keep_stalled
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

AT_START = ["vcpu_at_start", "memory_at_start_mib"]
POWER_FIELDS = ["power_state", "suspended_gib", "delta_gib", "delta_lab_at", "powered_on_lab_at", *AT_START]


@effect("vm.set_power", breaks=("vm.running", "vm.copied_whole", "datastore.space"))
def set_power(run: Run) -> None:
    """Sets the power state that the step names, and remembers the one before; StepFailed where there is no room."""
    vm = run.get(VirtualMachine)
    run.remember(power_state=vm.power_state, suspended_gib=vm.suspended_gib)
    change_power(vm, run.params["power_state"], run.lab_time, run.params.get("suspended_gib", 0.0))


@effect("vm.restore_power", breaks=("vm.copied_whole",))
def restore_power(run: Run) -> None:
    """Gives back the power state from before; StepFailed where there is no room for it any more."""
    vm = run.get(VirtualMachine)
    change_power(vm, run.memory["power_state"], run.lab_time, run.memory.get("suspended_gib", 0.0))


@effect("vm.power_off", breaks=("vm.running",))
def power_off(run: Run) -> None:
    """Takes a guest's power away that a step had started."""
    change_power(run.get(VirtualMachine), PowerState.STOPPED, run.lab_time)


def change_power(vm: VirtualMachine, state: str, lab_at: datetime, suspended_gib: float = 0.0) -> None:
    """Changes and saves; StepFailed where it is to run and may not."""
    if state == PowerState.RUNNING and vm.power_state != PowerState.RUNNING and (why := why_cannot_run(vm)):
        raise StepFailed(why)
    require_space(vm.datastore, suspended_gib - vm.suspended_gib, lab_at)
    settle(vm, lab_at)
    if suspended_gib < vm.suspended_gib:
        keep_stalled(vm.datastore, lab_at)
    if vm.power_state == PowerState.STOPPED:
        vm.vcpu_at_start = vm.memory_at_start_mib = None
        vm.powered_on_lab_at = lab_at
    vm.power_state, vm.suspended_gib = state, suspended_gib
    vm.save(update_fields=POWER_FIELDS)


def settle(vm: VirtualMachine, lab_at: datetime) -> None:
    """Writes down how large the running delta is now, so that it goes on from there."""
    vm.delta_gib, vm.delta_lab_at = delta_gib(vm, lab_at), lab_at


def why_cannot_run(vm: VirtualMachine) -> Text | None:
    """Why a guest cannot run where it is, in words; None where it can."""
    if vm.host is None:
        return say(_("%(vm)s is on no host."), vm=vm.name)
    if vm.host.state != HostState.ON:
        return say(_("Host %(host)s is not on."), host=vm.host.name)
    return why_apart(vm.host, vm) or why_full(vm.host, Need.of(vm), vm)


def with_guest_off(vm: VirtualMachine, steps: list[PlannedStep], timings: Timings) -> list[PlannedStep]:
    """The steps between an orderly shutdown and a start; unchanged where the guest is off already."""
    if vm.power_state != PowerState.RUNNING:
        return steps
    return [stop_step(vm, timings), *steps, start_step(vm, timings)]


def stop_step(vm: VirtualMachine, timings: Timings) -> PlannedStep:
    """An orderly shutdown: once asked for, the guest goes through with it; the way back is a start."""
    step = power_step(
        "stop", _("Shut down the guest OS"), timings.shutdown_s(windows=runs_windows(vm)), PowerState.STOPPED
    )
    back = [replace(start_step(vm, timings), key="start_again")]
    return replace(step, way_back=back, interruptible=False, needs=in_memory_of(vm), down=True, varies=True)


def start_step(vm: VirtualMachine, timings: Timings) -> PlannedStep:
    """Power-on until services answer."""
    boot_s = timings.boot_s(windows=runs_windows(vm))
    step = power_step("start", _("Start the guest OS"), boot_s, PowerState.RUNNING)
    return replace(step, undo=power_off, needs=[its_host_on(vm=vm.pk)], down=True, varies=True)


def power_off_step() -> PlannedStep:
    """The end of a running guest at once, as if its plug were pulled."""
    return power_step("off", _("Power it off"), 0.0, PowerState.STOPPED)


def power_step(
    key: str, title: LazyText, duration_s: float, state: PowerState, suspended_gib: float = 0.0
) -> PlannedStep:
    """A step at whose end the guest is in that state."""
    params = {"power_state": str(state), "suspended_gib": suspended_gib}
    return PlannedStep(key, title, duration_s, set_power, None, params)
