"""Every operation, at a moment inside each of its steps, loses what it touches: what is left could be real hardware."""

from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from hosts.choices import HostState, PowerState
from hosts.models import Backup, Cluster, Datastore, Host, Snapshot, VirtualMachine
from instances.choices import InstanceState
from instances.models import ElasticAddress, Instance, LaunchTemplate, PlacementGroup, Volume, VolumeModification
from tests.operations.case import Case, operation_of
from tests.operations.cases import CASES, require_case_of_every_operation
from tests.operations.losses import FILLER, LOSSES, nothing
from tests.support.invariants import require_possible
from tests.support.sandbox import DAY_S, TESTER
from virtlab.jobs.choices import ACTIVE, JobState, StepState
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.needs import unmet
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.retry import retry
from virtlab.labs.models import Workload

LONG_S = 100 * DAY_S
"""More than a delivery of hosts takes, and a repair."""
ESTATE: tuple[type[Model], ...] = (Cluster, Host, Datastore, VirtualMachine, Workload, Backup)
CLOUD: tuple[type[Model], ...] = (Instance, Volume, LaunchTemplate, ElasticAddress, PlacementGroup)
MADE = (*ESTATE, *CLOUD)


def pairs() -> list[tuple[str, str]]:
    """Each case with each loss that its side knows and that it touches."""
    return [
        (name, which)
        for name in CASES
        for which, loss in LOSSES.items()
        if operation_named(operation_of(name)).side in loss.sides and (not loss.only or operation_of(name) in loss.only)
    ]


class Kept(NamedTuple):
    """What is there at a moment: rows by model, and memory that is kept on datastores."""

    rows: dict[type[Model], set[int]]
    memory: set[tuple[str, int]]

    @classmethod
    def of(cls, case: Case) -> "Kept":
        lab = case.box.lab
        rows = {model: keys(model._default_manager.filter(lab=lab)) for model in MADE}
        rows[Snapshot] = keys(Snapshot.objects.filter(vm__lab=lab))
        guests = keys(VirtualMachine.objects.filter(lab=lab, suspended_gib__gt=0))
        snapshots = keys(Snapshot.objects.filter(vm__lab=lab, with_memory=True))
        return cls(rows, {("guest", pk) for pk in guests} | {("snapshot", pk) for pk in snapshots})


def test_it_has_a_case_of_every_operation() -> None:
    require_case_of_every_operation()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "loss"), pairs())
def test_it_survives_losing_what_it_touches(catalog: None, name: str, loss: str) -> None:
    dice, case = Random(f"{name} {loss}"), CASES[name]()
    before_s = 0.0
    for step in case.box.prepared(operation_of(name), case.subject, **case.params).plan().steps:
        if step.duration_s > 0:
            # Each loss in the lab as it was prepared: nothing of it is kept.
            prepared = transaction.savepoint()
            lose_after(case, name, loss, before_s + step.duration_s * dice.uniform(0.05, 0.95))
            transaction.savepoint_rollback(prepared)
            case.box.lab.refresh_from_db()
        before_s += step.duration_s


def lose_after(case: Case, name: str, loss: str, seconds: float) -> None:
    """Starts the operation, loses it after so many seconds, and looks at what becomes of it."""
    before, seen = Kept.of(case), seen_of(case)
    job = case.start(operation_of(name))
    case.box.let_pass(seconds)
    ran = running(case)
    LOSSES[loss].lose(case, job)
    kept, failed = Kept.of(case), failed_hosts(case)
    require_possible(case.box.lab)
    if not LOSSES[loss].behind:
        require_needs_met(case)
    case.box.let_pass(LONG_S)
    require_possible(case.box.lab)
    LOSSES[loss].repair(case)
    case.box.let_pass(LONG_S)
    require_possible(case.box.lab)
    assert not Job.objects.filter(lab=case.box.lab, state__in=ACTIVE).exists(), "a job goes on for ever"
    job.refresh_from_db()
    require_nothing_half_done(case, job, before)
    if failed:
        require_dead_stays_dead(case, kept, ran, failed)
    if loss == "cancelled" and job.state == JobState.CANCELLED and not lost(job) and not parts_done(job):
        assert seen_of(case) == seen, "taken back: as it was before"
    if LOSSES[loss].repair is not nothing or loss == "cancelled":
        require_retry_possible(case, job, before)


def require_needs_met(case: Case) -> None:
    """Whatever lost something that it needs has stopped at that moment, not at its end."""
    running = Step.objects.filter(job__lab=case.box.lab, job__state=JobState.RUNNING, state=StepState.RUNNING)
    assert not unmet(case.box.lab, running, case.box.lab.lab_time()), "a step goes on without what it needs"


def require_retry_possible(case: Case, job: Job, before: Kept) -> None:
    """Tried again once all is repaired, it comes to an end too, and leaves nothing half done either."""
    with suppress(Refused):
        retry(job, TESTER)
    case.box.let_pass(LONG_S)
    require_possible(case.box.lab)
    assert not Job.objects.filter(lab=case.box.lab, state__in=ACTIVE).exists(), "a job that is retried goes on for ever"
    job.refresh_from_db()
    require_nothing_half_done(case, job, before)


