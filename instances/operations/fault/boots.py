"""What follows the end of an outage: the power comes back, and each instance that ran boots.

"After power is restored instances will reboot" (AWS FIS User Guide, "AZ Availability: Power Interruption", 2026).
It lasts as long as the boot of a start; of many instances each takes its own time.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from instances.models import Instance
from instances.operations.instance.steps import TITLES
from instances.operations.launch.moments import MOST_GROUPS, Group, groups_of
from instances.services.outages import up_again
from virtlab.engine.durations.durations import instance_start_steps
from virtlab.engine.durations.spread import Ending, median_rank, quantile_s
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.plan import Plan, PlannedStep, Vary, one_case
from virtlab.jobs.text import say

POWER = "power"


@effect("fault.booted")
def booted(run: Run) -> None:
    """Some of the instances are up; with the last step all that boot."""
    back = run.result(POWER)
    keys = back["instances"] if run.params["last"] else run.params["instances"]
    up_again(keys, datetime.fromisoformat(back["at"]), run.lab_time)


def boot_plan(power: PlannedStep, instances: Sequence[Instance], timings: Timings, p95_ratio: float) -> Plan:
    """The power, then the boots side by side, as steps that end one after the other. Nobody can cancel them."""
    if not instances:
        return Plan([power])
    keys, boots_s = [instance.pk for instance in instances], [_boot_s(instance, timings) for instance in instances]
    if p95_ratio == 1 or len(instances) == 1:
        return Plan([power, *_steps(keys, boots_s)])
    expected = [power, *_steps(keys, _expected_s(boots_s, p95_ratio))]

    def draw(vary: Vary) -> list[PlannedStep]:
        return one_case([power, *_steps(keys, [vary(boot_s) for boot_s in boots_s])], expected)

    return Plan(expected, endings=[Ending(0.0, (boot_s,)) for boot_s in boots_s], draw=draw)


def _expected_s(boots_s: Sequence[float], p95_ratio: float) -> list[float]:
    """When they are up in half of all cases: of those that take the same time who is first, second … last."""
    alike, seen, up_s = Counter(boots_s), Counter[float](), list[float]()
    for boot_s in boots_s:
        seen[boot_s] += 1
        up_s.append(quantile_s(boot_s, p95_ratio, median_rank(seen[boot_s], alike[boot_s])))
    return up_s


def _steps(keys: Sequence[int], up_s: Sequence[float]) -> list[PlannedStep]:
    steps, before_s, done = [], 0.0, 0
    groups = _groups(up_s)
    for number, group in enumerate(groups):
        done += len(group.places)
        message = _("Boots, until %(done)s of %(count)s instances are up")
        step = PlannedStep(
            f"boot_{number}",
            TITLES["boot"] if len(groups) == 1 else say(message, done=done, count=len(keys)),
            group.ends_s - before_s,
            booted,
            params={"instances": [keys[place] for place in group.places], "last": number == len(groups) - 1},
            final=True,
            interruptible=False,
            down=True,
            varies=len(keys) == 1,
        )
        steps.append(step)
        before_s = group.ends_s
    return steps


def _groups(up_s: Sequence[float]) -> list[Group]:
    """Those that are up at the same moment; where there are many moments, few groups."""
    at = defaultdict(list)
    for place, moment_s in enumerate(up_s):
        at[moment_s].append(place)
    if len(at) > MOST_GROUPS:
        return groups_of(up_s)
    return [Group(at[moment_s], [moment_s]) for moment_s in sorted(at)]


def _boot_s(instance: Instance, timings: Timings) -> float:
    windows, metal = instance.runs_windows, instance.instance_type.bare_metal
    return instance_start_steps(timings, windows=windows, metal=metal)[-1].duration_s
