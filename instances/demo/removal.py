"""What is left of the demo account, and its removal once somebody brings an estate of their own."""

from collections.abc import Iterable
from itertools import chain

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from instances.choices import InstanceState
from instances.demo.rows import INSTANCES
from instances.models import Instance, Volume
from virtlab.jobs.models import JobSubject
from virtlab.jobs.selectors import jobs_holding
from virtlab.labs.models import Lab, Workload
from virtlab.labs.services import DemoLeft

ROWS = {row.name: row for row in INSTANCES}


def demo_left(lab: Lab) -> DemoLeft:
    """How many instances of the demo a lab has, and how many nobody has changed."""
    instances = _instances(lab)
    return DemoLeft(len(instances), len(_untouched(instances)))


@transaction.atomic
def remove_demo(lab: Lab, changed: bool) -> int:
    """Removes the demo's instances with the volumes that end with them and their workloads; only those that nobody has
    `changed`, or these too. What a job holds stays. Returns how many went.
    """
    instances = _instances(lab)
    held = jobs_holding(Instance, lab.pk)
    gone = [instance.pk for instance in (instances if changed else _untouched(instances)) if instance.pk not in held]
    Volume.objects.filter(instance__in=gone, delete_on_termination=True).delete()
    Workload.objects.filter(instance__in=gone).delete()
    Instance.objects.filter(pk__in=gone).delete()
    return len(gone)


def _instances(lab: Lab) -> list[Instance]:
    """The demo's instances that are there still: nobody asked for their launch."""
    instances = Instance.objects.filter(lab=lab, requested_lab_at=None).exclude(state=InstanceState.TERMINATED)
    return list(instances.prefetch_related("volumes"))


def _untouched(instances: list[Instance]) -> list[Instance]:
    """Those that are as the demo made them, and that no job was about, nor about their volumes."""
    if not instances:  # most labs: nothing is asked for them
        return []
    volumes = {instance.pk: {volume.pk for volume in instance.volumes.all()} for instance in instances}
    of_jobs = _subjects(Instance, volumes)
    volumes_of_jobs = _subjects(Volume, chain.from_iterable(volumes.values()))
    return [
        instance
        for instance in instances
        if _as_made(instance) and instance.pk not in of_jobs and not volumes_of_jobs & volumes[instance.pk]
    ]


def _subjects(model: type[models.Model], keys: Iterable[int]) -> set[int]:
    """Those objects of a model that jobs were about."""
    kind = ContentType.objects.get_for_model(model)
    subjects = JobSubject.objects.filter(content_type=kind, object_id__in=list(keys))
    return set(subjects.values_list("object_id", flat=True).distinct())


def _as_made(instance: Instance) -> bool:
    row = ROWS.get(instance.name)
    if row is None:
        return False
    now = (instance.instance_type_id, instance.purchase, instance.tags, instance.protected, instance.state)
    state = InstanceState.STOPPED if row.stopped else InstanceState.RUNNING
    return now == (row.type_name, row.purchase, dict(row.tags), row.protected, state)
