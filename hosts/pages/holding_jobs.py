"""Which machines a job holds now, and what it does with them, for the racks and lists: two queries."""

from datetime import datetime
from typing import NamedTuple

from hosts.models import Host, VirtualMachine
from virtlab.jobs.choices import ACTIVE
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.progress import progress
from virtlab.jobs.selectors import jobs_holding
from virtlab.labs.models import Lab
from virtlab.web import formats


class HoldingJob(NamedTuple):
    """The job that holds a machine, and what to say of it: "→ kvm-02 · 64 %"."""

    job: int
    words: str


def busy_machines(lab: Lab) -> dict[int, HoldingJob]:
    """Machine → job for all machines of a lab that a job holds (three queries at most)."""
    held = jobs_holding(VirtualMachine, lab.pk)
    if not held:
        return {}
    jobs = {job.pk: job for job in Job.objects.filter(pk__in=set(held.values()), state__in=ACTIVE)}
    names = _targets(list(jobs.values()))
    now = lab.lab_time()
    words = {job.pk: _words(job, names, now) for job in jobs.values()}
    return {vm: HoldingJob(job, words[job]) for vm, job in held.items() if job in words}


def _words(job: Job, names: dict[int, str], now: datetime) -> str:
    target = names.get(_target(job))
    operation = OPERATIONS.get(job.operation)
    what = f"→ {target}" if target else str(operation.title if operation else job.title)
    return f"{what} · {formats.percent(progress(job, now), 0)}"


def _target(job: Job) -> int:
    """The host that a job takes its guest to, as its operation says; 0 for other jobs."""
    operation = OPERATIONS.get(job.operation)
    text = str(job.params.get(operation.target_param, "")) if operation else ""
    return int(text) if text.isdecimal() else 0


def _targets(jobs: list[Job]) -> dict[int, str]:
    keys = {key for job in jobs if (key := _target(job))}
    return dict(Host.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
