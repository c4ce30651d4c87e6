"""Effects on a guest that the same job made, in its step `MAKE`."""

from typing import Any

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from hosts.operations.guest.power_effects import change_power
from hosts.operations.guest.update import written
from hosts.services.guests import remove_guest
from hosts.services.space import require_space
from virtlab.jobs.operations.effects import Run, effect

MAKE = "make"


@effect("vm.unmake", breaks=("vm.there",))
def unmake(run: Run) -> None:
    """Deletes the guest if it still exists."""
    vm = VirtualMachine.objects.filter(pk=_key(run, run.memory)).first()
    if vm is not None:
        remove_guest(vm)


@effect("vm.install_newborn", breaks=("datastore.space",))
def install_made(run: Run) -> None:
    """Its system is on its disk from now on; StepFailed where its datastore has no room for it any more."""
    vm, gib = _made(run), run.params["gib"]
    require_space(vm.datastore, gib if vm.thin else 0.0, run.lab_time)
    vm.disk_used_gib = written(vm, gib)
    vm.save(update_fields=["disk_used_gib"])


@effect("vm.start_newborn", breaks=("vm.copied_whole",))
def start_made(run: Run) -> None:
    """Starts it; StepFailed where its host has no room any more."""
    change_power(_made(run), PowerState.RUNNING, run.lab_time)


@effect("vm.stop_newborn")
def stop_made(run: Run) -> None:
    change_power(_made(run), PowerState.STOPPED, run.lab_time)


def _made(run: Run) -> VirtualMachine:
    return run.get(VirtualMachine, _key(run, run.result(MAKE)), related=("cluster", "host", "datastore"))


def _key(run: Run, memory: dict[str, Any]) -> int:
    """The guest's key as the step kept it. Steps planned by an earlier version kept none and name it."""
    if "vm" in memory:
        return int(memory["vm"])
    named = VirtualMachine.objects.filter(lab=run.lab, name=run.params["name"])
    return named.values_list("pk", flat=True).first() or 0
