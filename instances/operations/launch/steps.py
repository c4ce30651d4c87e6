"""The steps of a launch: one request for all, then they run and boot one group after the other, as in reality."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState, PurchaseOption
from instances.operations.instance.steps import TITLES
from instances.operations.launch.effects import (
    RESERVE,
    delete_pending,
    enter_group,
    first_booted,
    reserve,
    terminate_new,
)
from instances.operations.needs import zone_up
from virtlab.engine.durations.durations import Step
from virtlab.engine.durations.spread import quantile_s
from virtlab.jobs.operations.needs import Needed
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText

MOST_GROUPS = 10
STARTED = _("Pending to running, until %(done)s of %(groups)s groups run")
UP = _("First boots, until %(done)s of %(groups)s groups are up")


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launch asks for, and how its durations spread: the 95th percentile as a multiple of the median."""

    params: dict[str, Any]
    region: str
    zones: Sequence[str]
    count: int
    p95_ratio: float


def planned(launch: Launch, durations: Sequence[Step], terminate_s: float) -> list[PlannedStep]:
    """Once the cloud has given them the instances stay, whatever fails later; only a cancel terminates them."""
    api, pending, boot = durations
    needs = [zone_up(region=launch.region, zone=zone) for zone in launch.zones]
    title, params = _("Terminate what was launched"), {"launch": launch.params, "zones": list(launch.zones)}
    back = [PlannedStep("terminate", title, terminate_s, terminate_new)]
    taken = PlannedStep(RESERVE, TITLES["api"], api.duration_s, reserve, None, params, way_back=back, final=True)
    first, second, *others = _by_group(launch, pending, boot, needs)
    return [taken, first, replace(second, lost=_lost(launch)), *others]


def _lost(launch: Launch) -> list[LazyText]:
    """What a cancel leaves owed once the first instances run: terminating them does not end it."""
    lost: list[LazyText] = []
    if launch.params["purchase"] != PurchaseOption.ON_DEMAND:
        lost.append(_("The commitment is owed to the end of its term, also for an instance that is terminated."))
    if launch.params["elastic_address"]:
        lost.append(_("The Elastic IPs stay allocated and charged until they are released."))
    return lost


@dataclass(frozen=True, slots=True)
class Group:
    """One of the groups of a launch that reach their states together."""

    number: int
    of: int

    @property
    def share(self) -> float:
        """Its place among all durations (0 … 1)."""
        return (self.number + 0.5) / self.of

    @property
    def boot_share(self) -> float:
        """As `share`, in an order of its own: who runs first is not up first."""
        order = sorted(range(self.of), key=lambda number: crc32(str(number).encode()))
        return (order[self.number] + 0.5) / self.of

    @property
    def params(self) -> dict[str, Any]:
        """As the effects of its steps know it."""
        return {"group": self.number, "groups": self.of}

    def key(self, code: str) -> str:
        """Of one of its steps."""
        return f"{code}_{self.number}" if self.number else code


def _by_group(launch: Launch, pending: Step, boot: Step, needs: Sequence[Needed]) -> list[PlannedStep]:
    """Pending and first boot of each group, each at its own quantile, in the order in which they end; of one group, or
    where nothing spreads, both as they are.
    """
    groups = min(launch.count, MOST_GROUPS) if launch.p95_ratio > 1 else 1
    ends: list[tuple[float, PlannedStep]] = []
    for group in (Group(number, groups) for number in range(groups)):
        runs_s, boots_s = pending.duration_s, boot.duration_s
        if groups > 1:
            runs_s = quantile_s(runs_s, launch.p95_ratio, group.share)
            boots_s = quantile_s(boots_s, launch.p95_ratio, group.boot_share)
        ends += [(runs_s, _runs(group, needs)), (runs_s + boots_s, _boots(group, needs))]
    ends.sort(key=lambda end: end[0])
    if groups > 1:
        ends = _counted(ends, groups)
    last_runs = max(number for number, (_at_s, step) in enumerate(ends) if step.effect is enter_group)
    steps, before_s = [], 0.0
    for number, (at_s, step) in enumerate(ends):
        abort = delete_pending if number <= last_runs else None
        params = {**step.params, "last": number == len(ends) - 1}
        steps.append(replace(step, duration_s=at_s - before_s, abort=abort, params=params))
        before_s = at_s
    return steps


def _counted(ends: Sequence[tuple[float, PlannedStep]], groups: int) -> list[tuple[float, PlannedStep]]:
    """Each step says how many groups have come so far with its end: it lasts since the one before."""
    counts, counted = Counter[str](), []
    for at_s, step in ends:
        title = STARTED if step.effect is enter_group else UP
        counts[str(title)] += 1
        counted.append((at_s, replace(step, title=say(title, done=counts[str(title)], groups=groups))))
    return counted


def _runs(group: Group, needs: Sequence[Needed]) -> PlannedStep:
    params = {**group.params, "state": str(InstanceState.RUNNING)}
    key, varies = group.key("pending"), group.of == 1
    running = PlannedStep(key, TITLES["pending"], 0.0, enter_group, None, params, needs=needs, varies=varies)
    # What runs stays, whatever fails later: a launch that is tried again goes on behind it.
    return replace(running, final=True)


def _boots(group: Group, needs: Sequence[Needed]) -> PlannedStep:
    key, varies = group.key("first_boot"), group.of == 1
    return PlannedStep(key, TITLES["first_boot"], 0.0, first_booted, None, group.params, needs=needs, varies=varies)
