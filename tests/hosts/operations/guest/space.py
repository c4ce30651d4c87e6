"""Estates whose datastores have so much space left."""

from hosts.live.space import free_gib, taken_gib
from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.operations.estates import quiet
from virtlab.jobs.models import Job
from virtlab.labs.models import Assumption


def with_free(gib: float, estate: Operated | None = None) -> Operated:
    """An estate whose datastore has so much left, and whose guests have all their memory in use."""
    estate = estate or quiet()
    use_all_memory(estate)
    leave(estate, gib)
    return estate


def use_all_memory(estate: Operated) -> None:
    """What is written of a guest's memory is all of it, whichever the hypervisor."""
    Assumption.objects.update_or_create(lab=estate.lab, key="touched_memory_pct", defaults={"value": 100.0})


def leave(estate: Operated, gib: float) -> None:
    taken = taken_gib(estate.datastore, estate.lab.lab_time())
    Datastore.objects.filter(pk=estate.datastore.pk).update(capacity_gib=taken + gib)


def free(estate: Operated) -> float:
    return free_gib(Datastore.objects.get(pk=estate.datastore.pk), estate.lab.lab_time())


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def filling() -> Operated:
    """Two guests each write 1 GiB an hour to their deltas; 9 GiB are left."""
    made = make_operated()
    use_all_memory(made)
    VirtualMachine.objects.exclude(name="db-03").update(disk_used_gib=24.0)
    for vm in made.vms[:2]:
        made.run("snapshot.take", vm, name="s")
    begun = {"delta_gib": 0.0, "delta_lab_at": made.lab.lab_time()}
    VirtualMachine.objects.exclude(snapshot=None).update(**begun)
    Assumption.objects.create(lab=made.lab, key="delta_pct_per_day", value=100.0)
    leave(made, 9)
    return made
