"""The steps of a launch: one request for all, then they run and boot one group after the other, as in reality."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState, PurchaseOption
from instances.models import PlacementGroup
from instances.operations.instance.steps import TITLES
from instances.operations.launch.effects import (
    RESERVE,
    delete_pending,
    enter_group,
    first_booted,
    reserve,
)
from instances.operations.launch.moments import Group, Medians, Moments, groups_of
from instances.operations.launch.way_back import terminate_steps
from instances.operations.needs import comes_up, in_group, zone_up
from virtlab.engine.durations.durations import Step
from virtlab.engine.durations.spread import Ending
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.operations.plan import Plan, PlannedStep, Vary, one_case
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText

STARTED = _("Pending to running, until %(done)s of %(count)s instances run")
UP = _("First boots, until %(done)s of %(count)s instances are up")


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launch asks for, and how its durations spread: the 95th percentile as a multiple of the median."""

    params: dict[str, Any]
    region: str
    zones: Sequence[str]
    count: int
    p95_ratio: float
    group: PlacementGroup | None = None
    store: bool = False
    paid_at_once: bool = False

    @property
    def needs(self) -> list[Needed]:
        """What its steps need while they run."""
        return [zone_up(region=self.region, zone=zone) for zone in self.zones]


def planned(launch: Launch, durations: Sequence[Step], stop: Sequence[Step]) -> Plan:
    """Once the cloud has given them the instances stay, whatever fails later; only a cancel terminates them."""
    api, pending, boot = durations
    params, back = {"launch": launch.params, "zones": list(launch.zones)}, terminate_steps(stop, launch.needs)
    needs = [*launch.needs, *in_group(launch.group)]
    taken = PlannedStep(
        RESERVE, TITLES["api"], api.duration_s, reserve, params=params, needs=needs, way_back=back, final=True
    )
    medians = Medians(pending.duration_s, boot.duration_s, launch.p95_ratio)
    if launch.count == 1 or launch.p95_ratio == 1:
        return Plan([taken, *_together(launch, medians)])
    expected = [taken, *_by_group(launch, Moments.expected(medians, launch.count))]

    def draw(vary: Vary) -> list[PlannedStep]:
        drawn = Moments.drawn(medians, launch.count, vary)
        return one_case([taken.drawn(vary), *_by_group(launch, drawn)], expected)

    ending = Ending(api.duration_s, (medians.pending_s, medians.boot_s))
    return Plan(expected, endings=[ending] * launch.count, draw=draw)


def _lost(launch: Launch) -> list[LazyText]:
    """What goes with a cancel once the first instances run, and what stays owed: terminating them does not end it."""
    lost: list[LazyText] = [_("The instances and their root volumes, with what has been written there since they run.")]
    if launch.store:
        lost.append(_("What is on the instance store."))
    if launch.paid_at_once:
        lost.append(_("What was paid at once for the commitment does not come back."))
    elif launch.params["purchase"] != PurchaseOption.ON_DEMAND:
        lost.append(_("The commitment is owed to the end of its term, also for an instance that is terminated."))
    if launch.params["elastic_address"]:
        lost.append(_("The Elastic IPs stay allocated and charged until they are released."))
    return lost


def _together(launch: Launch, medians: Medians) -> list[PlannedStep]:
    """All at once."""
    runs, boots = _runs("pending", launch), _boots("first_boot", launch)
    return _bounded(launch, [replace(runs, duration_s=medians.pending_s), replace(boots, duration_s=medians.boot_s)])


def _by_group(launch: Launch, moments: Moments) -> list[PlannedStep]:
    """Pending and first boot of each group, in the order in which they end: each step lasts since the one before. A
    group is how a large launch is computed; a step says how many instances are there once it has ended.
    """
    runs, boots = groups_of(moments.runs_s), groups_of(moments.up_s)
    ends = [(group, _runs(_key("pending", number), launch, group)) for number, group in enumerate(runs)]
    ends += [(group, _boots(_key("first_boot", number), launch, group)) for number, group in enumerate(boots)]
    ends.sort(key=lambda end: end[0].ends_s)
    there, before_s, steps = Counter[Any](), 0.0, list[PlannedStep]()
    for group, step in ends:
        at_s = group.ends_s
        there[step.title] += len(group.places)
        title = say(STARTED if step.effect is enter_group else UP, done=there[step.title], count=launch.count)
        steps.append(replace(step, title=title, duration_s=at_s - before_s, varies=False))
        before_s = at_s
    return _bounded(launch, steps)


def _bounded(launch: Launch, steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """What breaks off before all run takes the pending ones away; what is owed is, once the first of them run."""
    last_runs = max(number for number, step in enumerate(steps) if step.effect is enter_group)
    bounded = [
        replace(
            step,
            abort=delete_pending if number <= last_runs else None,
            params={**step.params, "last": number == len(steps) - 1},
        )
        for number, step in enumerate(steps)
    ]
    return [bounded[0], replace(bounded[1], lost=_lost(launch)), *bounded[2:]]


def _key(code: str, number: int) -> str:
    return f"{code}_{number}" if number else code


def _runs(key: str, launch: Launch, group: Group | None = None) -> PlannedStep:
    """What runs stays, whatever fails later: a launch that is tried again goes on behind it."""
    params: dict[str, Any] = {"state": str(InstanceState.RUNNING)}
    if group:
        params |= {"instances": list(group.places), "before_s": group.before_s}
    needs = [*launch.needs, comes_up()]
    return PlannedStep(key, TITLES["pending"], 0.0, enter_group, params=params, needs=needs, final=True, varies=True)


def _boots(key: str, launch: Launch, group: Group | None = None) -> PlannedStep:
    params = {"instances": list(group.places)} if group else {}
    needs = [*launch.needs, comes_up()]
    return PlannedStep(key, TITLES["first_boot"], 0.0, first_booted, params=params, needs=needs, varies=True)
