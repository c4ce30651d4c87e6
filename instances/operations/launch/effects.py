"""What a launch does: all instances come into being in one transaction, and reach their state together."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from instances.choices import CheckState, InstanceState
from instances.models import ElasticAddress, Image, Instance, InstanceType, LaunchTemplate, PlacementGroup, Volume
from instances.operations.instance.state_effects import CHANGED, change
from instances.operations.launch.throttling import too_many_at_once
from instances.operations.refusals import (
    beyond_address_limit,
    beyond_quota,
    hardware_failed,
    misplaced,
    not_offered,
    place_failed,
)
from instances.rules.addresses import address_use
from instances.rules.faults import faults_of
from instances.rules.launch_rate import REQUEST, launchable
from instances.rules.placement_groups import next_partitions
from instances.services.addresses import allocate
from instances.services.instances import NewInstances, SyntheticLoad, create_instances, names_of, root_volume
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.models import JobSubject
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.labs.models import Workload
from virtlab.labs.parameters import lab_values

RESERVE = "api"
LINKED = 50
"""Instances of one launch that its job's page names; the others are found in the list."""


@effect(REQUEST, reads_jobs=True)
def reserve(run: Run) -> None:
    """Makes all instances, pending; StepFailed, with nothing made, where the cloud cannot give every one of them."""
    launch, zones = run.params["launch"], run.params["zones"]
    kind = InstanceType.objects.get(pk=launch["instance_type"])
    group = PlacementGroup.objects.filter(pk=launch.get("placement_group") or 0).first()
    _require(run, launch, kind, zones)
    if refusal := misplaced(group, kind, zones_of(launch["count"], zones)):
        raise StepFailed(refusal.text)
    new = NewInstances(
        names=names_of(launch["name"], launch["count"]),
        region=launch["region"],
        zones=zones,
        kind=kind,
        image=Image.objects.filter(pk=launch["image"]).first(),
        root=_root(launch),
        purchase=launch["purchase"],
        workload=_workload(launch),
        load=SyntheticLoad(launch["load"], launch["load_mean_pct"] / 100, launch["load_peak_pct"] / 100),
        more={**_more(launch), "requested_lab_at": run.lab_time},
    )
    instances = create_instances(run.lab, new)
    place(group, instances)
    elastic = allocate(run.lab, new.region, len(instances), run.lab_time) if launch["elastic_address"] else []
    made = {"instances": [instance.pk for instance in instances], "addresses": [address.pk for address in elastic]}
    run.remember(**made, made_workloads=new.workload is None)
    link(run, instances[:LINKED])


def _root(launch: dict[str, Any]) -> Volume:
    shape = (launch["root_kind"], launch["root_gib"], launch["root_iops"], launch["root_throughput"])
    return root_volume(*shape, encrypted=launch.get("root_encrypted", False))


def zones_of(count: int, zones: Sequence[str]) -> Counter[str]:
    """How many of a launch each zone gets, in turn."""
    return Counter(zones[index % len(zones)] for index in range(count)) if zones else Counter()


def place(group: PlacementGroup | None, instances: list[Instance]) -> None:
    """Puts new instances into a placement group, and over its partitions."""
    if group is None:
        return
    zones = [instance.zone for instance in instances]
    for instance, partition in zip(instances, next_partitions(group, zones), strict=True):
        instance.placement_group, instance.partition = group, partition
    write_rows(Instance, instances, ["placement_group", "partition"])


def _require(run: Run, launch: dict[str, Any], kind: InstanceType, zones: list[str]) -> None:
    region, faults = launch["region"], faults_of(run.lab)
    for zone in zones:
        if why := place_failed(faults, region, zone, kind.pk):
            raise StepFailed(why)
        if refusal := not_offered(kind.pk, region, zone):
            raise StepFailed(refusal.text)
    left = launchable(run.lab, region, run.lab_time)
    throttled = too_many_at_once(launch["count"], left, run.lab_time, {})
    refusal = beyond_quota(run.lab, region, kind, launch["count"]) or throttled
    if refusal is None and launch["elastic_address"]:
        refusal = beyond_address_limit(address_use(run.lab, region, lab_values(run.lab)), region, launch["count"])
    if refusal:
        raise StepFailed(refusal.text)


def _workload(launch: dict[str, Any]) -> Workload | None:
    if not launch.get("workload"):
        return None
    workload = Workload.objects.filter(pk=launch["workload"]).first()
    if workload is None:
        raise StepFailed(_("The workload is gone."))
    if hasattr(workload, "instance"):
        raise StepFailed(_("%(name)s runs on an instance already."), name=workload.name)
    return workload


