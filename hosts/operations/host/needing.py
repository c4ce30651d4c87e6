"""Which jobs in progress need a host, and would fail with it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from hosts.models import Host, VirtualMachine
from hosts.operations.guest.made_effects import MAKE
from hosts.operations.needs import guest_runs, host_on, its_host_on, made_on_host
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.failing import steps_with_needs


def jobs_needing(host: Host) -> list[Job]:
    """Those whose step in progress has a need that a failure of the host takes away, in the order of their start (two
    queries).
    """
    steps = steps_with_needs(host.lab_id)
    guests = dict(VirtualMachine.objects.filter(host=host).values_list("pk", "name")) if steps else {}
    return [step.job for step in steps if any(_is_of(host.pk, guests, need) for need in step.needs)]


def guests_lost_with(jobs: Sequence[Job]) -> set[int]:
    """The guests that these jobs have made and that go with them: those that are not whole yet (one query)."""
    whole = Step.objects.filter(job=OuterRef("job"), final=True, state=StepState.DONE)
    made = Step.objects.filter(~Exists(whole), job__in=jobs, key=MAKE, state=StepState.DONE)
    return {memory["vm"] for memory in made.values_list("memory", flat=True) if "vm" in memory}


def _is_of(host: int, guests: dict[int, str], need: dict[str, Any]) -> bool:
    match need["need"]:
        case host_on.name | guest_runs.name:
            return bool(need["host"] == host)
        case its_host_on.name:
            return need["vm"] in guests
        case made_on_host.name:
            return need["name"] in guests.values()
    return False
