"""Steps of starting and stopping, with the engine's durations, what they need, and what takes them back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.flows import through_root
from instances.operations.instance.state_effects import (
    begin_stop,
    enter,
    lose_memory,
    read_memory,
    require_running,
    settle,
)
from instances.operations.needs import on_sound_hardware, running, stopped, within_reach
from instances.rules.addresses import auto_assigned
from virtlab.engine.durations.durations import Step, instance_start_steps, instance_stop_steps
from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.operations.plan import PlannedStep, flow_s
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

SHUTDOWN = "shutdown"
TITLES = {
    "api": _("The cloud takes the request"),
    "pending": _("Pending to running"),
    "boot": _("The operating system starts"),
    "first_boot": _("First boot"),
    SHUTDOWN: _("The operating system shuts down"),
    "stopping": _("Stopping to stopped"),
}
DEFAULT_VOLUME_MIB_PER_S = 125.0


def stop_steps(
    instance: Instance, timings: Timings, *, skip_shutdown: bool = False, **params: Any
) -> list[PlannedStep]:
    """Running to stopped. Once it is asked for, nothing stops it: the way back is a start, with another address.

    `skip_shutdown`: as if its plug were pulled. On hardware that has failed there is no system left to shut down.
    """
    forward = _stop(instance, timings, metal=instance.instance_type.bare_metal, **params)
    if skip_shutdown or instance.system_failed_lab_at:
        forward = [step for step in forward if step.key != SHUTDOWN]
    back = _again(_start(instance, timings, metal=instance.instance_type.bare_metal))
    return [*forward[:-1], replace(forward[-1], way_back=back, lost=lost_by_stop(instance))]


def hibernate_steps(instance: Instance, timings: Timings) -> list[PlannedStep]:
    """Running to stopped, with the memory written where a shutdown would be. The way back reads it again."""
    forward = _hibernate(instance, timings)
    return [
        *forward[:-1],
        replace(forward[-1], way_back=_again(_resume(instance, timings)), lost=lost_by_stop(instance)),
    ]


def start_steps(instance: Instance, timings: Timings, *, metal: bool) -> list[PlannedStep]:
    """Stopped to running; the capacity is asked for with the request. The way back is a stop.

    What has been reached when it fails after that stays: the cloud stops nothing because a system does not come up.
    """
    request, pending, boot = _start(instance, timings, metal=metal)
    return [request, replace(pending, way_back=_again(_stop(instance, timings, metal=metal)), final=True), boot]


def resume_steps(instance: Instance, timings: Timings) -> list[PlannedStep]:
    """As a start, with the memory read back in place of a boot. The way back is another hibernation, which keeps it."""
    request, pending, memory = _resume(instance, timings)
    return [request, replace(pending, way_back=_again(_hibernate(instance, timings)), final=True), memory]


def _again(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    return [replace(step, key=f"again_{step.key}") for step in steps]


def _stop(instance: Instance, timings: Timings, *, metal: bool = False, **params: Any) -> list[PlannedStep]:
    shutdown, stopping = instance_stop_steps(timings, windows=instance.runs_windows, metal=metal)
    charged = {"hibernates": True} if params.get("hibernated") else {}
    request = to(instance, "request", TITLES["api"], 0.0, InstanceState.STOPPING, **charged)
    return [
        replace(request, effect=begin_stop),
        replace(wait(instance, shutdown), interruptible=False),
        to(instance, stopping.code, TITLES[stopping.code], stopping.duration_s, InstanceState.STOPPED, **params),
    ]


def _start(instance: Instance, timings: Timings, *, metal: bool) -> list[PlannedStep]:
    api, pending, boot = instance_start_steps(timings, windows=instance.runs_windows, metal=metal)
    request = to(instance, api.code, TITLES["api"], api.duration_s, InstanceState.PENDING)
    return [
        replace(request, needs=[*request.needs, stopped(instance=instance.pk)]),
        to(instance, pending.code, TITLES["pending"], pending.duration_s, InstanceState.RUNNING),
        replace(wait(instance, boot), effect=require_running, needs=_while_it_runs(instance)),
    ]


def _hibernate(instance: Instance, timings: Timings) -> list[PlannedStep]:
    request, _shutdown, stopping = _stop(instance, timings, hibernated=True)
    return [request, memory_step(instance, _("The memory is written to the root volume")), stopping]


def _resume(instance: Instance, timings: Timings) -> list[PlannedStep]:
    request, pending, _boot = _start(instance, timings, metal=False)
    memory = memory_step(instance, _("The memory is read back from the root volume"))
    memory = replace(memory, effect=read_memory, abort=lose_memory, needs=_while_it_runs(instance))
    return [request, pending, memory]


def _while_it_runs(instance: Instance) -> list[Needed]:
    """Also where it is tried again: it may have been stopped since."""
    return [*on_sound_hardware(instance), running(instance=instance.pk)]


def lost_by_stop(instance: Instance) -> list[Text | LazyText]:
    """What a stop takes away for good."""
    lost: list[Text | LazyText] = []
    if instance.public_address and not instance.elastic_address:
        another = _("The public address %(address)s: the next start brings another one.")
        none = _("The public address %(address)s: with several interfaces the next start brings none.")
        message = another if auto_assigned(instance.network_interfaces) else none
        lost.append(say(message, address=instance.public_address))
    if instance.store_written:
        lost.append(_("What is on the instance store."))
    return lost


def to(instance: Instance, key: str, title: Any, duration_s: float, state: str, **params: Any) -> PlannedStep:
    """A step at whose end the instance is in a state; where the job fails in between, it settles in one that lasts."""
    needs, params = within_reach(instance), {"state": str(state), **params}
    return PlannedStep(
        key,
        title,
        duration_s,
        enter,
        params=params,
        abort=settle,
        needs=needs,
        interruptible=False,
        down=True,
        varies=True,
    )


def wait(instance: Instance, step: Step) -> PlannedStep:
    """A step that only takes its time."""
    needs = within_reach(instance)
    title = TITLES[step.code]
    return PlannedStep(step.code, title, step.duration_s, abort=settle, needs=needs, down=True, varies=True)


def memory_step(instance: Instance, title: LazyText) -> PlannedStep:
    """An instance's memory to its root volume, or back from it."""
    gib = instance.instance_type.memory_mib / MIB_PER_GIB
    flow = through_root(instance, gib)
    duration_s = flow_s(flow, gib, DEFAULT_VOLUME_MIB_PER_S)
    needs, physics = on_sound_hardware(instance), {"kind": "memory", "memory_gib": gib}
    return PlannedStep(
        "memory",
        title,
        duration_s,
        physics=physics,
        abort=settle,
        needs=needs,
        flow=flow,
        interruptible=False,
        down=True,
    )
