"""A guest that the same job made, in its step `MAKE`: how it is started, taken away again, and given its system."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.models import VirtualMachine
from hosts.operations.guest.own_disk import write_inside
from hosts.operations.guest.power_effects import SERVER, change_power, server_boot_steps
from hosts.operations.needs import made_may_power_on, made_on_host, room_for_memory_file
from hosts.operations.refusals import why_needed
from hosts.rules.coming_up import lets_run
from hosts.services.deltas import keep_stalled
from hosts.services.guests import remove_guest
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import PlannedStep

MAKE = "make"


@effect("vm.unmake", breaks=("vm.there",))
def unmake(run: Run) -> None:
    """Deletes the guest if it still exists."""
    vm = VirtualMachine.objects.filter(pk=_key(run, run.memory)).first()
    if vm is None:
        return
    if why := why_needed(vm):
        raise StepFailed(why)
    keep_stalled(vm.datastore, run.lab_time)
    remove_guest(vm)


@effect("vm.install_made", breaks=("datastore.space",))
def install_made(run: Run) -> None:
    """Its system is on its disk from now on; StepFailed where disk or datastore have no room for it."""
    vm = _made(run)
    write_inside(vm, run.params["gib"], run.lab_time)
    vm.health = GuestHealth.WELL
    vm.save(update_fields=["disk_used_gib", "health"])


@effect("vm.start_made", breaks=("vm.copied_whole", "datastore.space"))
def start_made(run: Run) -> None:
    """Starts it; StepFailed where its host has no room any more."""
    change_power(_made(run), PowerState.RUNNING, run.lab_time)


@effect("vm.stop_made", breaks=("datastore.space", *SERVER))
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


def start_made_steps(
    vm: VirtualMachine, timings: Timings, *, windows: bool, source: int | None = None
) -> list[PlannedStep]:
    """The first start of the guest that its job makes, not saved yet; `source`: what it is copied from."""
    needs = [made_on_host(name=vm.name), made_may_power_on(name=vm.name)]
    start = PlannedStep(
        "start",
        _("Start it"),
        timings.boot_s(windows=windows),
        start_made,
        undo=stop_made,
        params=lets_run(source),
        needs=[*needs, *room_for_memory_file(vm)],
        varies=True,
    )
    return [*(replace(step, down=False) for step in server_boot_steps(vm.cluster, timings, needs)), start]
