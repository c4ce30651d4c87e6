"""What an outage does to instances: while it lasts they are out of reach, draw nothing and are not charged."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from instances.models import Instance
from instances.pricing.charged_time import covered_s, failed_s
from instances.rules.faults import faults_of
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.labs.models import Lab

REACH = ("unreachable_since_lab_at", "unreachable_s", "running_since_lab_at", "covered_s", "failed_s")


def in_place(region: str, zone: str) -> Q:
    """The instances of a zone, or of a region where none is named."""
    return Q(region=region, zone=zone) if zone else Q(region=region)


def cut_off(lab: Lab, region: str, zone: str, at: datetime) -> None:
    """Puts what runs there out of reach."""
    running = Instance.objects.filter(in_place(region, zone), lab=lab, running_since_lab_at__isnull=False)
    running.filter(unreachable_since_lab_at=None).update(unreachable_since_lab_at=at)


def bring_back(lab: Lab, region: str, zone: str, at: datetime) -> None:
    """Brings back what no other outage keeps out of reach. Call it once the fault is gone."""
    faults = faults_of(lab)
    lost = Instance.objects.filter(in_place(region, zone), lab=lab, unreachable_since_lab_at__isnull=False)
    back = [instance for instance in lost if faults.outage(instance.region_id, instance.zone) is None]
    reach_again(back, at)
    write_rows(Instance, back, REACH)


def reach_again(instances: Iterable[Instance], at: datetime) -> None:
    """They are in reach: their charge goes on where it stood. Saves nothing."""
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
