"""Stopping and starting a guest around a change that needs it off."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from virtlab.engine.timings import Timings
from virtlab.jobs.effects import Run, effect
from virtlab.jobs.plans import PlannedStep
from virtlab.jobs.text import Message
from virtlab.labs.choices import OperatingSystem


@effect("vm.set_power")
def set_power(run: Run) -> None:
    """Sets the power state that the step names, and remembers the one before."""
    vm = run.get(VirtualMachine)
    run.remember(power_state=vm.power_state)
    vm.power_state = run.params["power_state"]
    vm.save(update_fields=["power_state"])


@effect("vm.restore_power")
def restore_power(run: Run) -> None:
    """Gives back the power state from before."""
    vm = run.get(VirtualMachine)
    vm.power_state = run.memory["power_state"]
    vm.save(update_fields=["power_state"])


def runs_windows(vm: VirtualMachine) -> bool:
    """Whether the guest runs Windows, which takes longer to stop and to start."""
    return vm.workload is not None and vm.workload.operating_system == OperatingSystem.WINDOWS


def with_guest_off(vm: VirtualMachine, steps: list[PlannedStep], timings: Timings) -> list[PlannedStep]:
    """The steps between an orderly shutdown and a start; unchanged where the guest is off already."""
    if vm.power_state != PowerState.RUNNING:
        return steps
    windows = runs_windows(vm)
    stop = _power_step("stop", _("Shut the guest down"), timings.shutdown_s(windows=windows), PowerState.STOPPED)
    start = _power_step("start", _("Start the guest"), timings.boot_s(windows=windows), PowerState.RUNNING)
    return [stop, *steps, start]


def _power_step(key: str, title: Message, duration_s: float, state: PowerState) -> PlannedStep:
    return PlannedStep(key, title, duration_s, set_power, restore_power, {"power_state": str(state)})
