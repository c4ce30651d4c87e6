"""What is left of the demo account, and its removal once somebody brings an estate of their own."""

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
    found = _instances(lab)
    return DemoLeft(len(found), len(_untouched(found)))


@transaction.atomic
def remove_demo(lab: Lab, changed: bool) -> int:
    """Removes the demo's instances with the volumes that end with them and their workloads; only those that nobody has
    `changed`, or these too. What a job holds stays. Returns how many went.
    """
    found = _instances(lab)
    held = jobs_holding(Instance, lab.pk)
    gone = [one.pk for one in (found if changed else _untouched(found)) if one.pk not in held]
    Volume.objects.filter(instance__in=gone, delete_on_termination=True).delete()
    Workload.objects.filter(instance__in=gone).delete()
    Instance.objects.filter(pk__in=gone).delete()
    return len(gone)


def _instances(lab: Lab) -> list[Instance]:
    """The demo's instances that are there still: nobody asked for their launch."""
    found = Instance.objects.filter(lab=lab, requested_lab_at=None).exclude(state=InstanceState.TERMINATED)
    return list(found.prefetch_related("volumes"))


def _untouched(found: list[Instance]) -> list[Instance]:
    """Those that are as the demo made them, and that no job was about, nor about their volumes."""
    volumes = [volume.pk for one in found for volume in one.volumes.all()]
    of_jobs = _subjects(Instance, [one.pk for one in found]), _subjects(Volume, volumes)
    return [
        one
        for one in found
        if _as_made(one) and one.pk not in of_jobs[0] and not of_jobs[1] & {volume.pk for volume in one.volumes.all()}
    ]


def _subjects(model: type[models.Model], keys: list[int]) -> set[int]:
    """Those objects of a model that jobs were about."""
    kind = ContentType.objects.get_for_model(model)
    return set(
        JobSubject.objects.filter(content_type=kind, object_id__in=keys).values_list("object_id", flat=True).distinct()
    )


def _as_made(one: Instance) -> bool:
    row = ROWS.get(one.name)
    if row is None:
        return False
    now = (one.instance_type_id, one.purchase, one.tags, one.protected, one.state)
    state = InstanceState.STOPPED if row.stopped else InstanceState.RUNNING
    return now == (row.type_name, row.purchase, dict(row.tags), row.protected, state)
