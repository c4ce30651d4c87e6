"""Which jobs in progress need a host, and would fail with it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef

from hosts.models import Host, VirtualMachine
from hosts.operations.guest.made_effects import MAKE
from hosts.operations.in_use import in_use, wholes
from hosts.operations.needs import guest_runs, host_on, its_host_on, made_on_host
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.failing import steps_with_needs
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.refusals import busy


def jobs_needing(host: Host) -> list[Job]:
    """Those whose step in progress has a need that a failure of the host takes away, in the order of their start (two
    queries).
    """
    return _of_host(host, steps_with_needs(host.lab_id))


def _of_host(host: Host, rows: Iterable[Step]) -> list[Job]:
    steps = list(rows)
    guests = dict(VirtualMachine.objects.filter(host=host).values_list("pk", "name")) if steps else {}
    return [step.job for step in steps if any(_is_of(host.pk, guests, need) for need in step.needs)]


def used_by(host: Host) -> list[Refusal]:
    """A refusal for each job to which the host would be lost if it were shut down: whose steps, in progress or to come,
    need it, or that takes a guest to it. The job that holds it is not among them.
    """
    steps = Step.objects.open().filter(job__lab=host.lab_id).exclude(needs=[])
    kind = ContentType.objects.get_for_model(Host)
    held = JobSubject.objects.filter(job=OuterRef("job"), content_type=kind, object_id=host.pk, held=True)
    needing = wholes(_of_host(host, steps.exclude(Exists(held)).select_related("job__parent").order_by("job_id")))
    named = {job.pk for job in needing}
    moves = [refusal for refusal in in_use(host.name, [host]) if refusal.job and refusal.job.pk not in named]
    return [*(busy(host.name, job) for job in needing), *moves]


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
