"""What must hold in a lab at every moment, whatever was asked for and whatever was lost."""

from collections import defaultdict

from django.db.models import F, Q

from hosts.choices import HostState, PowerState
from hosts.live.space import free_gib
from hosts.models import Datastore, Host, Snapshot, VirtualMachine
from hosts.rules.capacity import rooms
from instances.choices import InstanceState
from instances.models import ElasticAddress, Instance, Volume
from instances.rules.faults import faults_of
from virtlab.jobs.choices import ACTIVE, StepState
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.resources import resources_named
from virtlab.jobs.progress import moved_gib, progress
from virtlab.labs.models import Lab

LASTING = {InstanceState.RUNNING, InstanceState.STOPPED, InstanceState.TERMINATED}
A_LITTLE = 1e-9
"""Sums of floats may differ by this share."""


def require_possible(lab: Lab) -> None:
    """No state that real hardware, its hypervisor or the cloud could not be in."""
    lab = Lab.objects.get(pk=lab.pk)
    require_possible_estate(lab)
    require_possible_cloud(lab)
    require_consistent_jobs(lab)


def require_possible_estate(lab: Lab) -> None:
    """Nothing is allocated or taken beyond what there is, nobody runs on a host that is not on, and memory is kept of
    suspended guests alone.
    """
    for room in rooms(Host.objects.filter(lab=lab).select_related("cluster")):
        assert room.memory.allocated <= room.memory.allocatable * (1 + A_LITTLE), room.host
        assert room.cpu.allocated <= room.cpu.allocatable, room.host
    guests = VirtualMachine.objects.filter(lab=lab)
    running = guests.filter(power_state=PowerState.RUNNING, is_template=False)
    assert not running.exclude(host__state__in=[HostState.ON, HostState.MAINTENANCE]).exists(), "runs on what is down"
    assert not guests.filter(host__isnull=False).exclude(host__cluster=F("cluster")).exists(), "on another cluster's"
    for datastore in Datastore.objects.filter(lab=lab).select_related("lab"):
        assert free_gib(datastore, lab.lab_time()) >= -A_LITTLE * datastore.capacity_gib, datastore
    for vm in guests:
        assert (vm.suspended_gib > 0) == (vm.power_state == PowerState.SUSPENDED), "memory of one that is suspended"
        assert vm.disk_used_gib <= vm.disk_gib * (1 + A_LITTLE), vm
    snapshots = Snapshot.objects.filter(vm__lab=lab)
    assert not snapshots.filter(parent__isnull=False).exclude(parent__vm=F("vm")).exists(), "a chain is of one guest"
    assert not guests.filter(snapshot__isnull=False).exclude(snapshot__vm=F("pk")).exists(), "a chain is of one guest"
    assert not snapshots.filter(with_memory=True, memory_gib=0).exists()


def require_possible_cloud(lab: Lab) -> None:
    """Only a job or an outage keeps an instance between two states; charge, address and store follow from its state."""
    # One that is terminated on its way up or down is held by nobody once that job has found it gone.
    ends = Q(job__operation="instance.terminate", job__state__in=ACTIVE)
    seen_to = JobSubject.objects.filter(Q(held=True) | ends, job__lab=lab)
    busy = {subject.object_id for subject in seen_to}
    faults = faults_of(lab)
    for instance in Instance.objects.filter(lab=lab).select_related("instance_type"):
        out = faults.outage(instance.region_id, instance.zone) is not None
        waits = out and instance.state in {InstanceState.STOPPING, InstanceState.SHUTTING_DOWN}
        assert instance.state in LASTING or instance.pk in busy or waits, (instance.state, "and no job sees to it")
        runs = instance.state == InstanceState.RUNNING
        if instance.state in LASTING:
            assert (instance.running_since_lab_at is not None) == runs
            assert runs or instance.elastic_address or not instance.public_address
        assert (instance.unreachable_since_lab_at is not None) == (out and instance.running_since_lab_at is not None)
        boots = instance.boots_since_lab_at is not None
        assert not boots or (runs and not out and instance.system_failed_lab_at is None), "boots on what is down"
        assert not boots or Job.objects.filter(lab=lab, operation="fault.end", state__in=ACTIVE).exists(), "for ever"
        stopped = instance.state in {InstanceState.STOPPED, InstanceState.TERMINATED}
        assert not (instance.store_written and stopped)
        assert not (instance.hibernated and runs)
        elastic = ElasticAddress.objects.filter(instance=instance).first()
        assert elastic is None or instance.public_address == elastic.address
        assert instance.system_failed_lab_at is None or runs or instance.state == InstanceState.STOPPING
    gone = Volume.objects.filter(lab=lab, instance__state=InstanceState.TERMINATED)
    assert not gone.exists(), "a volume of an instance that is gone"


def require_consistent_jobs(lab: Lab) -> None:
    """Ended jobs hold nothing and have nothing left to do; what moves bytes keeps to what its resources carry."""
    now = lab.lab_time()
    assert not JobSubject.objects.filter(job__lab=lab, held=True).exclude(job__state__in=ACTIVE).exists()
    open_steps = Step.objects.filter(job__lab=lab, state__in=[StepState.PENDING, StepState.RUNNING])
    assert not open_steps.exclude(job__state__in=ACTIVE).exists()
    used: defaultdict[str, float] = defaultdict(float)
    for step in open_steps.moving().filter(state=StepState.RUNNING, rated_lab_at__isnull=False):
        assert 0 <= moved_gib(step, now) <= step.flow["gib"]
        for key in step.flow["through"]:
            used[key] += step.rate_mib_per_s or 0.0
    for key, resource in resources_named(used).items():
        assert used[key] <= resource.mib_per_s * (1 + A_LITTLE), f"{resource.name} carries more than it can"
    for job in Job.objects.filter(lab=lab, state="running"):
        running = list(job.steps.filter(state=StepState.RUNNING))
        assert [step.position for step in running] == [job.position], job
        assert 0 <= progress(job, now) <= 1
