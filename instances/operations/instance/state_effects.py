"""The life of an instance as effects: every change of state goes through `enter`."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from instances.choices import CheckState, InstanceState
from instances.live.credits import WRITTEN, begin_run, end_run, write_down
from instances.models import ElasticAddress, Instance, Volume
from instances.operations.refusals import beyond_quota, misplaced, not_offered, place_failed
from instances.pricing.charged_time import covered_s, failed_s, ran_s
from instances.rules.addresses import auto_assigned
from instances.rules.faults import Faults, faults_of
from instances.services.addresses import new_public_address
from instances.services.outages import in_place, reach_again
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.operations.columns import remember_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.labs.models import Lab

SINCE = ("running_since_lab_at", "unreachable_since_lab_at", "boots_since_lab_at")
CHARGE = ("ran_s", "covered_s", "failed_s", "unreachable_s", *SINCE)
HEALTH = ("system_failed_lab_at", "status_checks")
REMEMBERED = ("state", *CHARGE, *WRITTEN, "launched_lab_at", "public_address", "hibernated", *HEALTH)
CHANGED = [*REMEMBERED, "store_written", "hibernated_lab_at", "terminated_lab_at"]
MEMORY_GONE = _("The kept memory is gone: %(name)s has started anew.")
ON_THEIR_WAY = (InstanceState.STOPPING, InstanceState.SHUTTING_DOWN)
ENDS_CHARGE = {InstanceState.STOPPING, InstanceState.STOPPED, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED}


@effect("instance.enter")
def enter(run: Run) -> None:
    """Brings the instance to the state that the step names; StepFailed where the cloud cannot."""
    instance = run.get(Instance)
    state = run.params["state"]
    if instance.state == InstanceState.TERMINATED:
        raise StepFailed(_("%(name)s is terminated."), name=instance.name)
    if instance.state == InstanceState.SHUTTING_DOWN:
        run.log(_("%(name)s is being terminated."), name=instance.name)
        return
    if state == InstanceState.PENDING:
        require_place(run, instance)
    remember_columns(run, instance, REMEMBERED)
    if state == InstanceState.STOPPED and instance.store_written:
        run.log(_("What was on the instance store is lost."), level="warning")
    out = faults_of(run.lab).outage(instance.region_id, instance.zone) is not None
    change(instance, state, run.lab_time, hibernates=bool(run.params.get("hibernates")), out=out)
    if "hibernated" in run.params:
        instance.hibernated = run.params["hibernated"]
        instance.hibernated_lab_at = run.lab_time if instance.hibernated else None
    instance.save(update_fields=CHANGED)


@effect("instance.begin_stop", breaks=("launch.comes_up",))
def begin_stop(run: Run) -> None:
    """As `enter`: from here on its system is on its way down."""
    enter(run)


@effect("instance.settle")
def settle(run: Run) -> None:
    """A change of state that cannot come to its end leaves the instance stopped; the kept memory is not complete. Where
    the zone is out, nobody can end a stop before it is back.
    """
    instance = run.get(Instance)
    if instance.state not in {InstanceState.STOPPING, InstanceState.PENDING}:
        return
    hibernated, state = instance.hibernated and instance.state == InstanceState.PENDING, InstanceState.STOPPED
    if instance.state == InstanceState.STOPPING and faults_of(run.lab).outage(instance.region_id, instance.zone):
        run.log(_("%(name)s is stopped once its zone is back."), name=instance.name)
        state = InstanceState.STOPPING
    change(instance, state, run.lab_time)
    instance.hibernated = hibernated
    instance.save(update_fields=CHANGED)


def left_by_outage(lab: Lab, region: str, zone: str, others: Faults) -> list[Instance]:
    """What an outage there, and none of the `others`, keeps from being stopped or terminated."""
    there = Instance.objects.filter(in_place(region, zone), lab=lab, state__in=ON_THEIR_WAY)
    left = there.select_related("instance_type", "elastic").prefetch_related("volumes")
    return [instance for instance in left if others.outage(instance.region_id, instance.zone) is None]


def end_left(left: Sequence[Instance], at: datetime) -> None:
    """Their zone is back: the cloud ends what it had begun."""
    end_of_lives([instance for instance in left if instance.state == InstanceState.SHUTTING_DOWN], at)
    stopping = [instance for instance in left if instance.state == InstanceState.STOPPING]
    write_down(stopping, at)
    for instance in stopping:
        change(instance, InstanceState.STOPPED, at)
    write_rows(Instance, stopping, CHANGED)


@effect("instance.require_running")
def require_running(run: Run) -> None:
    """Its system is up, and answers the status checks; StepFailed where the instance does not run any more."""
    instance = run.get(Instance)
    if instance.state != InstanceState.RUNNING:
        raise StepFailed(_("%(name)s does not run any more."), name=instance.name)
    instance.status_checks = CheckState.PASSED
    instance.save(update_fields=["status_checks"])


@effect("instance.lose_memory")
def lose_memory(run: Run) -> None:
    """The reading breaks off: the kept memory is used up, and what had been read is gone."""
    run.log(_("The kept memory could not be read back: what was in it is lost."), level="error")
    run.remember(lost=True)


@effect("instance.read_memory")
def read_memory(run: Run) -> None:
    """It runs with what it had in memory; StepFailed where an attempt before has used that up."""
    if run.memory.get("lost"):
        raise StepFailed(MEMORY_GONE, name=run.get(Instance).name)
    require_running(run)


def change(instance: Instance, state: str, at: datetime, *, hibernates: bool = False, out: bool = False) -> None:
    """Sets a state with what follows from it: the charge, CPU credits, the public address, the instance store.
    Saves nothing.

    One that hibernates is charged while its memory is written; one that comes up in a zone that is `out`, not yet.
    """
    ends = state in ENDS_CHARGE and not (hibernates and state == InstanceState.STOPPING)
    if ends and instance.running_since_lab_at:
        reach_again([instance], at)
        end_run(instance, at)
        sums = ran_s(instance, at), covered_s(instance, at), failed_s(instance, at)
        instance.ran_s, instance.covered_s, instance.failed_s = sums
        instance.running_since_lab_at = instance.boots_since_lab_at = None
    if state == InstanceState.RUNNING:
        if instance.running_since_lab_at is None:
            begin_run(instance, at)
        instance.running_since_lab_at = instance.running_since_lab_at or at
        instance.unreachable_since_lab_at = instance.unreachable_since_lab_at or (at if out else None)
        instance.launched_lab_at = instance.launched_lab_at or at
        if auto_assigned(instance.network_interfaces):
            instance.public_address = instance.public_address or new_public_address()
        instance.store_written = instance.instance_type.instance_store_gb > 0
        instance.hibernated = False
    if state in {InstanceState.STOPPED, InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED}:
        instance.system_failed_lab_at = None  # it is on no hardware any more, or nobody looks at that
    if state in {InstanceState.STOPPED, InstanceState.TERMINATED}:
        instance.store_written = False
        if not instance.elastic_address or state == InstanceState.TERMINATED:
            instance.public_address = None
    if state == InstanceState.TERMINATED:
        instance.terminated_lab_at = at
    instance.status_checks = CheckState.INITIALIZING if state == InstanceState.RUNNING else CheckState.PASSED
    instance.state = state


def require_place(run: Run, instance: Instance, *, again: bool = False) -> None:
    """StepFailed where the zone is out, lacks the type or its capacity, or quota or placement group are full.

    `again` is for an instance that counts there already.
    """
    kind = instance.instance_type
    if why := place_failed(faults_of(run.lab), instance.region_id, instance.zone, kind.pk):
        raise StepFailed(why)
    refusal = (
        not_offered(kind.pk, instance.region_id, instance.zone)
        or (None if again else misplaced(instance.placement_group, kind, Counter([instance.zone])))
        or (None if again else beyond_quota(run.lab, instance.region_id, kind))
    )
    if refusal:
        raise StepFailed(refusal.text)


def end_of_life(instance: Instance, at: datetime) -> int:
    """Terminates one instance; returns how many volumes went."""
    return end_of_lives([instance], at)


def end_of_lives(instances: Collection[Instance], at: datetime) -> int:
    """Terminates: marked volumes go, the others and Elastic IPs stay without an instance, the workloads run nowhere.

    As many queries for many instances, loaded with "instance_type" and "elastic", as for one. Returns how many volumes
    went.
    """
    keys = [instance.pk for instance in instances]
    volumes = Volume.objects.filter(instance__in=keys)
    _rows, deleted = volumes.filter(delete_on_termination=True).delete()
    volumes.update(instance=None, root=False)
    write_down(instances, at)
    for instance in instances:
        change(instance, InstanceState.TERMINATED, at)
        instance.workload, instance.hibernated = None, False
        instance.placement_group, instance.partition = None, None
    write_rows(Instance, instances, [*CHANGED, "workload", "placement_group", "partition"])
    ElasticAddress.objects.filter(instance__in=keys).update(instance=None)
    return deleted.get(Volume._meta.label, 0)
