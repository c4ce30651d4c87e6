"""Bytes on their way, as pages show them: how many, how fast, what sets the pace, and with whom they share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.resources import resources_named
from virtlab.jobs.progress import moved_gib
from virtlab.jobs.selectors import moving_steps
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class FlowShown:
    """How many GiB of how many, how fast, what sets the pace (empty: it itself), and who else goes through that."""

    moved_gib: float
    total_gib: float
    rate_mib_per_s: float
    since_s: float
    limited_by: str
    others: list[Job]


def flows_shown(lab: Lab, steps: Iterable[Step], now: datetime) -> Mapping[int, FlowShown]:
    """By job: what the steps of a lab that move bytes show (a query, and one for each kind of resource)."""
    moving = [step for step in steps if step.rated_lab_at and step.flow and step.state == StepState.RUNNING]
    names = resources_named(step.limited_by for step in moving if step.limited_by)
    there = _through(lab, {step.limited_by for step in moving} - {""})
    shown = {}
    for step in moving:
        limit = names.get(step.limited_by)
        shown[step.job_id] = FlowShown(
            moved_gib=moved_gib(step, now),
            total_gib=step.flow["gib"],
            rate_mib_per_s=step.rate_mib_per_s or 0.0,
            since_s=now.timestamp(),
            limited_by=limit.name if limit else "",
            others=[job for job in there.get(step.limited_by, ()) if job.pk != step.job_id],
        )
    return shown


def _through(lab: Lab, keys: set[str]) -> dict[str, list[Job]]:
    """The jobs of a lab whose bytes go through each of these resources now."""
    if not keys:
        return {}
    jobs: dict[str, list[Job]] = {key: [] for key in keys}
    for step in moving_steps(lab).only("flow", "job__title_kept", "job__lab_id").order_by("job"):
        step.job.lab = lab
        for key in keys.intersection(step.flow["through"]):
            jobs[key].append(step.job)
    return jobs
