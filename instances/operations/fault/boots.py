"""What follows the end of an outage: the power comes back, and each instance that ran boots.

"After power is restored instances will reboot" (AWS FIS User Guide, "AZ Availability: Power Interruption", 2026).
It lasts as long as the boot of a start; of many instances each takes its own time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from instances.models import Instance
from instances.operations.instance.steps import TITLES
from instances.operations.launch.steps import MOST_GROUPS, Group
from instances.services.outages import up_again
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.engine.durations.spread import quantile_s
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import say
from virtlab.labs.choices import OperatingSystem

POWER = "power"
Up = tuple[float, Sequence[int]]
"""Seconds from when the power is back, and the keys of the instances that are up then."""


@effect("fault.booted")
def booted(run: Run) -> None:
    """Some of the instances are up; with the last step all that boot."""
    back = run.result(POWER)
    keys = back["instances"] if run.params["last"] else run.params["instances"]
    up_again(keys, datetime.fromisoformat(back["at"]), run.lab_time)


def boot_steps(instances: Sequence[Instance], timings: Timings, p95_ratio: float) -> list[PlannedStep]:
    """The boots side by side, as steps that end one after the other. Nobody can cancel them."""
    ups = _ups(instances, timings, p95_ratio)
    steps, before_s, done = [], 0.0, 0
    for number, (at_s, keys) in enumerate(ups):
        done += len(keys)
        message = _("Boots, until %(done)s of %(count)s instances are up")
        alone = len(ups) == 1
        step = PlannedStep(
            f"boot_{number}",
            TITLES["boot"] if alone else say(message, done=done, count=len(instances)),
            at_s - before_s,
            booted,
            None,
            {"instances": list(keys), "last": number == len(ups) - 1},
            final=True,
            interruptible=False,
            down=True,
            varies=alone,
        )
        steps.append(step)
        before_s = at_s
    return steps


def _ups(instances: Sequence[Instance], timings: Timings, p95_ratio: float) -> list[Up]:
    """When they are up: those that take the same time in groups, each group at its own quantile; in order."""
    ups: list[Up] = []
    for boot_s, keys in _by_boot(instances, timings).items():
        groups = min(len(keys), MOST_GROUPS) if p95_ratio > 1 else 1
        shares = [Group(number, groups).boot_share for number in range(groups)]
        lasts = [quantile_s(boot_s, p95_ratio, share) if groups > 1 else boot_s for share in shares]
        ups += [(lasts[number], keys[number::groups]) for number in range(groups)]
    return sorted(ups, key=lambda up: up[0])


def _by_boot(instances: Sequence[Instance], timings: Timings) -> Mapping[float, list[int]]:
    keys = defaultdict(list)
    for instance in instances:
        windows = instance.operating_system == OperatingSystem.WINDOWS
        metal = instance.instance_type.bare_metal
        keys[instance_start_steps(timings, windows=windows, metal=metal)[-1].duration_s].append(instance.pk)
    return keys