def _more(launch: dict[str, Any]) -> dict[str, Any]:
    plain = {name: launch[name] for name in ("protected", "hibernation", "user_data", "tags")}
    template = LaunchTemplate.objects.filter(pk=launch.get("template") or 0).first()
    return {
        **plain,
        "network_interfaces": launch["interfaces"],
        "template": template,
        "credit_mode": launch.get("credit_mode", ""),
    }


def link(run: Run, instances: list[Instance]) -> None:
    """Names the instances on the job's page and keeps other jobs away from them until they run."""
    kind = ContentType.objects.get_for_model(Instance)
    JobSubject.objects.bulk_create(
        JobSubject(
            job=run.job, content_type=kind, object_id=instance.pk, name=instance.name, held=True, exclusive=False
        )
        for instance in instances
    )
    run.subjects = None  # the database knows more now than the batch had loaded


def let_go(run: Run, instances: list[Instance]) -> None:
    """What runs may be stopped, changed or terminated, however long its first boot takes."""
    kind, keys = ContentType.objects.get_for_model(Instance), [instance.pk for instance in instances]
    JobSubject.objects.filter(job=run.job, content_type=kind, object_id__in=keys).update(held=False)


@effect("instances.delete_pending", breaks=("volume.there",))
def delete_pending(run: Run) -> None:
    """Those that do not run yet never will: they go with volumes, addresses, and the workloads made for them."""
    made = run.result(RESERVE)
    instances = Instance.objects.filter(pk__in=made.get("instances", []), lab=run.lab, state=InstanceState.PENDING)
    workloads = list(instances.values_list("workload", flat=True)) if made.get("made_workloads") else []
    Volume.objects.filter(instance__in=list(instances.values_list("pk", flat=True))).delete()
    instances.delete()
    ElasticAddress.objects.filter(pk__in=made.get("addresses", []), instance=None, lab=run.lab).delete()
    Workload.objects.filter(pk__in=workloads, lab=run.lab).delete()


@effect("instances.enter")
def enter_group(run: Run) -> None:
    """Brings a group of the instances that the step `RESERVE` made to a state, each since a moment of its own; all,
    where there are no groups.

    Of a launch that is tried again those that run already are left as they are.
    """
    keys = run.result(RESERVE).get("instances", [])
    there = Instance.objects.filter(pk__in=keys)
    if not there.exists():
        raise StepFailed(_("The instances are gone."))
    group = instances_of(run, keys)
    if gone := len(group) - there.filter(pk__in=group).count():
        run.log(_("%(count)s of its instances went when the launch failed."), level="error", count=gone)
    pending = there.filter(pk__in=group, state=InstanceState.PENDING)
    instances = list(pending.select_related("instance_type", "elastic"))
    associate_new(run, instances)
    faults, before_s = faults_of(run.lab), dict(zip(group, run.params.get("before_s", ()), strict=False))
    for instance in instances:
        out = faults.outage(instance.region_id, instance.zone) is not None
        at = run.lab_time - timedelta(seconds=before_s.get(instance.pk, 0.0))
        change(instance, run.params["state"], at, out=out)
    write_rows(Instance, instances, CHANGED)
    let_go(run, instances)


@effect("instances.first_booted")
def first_booted(run: Run) -> None:
    """Says which of a group have not come up; StepFailed where none of the whole launch has, at its last step."""
    keys = run.result(RESERVE).get("instances", [])
    made = Instance.objects.filter(pk__in=keys, state=InstanceState.RUNNING)
    failed = list(made.filter(system_failed_lab_at__isnull=False))
    group = instances_of(run, keys)
    # One that was stopped and started meanwhile boots once more.
    up = made.filter(pk__in=group, system_failed_lab_at=None, running_since_lab_at=F("launched_lab_at"))
    up.update(status_checks=CheckState.PASSED)
    if failed and len(failed) == made.count() and run.params.get("last", True):
        raise StepFailed(hardware_failed(failed[0]))
    for instance in failed:
        if instance.pk in group:
            run.log(hardware_failed(instance), level="error")


def instances_of(run: Run, keys: Sequence[int]) -> list[int]:
    """The instances that a step is about; all, where there are no groups."""
    places = run.params.get("instances")
    return list(keys) if places is None else [keys[place] for place in places]


def associate_new(run: Run, instances: list[Instance]) -> None:
    """Gives each instance an Elastic IP of those that the step `RESERVE` allocated; the caller saves the instances."""
    made = run.result(RESERVE).get("addresses", [])
    free = list(ElasticAddress.objects.filter(pk__in=made, instance=None)) if made else []
    for instance, address in zip(instances, free, strict=False):
        instance.public_address, address.instance = address.address, instance
    ElasticAddress.objects.bulk_update(free, ["instance"])
