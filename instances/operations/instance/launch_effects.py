"""What a launch does: all instances come into being in one transaction, and reach their state together."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Image, Instance, InstanceType, LaunchTemplate
from instances.operations.instance.state_effects import CHANGED, change
from instances.operations.refusals import beyond_quota, lacks_capacity, not_offered, out
from instances.rules.faults import scenes_of
from instances.services.instances import Load, NewInstances, create_instances, names_of, root_volume
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.models import JobSubject, Step
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.labs.models import Workload

LINKED = 50
"""Instances of one launch that its job's page names; the others are found in the list."""


@effect("instances.reserve")
def reserve(run: Run) -> None:
    """Makes all instances, pending; StepFailed, with nothing made, where the cloud cannot give every one of them."""
    asked, zones = run.params["launch"], run.params["zones"]
    kind = InstanceType.objects.get(pk=asked["instance_type"])
    _require(run, asked, kind, zones)
    new = NewInstances(
        names=names_of(asked["name"], asked["count"]),
        region=asked["region"],
        zones=zones,
        kind=kind,
        image=Image.objects.filter(pk=asked["image"]).first(),
        root=root_volume(asked["root_kind"], asked["root_gib"], asked["root_iops"], asked["root_throughput"]),
        purchase=asked["purchase"],
        workload=_workload(asked),
        load=Load(asked["load"], asked["load_mean_pct"] / 100, asked["load_peak_pct"] / 100),
        more=_more(asked),
    )
    instances = create_instances(run.lab, new)
    run.remember(instances=[instance.pk for instance in instances], made_workloads=new.workload is None)
    # The following step may happen in the same batch, before the steps are written: it finds the instances here.
    Step.objects.filter(pk=run.step.pk).update(memory=run.step.memory)
    link(run, instances[:LINKED])


def _require(run: Run, asked: dict[str, Any], kind: InstanceType, zones: list[str]) -> None:
    region, scenes = asked["region"], scenes_of(run.lab)
    for zone in zones:
        outage, lack = scenes.outage(region, zone), scenes.no_capacity(region, zone, kind.pk)
        refusal = (
            (out(outage) if outage else None)
            or (lacks_capacity(lack, kind.pk, zone) if lack else None)
            or not_offered(kind.pk, region, zone)
        )
        if refusal:
            raise StepFailed(refusal.text)
    if refusal := beyond_quota(run.lab, region, kind, asked["count"]):
        raise StepFailed(refusal.text)


def _workload(asked: dict[str, Any]) -> Workload | None:
    if not asked.get("workload"):
        return None
    workload = Workload.objects.filter(pk=asked["workload"]).first()
    if workload is None:
        raise StepFailed(_("The workload is gone."))
    if hasattr(workload, "instance"):
        raise StepFailed(_("%(name)s runs on an instance already."), name=workload.name)
    return workload


def _more(asked: dict[str, Any]) -> dict[str, Any]:
    plain = {name: asked[name] for name in ("elastic_address", "protected", "hibernation", "user_data", "tags")}
    template = LaunchTemplate.objects.filter(pk=asked.get("template") or 0).first()
    return {**plain, "network_interfaces": asked["interfaces"], "template": template}


def link(run: Run, instances: list[Instance]) -> None:
    """Names the instances on the job's page and keeps other jobs away from them until it ends."""
    kind = ContentType.objects.get_for_model(Instance)
    JobSubject.objects.bulk_create(
        JobSubject(job=run.job, content_type=kind, object_id=one.pk, name=one.name, held=True, exclusive=False)
        for one in instances
    )
    if instances:
        run.touch(instances[0], hold=True)


@effect("instances.delete_new")
def delete_new(run: Run) -> None:
    """Takes back what was made: instances, their volumes, and the workloads made for them."""
    found = Instance.objects.filter(pk__in=run.memory.get("instances", []), lab=run.lab)
    workloads = list(found.values_list("workload", flat=True)) if run.memory.get("made_workloads") else []
    for instance in found.prefetch_related("volumes"):
        instance.volumes.all().delete()
    found.delete()
    Workload.objects.filter(pk__in=workloads, lab=run.lab).delete()


@effect("instances.enter")
def enter_all(run: Run) -> None:
    """Brings every instance of the job's first step to a state."""
    first = run.job.steps.order_by("position").first()
    keys = first.memory.get("instances", []) if first else []
    found = list(Instance.objects.filter(pk__in=keys, state=InstanceState.PENDING).select_related("instance_type"))
    if not found:
        raise StepFailed(_("The instances are gone."))
    for instance in found:
        change(instance, run.params["state"], run.lab_time)
    write_rows(Instance, found, CHANGED)
