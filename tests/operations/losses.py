"""What can be lost while an operation runs, and how it comes back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import ProtectedError, RestrictedError

from hosts.choices import HostState, PowerState
from hosts.live.space import free_gib
from hosts.models import Backup, Datastore, Host, Snapshot, VirtualMachine
from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO
from tests.operations.case import Case
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import ACTIVE, Side
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel

FILLER = "filler"
LEFT_GIB = 1.0
TERMINATED_S = 60.0


def nothing(_case: Case) -> None:
    """No repair."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How something is lost and what repairs it, on the sides that have it; `only` some operations touch it at all.
    `behind`: it is lost in the database, so that no step is asked.
    """

    lose: Callable[[Case, Job], object]
    sides: tuple[str, ...]
    repair: Callable[[Case], object] = nothing
    only: tuple[str, ...] = ()
    behind: bool = False


def fail(case: Case, hosts: list[Host]) -> None:
    """Those that are on, and that no job holds."""
    for host in hosts:
        with suppress(Refused):
            case.box.run_now("host.fail", host)


def every_host(case: Case) -> list[Host]:
    """All of the lab."""
    return list(Host.objects.filter(lab=case.box.lab).order_by("pk"))


def its_host(case: Case) -> list[Host]:
    """The one that the operation's guest is on, the host itself, or the first."""
    subject = case.subject.vm if isinstance(case.subject, Backup | Snapshot) else case.subject
    if isinstance(subject, Host):
        return [subject]
    if isinstance(subject, VirtualMachine):
        return [host for host in [VirtualMachine.objects.get(pk=subject.pk).host] if host]
    return every_host(case)[:1]


def repair_hosts(case: Case) -> None:
    """All that failed."""
    for host in Host.objects.filter(lab=case.box.lab, state=HostState.FAILED):
        case.box.start("host.repair", host)


def fill(case: Case) -> None:
    """Somebody else takes all but the last GiB of every datastore."""
    for datastore in Datastore.objects.filter(lab=case.box.lab).select_related("lab"):
        gib = free_gib(datastore, case.box.lab.lab_time()) - LEFT_GIB
        shape = {"vcpu": 1, "memory_mib": GIB, "disk_gib": gib, "disk_used_gib": 1.0, "thin": False}
        where = {
            "lab": case.box.lab,
            "cluster": datastore.cluster,
            "datastore": datastore,
            "power_state": PowerState.STOPPED,
        }
        VirtualMachine.objects.create(name=f"{FILLER}-{datastore.pk}", **where, **shape)


def free_space(case: Case) -> None:
    """What filled the datastores goes."""
    VirtualMachine.objects.filter(lab=case.box.lab, name__startswith=FILLER).delete()


def put_out(case: Case) -> None:
    """The zone in which everything is."""
    with suppress(Refused):
        case.box.run_now("fault.zone_outage", None, zone=f"{TOKYO}a")


def terminate(case: Case) -> None:
    """Whatever there is, as far as no job holds it."""
    for instance in Instance.objects.filter(lab=case.box.lab).order_by("pk"):
        with suppress(Refused):
            case.box.start("instance.terminate", instance, lose_store="on")
    case.box.let_pass(0)


def terminate_to_the_end(case: Case) -> None:
    """Until nothing of it is left."""
    terminate(case)
    case.box.let_pass(TERMINATED_S)


def stays_gone(_case: Case) -> None:
    """What is terminated does not come back; what needed it may be tried again all the same."""


def take_capacity(case: Case) -> None:
    """No type can be started any more."""
    with suppress(Refused):
        case.box.run_now("fault.no_capacity", None, region=TOKYO)


def end_faults(case: Case) -> None:
    """All is well again."""
    for fault in Fault.objects.filter(lab=case.box.lab):
        case.box.begin("fault.end", fault)


def delete_row(case: Case) -> None:
    """What the operation is about, deleted behind its back as an administrator could."""
    if case.subject is not None:
        with suppress(ProtectedError, RestrictedError):
            for row in type(case.subject)._default_manager.filter(pk=case.subject.pk):
                row.delete()


def cancel_it(case: Case, job: Job) -> None:
    """Where it can be cancelled at all."""
    with suppress(Refused):
        cancel(Job.objects.get(pk=job.pk), TESTER)


def cancel_parts(case: Case, job: Job) -> None:
    """The jobs that are parts of it; the whole goes on without them."""
    for part in job.children.filter(state__in=ACTIVE):
        cancel_it(case, part)


def halfway_back(case: Case, job: Job) -> None:
    """It is cancelled, and goes on to the middle of its way back where that takes time."""
    cancel_it(case, job)
    job.refresh_from_db()
    if job.is_active and job.ends_lab_at:
        case.box.let_pass((job.ends_lab_at - case.box.lab.lab_time()).total_seconds() / 2)


def fail_halfway_back(case: Case, job: Job) -> None:
    """Its host is lost while it goes back."""
    halfway_back(case, job)
    fail(case, its_host(case))


def put_out_halfway_back(case: Case, job: Job) -> None:
    """Its zone is lost while it goes back."""
    halfway_back(case, job)
    put_out(case)


STARTING = (
    *("instance.launch", "instance.start", "instance.stop", "instance.hibernate"),
    *("instance.resize", "instance.right_size", "fault.system_failure"),
)
BOTH = (Side.HOSTS, Side.INSTANCES)
LOSSES: dict[str, Loss] = {
    "its host": Loss(lambda case, job: fail(case, its_host(case)), (Side.HOSTS,), repair_hosts),
    "every host": Loss(lambda case, job: fail(case, every_host(case)), (Side.HOSTS,), repair_hosts),
    "space": Loss(lambda case, job: fill(case), (Side.HOSTS,), free_space, behind=True),
    "zone": Loss(lambda case, job: put_out(case), (Side.INSTANCES,), end_faults),
    "capacity": Loss(lambda case, job: take_capacity(case), (Side.INSTANCES,), end_faults, STARTING),
    "instances": Loss(lambda case, job: terminate(case), (Side.INSTANCES,), stays_gone),
    "instances and volumes": Loss(lambda case, job: terminate_to_the_end(case), (Side.INSTANCES,), stays_gone),
    "row": Loss(lambda case, job: delete_row(case), BOTH, behind=True),
    "cancelled": Loss(cancel_it, BOTH),
    "its host on the way back": Loss(fail_halfway_back, (Side.HOSTS,), repair_hosts),
    "zone on the way back": Loss(put_out_halfway_back, (Side.INSTANCES,), end_faults),
    "parts cancelled": Loss(cancel_parts, (Side.HOSTS,), only=("template.deploy", "scene.failed_update")),
}
