"""Effects on a guest that the same job made: it is found by its name."""

from hosts.choices import PowerState
from hosts.operations.guest.power_effects import change_power
from hosts.services.guests import named, unmake_guest
from virtlab.jobs.operations.effects import Run, effect


@effect("vm.unmake")
def unmake_newborn(run: Run) -> None:
    """Takes the guest away again."""
    unmake_guest(run, run.params["name"])


@effect("vm.start_newborn")
def start_newborn(run: Run) -> None:
    """Starts it; StepFailed where its host has no room any more."""
    change_power(named(run, run.params["name"]), PowerState.RUNNING, run.lab_time)


@effect("vm.stop_newborn")
def stop_newborn(run: Run) -> None:
    """Stops it."""
    change_power(named(run, run.params["name"]), PowerState.STOPPED, run.lab_time)
