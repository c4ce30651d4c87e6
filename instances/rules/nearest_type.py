"""A type that fits an instance, as near as possible to one that does not."""

import math
from collections.abc import Iterator
from heapq import nsmallest

from instances.models import Instance, InstanceType, Offering
from instances.rules.compatibility import why_not_become
from instances.rules.faults import Faults

OLDER_GENERATION = 0.3
"""How far off an older generation counts: about a third more or less of the size."""


def nearest_fitting(instance: Instance, wanted: InstanceType, faults: Faults | None = None) -> str:
    """The name of the type nearest in size to `wanted` that fits; empty where there is none."""
    candidates = _fitting(instance, faults)
    return min(candidates, key=lambda kind: _distance(kind, wanted), default=InstanceType(name="")).pk


def fitting_types(instance: Instance, most: int) -> list[InstanceType]:
    """So many types that fit an instance, the nearest in size to its own first (two queries)."""
    return nsmallest(most, _fitting(instance), key=lambda kind: _distance(kind, instance.instance_type))


def _fitting(instance: Instance, faults: Faults | None = None) -> Iterator[InstanceType]:
    """The types that the instance's zone offers and it may become. Accelerators and bare metal are not among them, nor
    what the `faults` leave no room for.
    """
    letter = instance.zone.removeprefix(instance.region_id)
    offered = Offering.objects.filter(region=instance.region_id, zones__contains=letter)
    types = InstanceType.objects.filter(offerings__in=offered, accelerators=[]).exclude(hypervisor="metal")
    own = instance.instance_type_id
    volumes = len(instance.volumes.all())
    candidates = (
        kind for kind in types.order_by("name") if kind.pk != own and not why_not_become(instance, kind, volumes)
    )
    if faults:
        region, zone = instance.region_id, instance.zone
        candidates = (kind for kind in candidates if not faults.no_capacity(region, zone, kind.pk))
    return candidates


def _distance(kind: InstanceType, wanted: InstanceType) -> tuple[float, str]:
    return sum(_parts(kind, wanted)), kind.pk


def _parts(kind: InstanceType, wanted: InstanceType) -> Iterator[float]:
    yield abs(math.log2(kind.vcpu / wanted.vcpu))
    yield abs(math.log2(kind.memory_mib / wanted.memory_mib))
    yield 0.0 if kind.current_generation else OLDER_GENERATION
    yield 0.0 if kind.family[:1] == wanted.family[:1] else OLDER_GENERATION
