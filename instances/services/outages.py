"""What an outage does to instances: while it lasts they are out of reach, draw nothing and are not charged. Once the
power is back those that ran boot: they draw and are charged, and are in reach when their systems are up.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from instances.choices import CheckState, InstanceState
from instances.live.credits import WRITTEN, write_down
from instances.models import Instance
from instances.pricing.charged_time import CHARGED, covered_s, failed_s
from instances.rules.faults import Faults, faults_of
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.labs.models import Lab

BOOT = ("boots_since_lab_at", "failed_s")
REACH = (
    "unreachable_since_lab_at",
    "unreachable_s",
    "running_since_lab_at",
    "covered_s",
    "status_checks",
    *BOOT,
    *WRITTEN,
)


def in_place(region: str, zone: str) -> Q:
    """The instances of a zone, or of a region where none is named."""
    return Q(region=region, zone=zone) if zone else Q(region=region)


def in_reach(lab: Lab, region: str, zone: str) -> "QuerySet[Instance]":
    """What runs there and can be reached: what an outage cuts off."""
    return Instance.objects.filter(in_place(region, zone), CHARGED, lab=lab)


def cut_off(lab: Lab, region: str, zone: str, at: datetime) -> None:
    """Puts what runs there out of reach; what still boots after the outage before boots no more."""
    running = in_reach(lab, region, zone)
    end_boots(list(running.filter(boots_since_lab_at__isnull=False)), at)
    running.update(unreachable_since_lab_at=at)


def lost_by(lab: Lab, region: str, zone: str, others: Faults) -> list[Instance]:
    """What an outage there, and none of the `others`, keeps out of reach."""
    there = Instance.objects.filter(in_place(region, zone), lab=lab, unreachable_since_lab_at__isnull=False)
    lost = there.select_related("instance_type").order_by("pk")
    return [instance for instance in lost if others.outage(instance.region_id, instance.zone) is None]


def boots(instance: Instance) -> bool:
    """Whether an instance that has its power back boots: it ran, and the hardware under it works."""
    return instance.state == InstanceState.RUNNING and instance.system_failed_lab_at is None


def bring_back(lab: Lab, region: str, zone: str, at: datetime) -> list[Instance]:
    """Gives back their power to those that no other outage keeps without. Call it once the fault is gone.

    Returns those that boot from now on.
    """
    back = lost_by(lab, region, zone, faults_of(lab))
    reach_again(back, at)
    booting = [instance for instance in back if boots(instance)]
    for instance in booting:
        instance.boots_since_lab_at, instance.status_checks = at, CheckState.PASSED
    write_rows(Instance, back, REACH)
    return booting


def up_again(keys: Collection[int], since: datetime, at: datetime) -> None:
    """Of these instances those that have booted since then are up; any that were stopped or lost meanwhile are not."""
    end_boots(list(Instance.objects.filter(pk__in=keys, boots_since_lab_at=since)), at)


def end_boots(instances: list[Instance], at: datetime) -> None:
    """They boot no more: the time counts as out of reach, though it is charged."""
    for instance in instances:
        instance.failed_s, instance.boots_since_lab_at = failed_s(instance, at), None
    write_rows(Instance, instances, BOOT)


def reach_again(instances: Iterable[Instance], at: datetime) -> None:
    """Their outage is over: their charge and their CPU credits go on where they stood. Saves nothing."""
    instances = list(instances)
    write_down([instance for instance in instances if instance.unreachable_since_lab_at], at)
    for instance in instances:
        if instance.unreachable_since_lab_at is None:
            continue
        lost = at - instance.unreachable_since_lab_at
        covered, failed = covered_s(instance, at), failed_s(instance, at)
        instance.unreachable_s += lost.total_seconds()
        instance.unreachable_since_lab_at = None
        if instance.running_since_lab_at is not None:
            instance.running_since_lab_at += lost
        # The outage adds to neither, though the moments from which both are counted lie before it.
        instance.covered_s += covered - covered_s(instance, at)
        instance.failed_s += failed - failed_s(instance, at)
