"""Fills a new lab with the demo account."""

from datetime import timedelta

from django.db import transaction

from instances.choices import CheckState, InstanceState
from instances.demo.rows import INSTANCES, DemoInstance
from instances.models import Image, Instance, InstanceType
from instances.operations.instance.state_effects import change
from instances.rules.availability import images_for, zones_offering
from instances.services.instances import NewInstances, create_instances, root_volume
from virtlab.labs.models import Lab

STOPPED_AFTER = timedelta(days=20)


@transaction.atomic
def fill_with_demo(lab: Lab) -> list[Instance]:
    """Puts the demo account's instances into the lab's region; those whose type it does not offer are left out, all of
    them before the catalog is loaded.
    """
    types = {kind.pk: kind for kind in InstanceType.objects.filter(pk__in={row.type_name for row in INSTANCES})}
    images = list(images_for(lab, lab.region_code)) if types else []
    instances = (_make(lab, row, types[row.type_name], images) for row in INSTANCES if row.type_name in types)
    return [instance for instance in instances if instance]


def _make(lab: Lab, row: DemoInstance, kind: InstanceType, images: list[Image]) -> Instance | None:
    zones = zones_offering(lab.region_code, kind.pk)
    image = next(
        (
            offered
            for offered in images
            if offered.name.startswith(row.image) and offered.architecture in kind.architectures
        ),
        None,
    )
    if not zones or image is None:
        return None
    new = NewInstances(
        names=[row.name],
        region=lab.region_code,
        zones=[zones[min(row.place, len(zones) - 1)]],
        kind=kind,
        image=image,
        root=root_volume(*row.volume),
        purchase=row.purchase,
        load=row.load,
        more={"tags": dict(row.tags), "protected": row.protected},
    )
    return _lived(lab, row, create_instances(lab, new)[0])


def _lived(lab: Lab, row: DemoInstance, instance: Instance) -> Instance:
    """Its life so far: launched some days ago, running since or stopped after a while."""
    launched = lab.lab_time() - timedelta(days=row.days)
    change(instance, InstanceState.RUNNING, launched)
    instance.status_checks = CheckState.PASSED
    if row.stopped:
        change(instance, InstanceState.STOPPED, launched + STOPPED_AFTER)
    instance.save()
    return instance
