"""Steps of starting and stopping, with the engine's durations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.operations.instance.state_effects import enter, restore
from virtlab.engine.durations.durations import Step, at_rate_s, instance_start_steps, instance_stop_steps
from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import BYTES_PER_MIB, MIB_PER_GIB
from virtlab.jobs.operations.plan import PlannedStep

TITLES = {
    "api": _("The cloud takes the request"),
    "pending": _("Pending to running"),
    "boot": _("The operating system starts"),
    "first_boot": _("First boot"),
    "shutdown": _("The operating system shuts down"),
    "stopping": _("Stopping to stopped"),
    "modify": _("Change the instance"),
}


def to(key: str, title: Any, duration_s: float, state: str, **params: Any) -> PlannedStep:
    """A step at whose end the instance is in a state."""
    return PlannedStep(key, title, duration_s, enter, restore, {"state": str(state), **params})


def wait(step: Step) -> PlannedStep:
    """A step that only takes its time."""
    return PlannedStep(step.code, TITLES[step.code], step.duration_s)


def stop_steps(timings: Timings, *, windows: bool, **params: Any) -> list[PlannedStep]:
    """Running to stopped: the charge ends with the request, or at stopped where it hibernates."""
    shutdown, stopping = instance_stop_steps(timings, windows=windows)
    return [
        to("request", TITLES["api"], 0.0, InstanceState.STOPPING, **params),
        wait(shutdown),
        to(stopping.code, TITLES[stopping.code], stopping.duration_s, InstanceState.STOPPED, **params),
    ]


def start_steps(timings: Timings, *, windows: bool) -> list[PlannedStep]:
    """Stopped to running; the capacity is asked for with the request."""
    api, pending, boot = instance_start_steps(timings, windows=windows)
    return [
        to(api.code, TITLES["api"], api.duration_s, InstanceState.PENDING),
        to(pending.code, TITLES["pending"], pending.duration_s, InstanceState.RUNNING),
        wait(boot),
    ]


def memory_s(memory_mib: float, throughput_mbps: float) -> float:
    """Seconds to write a memory to a volume, or to read it back, at the volume's MB/s (10⁶ bytes)."""
    return at_rate_s(memory_mib / MIB_PER_GIB, throughput_mbps * 1e6 / BYTES_PER_MIB)
