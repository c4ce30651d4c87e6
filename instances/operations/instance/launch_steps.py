"""The steps of a launch: one request for all, then they run one group after the other, as in reality."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState, PurchaseOption
from instances.operations.instance.launch_effects import (
    RESERVE,
    delete_pending,
    enter_group,
    first_booted,
    reserve,
    terminate_new,
)
from instances.operations.instance.steps import TITLES
from instances.operations.needs import zone_up
from virtlab.engine.durations.durations import Step
from virtlab.engine.durations.spread import quantile_s
from virtlab.jobs.operations.plan import PlannedStep
from virtlab.jobs.text import say
from virtlab.web.lazy_text import LazyText

MOST_GROUPS = 10


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
    first_boot = PlannedStep(boot.code, TITLES[boot.code], boot.duration_s, first_booted, needs=needs, varies=True)
    first, second, *others = [*_pending(launch, pending.duration_s, needs), first_boot]
    return [taken, first, replace(second, lost=_lost(launch)), *others]


def _lost(launch: Launch) -> list[LazyText]:
    """What a cancel leaves owed once the first instances run: terminating them does not end it."""
    lost: list[LazyText] = []
    if launch.params["purchase"] != PurchaseOption.ON_DEMAND:
        lost.append(_("The commitment is owed to the end of its term, also for an instance that is terminated."))
    if launch.params["elastic_address"]:
        lost.append(_("The Elastic IPs stay allocated and charged until they are released."))
    return lost


def _pending(launch: Launch, median_s: float, needs: Sequence[dict[str, Any]]) -> list[PlannedStep]:
    """One step where one instance is launched, or nothing spreads; else a step for each group, at its quantile."""
    groups = min(launch.count, MOST_GROUPS) if launch.p95_ratio > 1 else 1
    steps, before_s = [], 0.0
    for group in range(groups):
        at_s = median_s if groups == 1 else quantile_s(median_s, launch.p95_ratio, (group + 0.5) / groups)
        title = say(TITLES["pending"])
        if groups > 1:
            title = say(_("Pending to running: group %(group)s of %(groups)s"), group=group + 1, groups=groups)
        steps.append(
            PlannedStep(
                f"pending_{group}" if group else "pending",
                title,
                at_s - before_s,
                enter_group,
                None,
                {"state": str(InstanceState.RUNNING), "group": group, "groups": groups},
                abort=delete_pending,
                needs=needs,
                varies=groups == 1,
            )
        )
        before_s = at_s
    return steps