def failed_hosts(case: Case) -> set[int]:
    """Hosts that are lost now."""
    return keys(Host.objects.filter(lab=case.box.lab, state=HostState.FAILED))


def running(case: Case) -> dict[int, int | None]:
    """The guests that run, with their hosts."""
    guests = VirtualMachine.objects.filter(lab=case.box.lab, power_state=PowerState.RUNNING, is_template=False)
    return dict(guests.values_list("pk", "host"))


def require_nothing_half_done(case: Case, job: Job, before: Kept) -> None:
    """Of a job that did not succeed nothing is left but what its parts have finished, and what the cloud has given."""
    lab, now = case.box.lab, Kept.of(case)
    new = {model: rows - before.rows[model] for model, rows in now.rows.items()}
    new[VirtualMachine] -= keys(VirtualMachine.objects.filter(lab=lab, name__startswith=FILLER))
    # Past a point of no return what was given stays: each instance with one demand, if only as one that is terminated.
    given = new[Instance] if job.steps.filter(final=True, state__in=(StepState.DONE, StepState.UNDONE)) else set()
    whole_disks = job.steps.filter(key__in=("copy", "install"), final=True, state=StepState.DONE)
    copied = whole_disks.exists() and job.state == JobState.FAILED
    if job.state != JobState.SUCCEEDED:
        whole = made_by_parts(job)
        for model, rows in new.items():
            left = {pk for pk in rows if (model._meta.model_name, pk) not in whole}
            most = len(given) if model in {Instance, Volume, Workload} else 0
            most = len(new[VirtualMachine]) if copied and model in {VirtualMachine, Workload, Snapshot} else most
            most = 1 if copied and model is Backup else most
            assert len(left) <= most, f"{model.__name__} left of a job that {job.state}: {job.error}"
    made = Workload.objects.filter(pk__in=new[Workload], virtual_machine=None, instance=None)
    ended = Instance.objects.filter(pk__in=given, state=InstanceState.TERMINATED)
    assert made.count() <= ended.count(), "demand that runs nowhere"
    assert not Volume.objects.filter(pk__in=new[Volume], instance=None).exists(), "a volume of nobody"
    moving = VolumeModification.objects.filter(volume__lab=lab, completed_lab_at=None)
    assert not moving.exists() or (job.operation, job.state) == ("volume.modify", JobState.FAILED)
    for vm in VirtualMachine.objects.filter(lab=lab, made_from__isnull=False, base=None):
        assert vm.disk_used_gib > 0, "a copy without its bytes"


def made_by_parts(job: Job) -> set[tuple[str | None, int]]:
    """What parts of a job have made that succeeded, or that keep what they reached, by model and key."""
    past_return = Step.objects.filter(final=True, state=StepState.DONE).values("job")
    good = job.children.filter(Q(state=JobState.SUCCEEDED) | Q(state=JobState.FAILED, pk__in=past_return))
    whole = {(each.content_type.model, each.object_id) for each in JobSubject.objects.filter(job__in=good)}
    taken = Step.objects.filter(job__in=good, key="take").values_list("memory__snapshot", flat=True)
    made = VirtualMachine.objects.filter(pk__in=[pk for model, pk in whole if model == "virtualmachine"])
    workloads = made.values_list("workload", flat=True)
    return whole | {("snapshot", pk) for pk in taken} | {("workload", pk) for pk in workloads}


def keys(rows: QuerySet[Any]) -> set[int]:
    """The primary keys of rows."""
    return set(rows.values_list("pk", flat=True))


def require_dead_stays_dead(case: Case, kept: Kept, ran: dict[int, int | None], failed: set[int]) -> None:
    """No memory is there that was not all there when its host failed, and nobody runs again where it died."""
    assert Kept.of(case).memory <= kept.memory, "memory that its host did not live to write"
    for pk, host in running(case).items():
        assert not (ran.get(pk) in failed and host == ran[pk]), "a guest that died runs again"


def lost(job: Job) -> bool:
    """Whether something of what was done does not come back, and the steps say so."""
    return any(step.lost for step in job.steps.all())


def parts_done(job: Job) -> bool:
    """Whether parts of it, which are jobs of their own, had come to their end: that stays."""
    return job.children.filter(state=JobState.SUCCEEDED).exists()


def seen_of(case: Case) -> dict[str, str]:
    """The operation's object as its form would show it."""
    subject = case.subject
    if subject is None:
        return {}
    again = type(subject)._default_manager.filter(pk=subject.pk).first()
    names = WATCHED.get(type(subject), ())
    return {name: str(getattr(again, name)) for name in names}


WATCHED: dict[type[Model], tuple[str, ...]] = {
    VirtualMachine: ("power_state", "host_id", "vcpu", "memory_mib", "disk_gib", "name", "is_template", "snapshot_id"),
    Instance: ("state", "instance_type_id", "name", "tags", "protected", "elastic_address"),
    Host: ("state",),
    Cluster: ("hypervisor", "policy"),
    Datastore: ("capacity_gib",),
    Volume: ("kind", "iops", "throughput_mib_per_s"),
}
