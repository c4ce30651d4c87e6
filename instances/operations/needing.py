"""Which jobs in progress need a place or an instance, and would fail with it; what they lose."""

from collections.abc import Collection, Sequence
from typing import Any

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.needs import (
    comes_up,
    hardware_up,
    instance_there,
    made_by,
    volume_there,
    why_none_comes_up,
    zone_up,
)
from virtlab.jobs.models import Step

DELETES_PENDING = "instances.delete_pending"
"""What breaks a launch off that has not been given all that it asked for."""


def needing_place(steps: Sequence[Step], region: str, zone: str) -> list[Step]:
    """Those of the steps that need a zone, or any of a region where none is named."""

    def is_of(need: dict[str, Any]) -> bool:
        return bool(need["need"] == zone_up.name and need["region"] == region and zone in {"", need["zone"]})

    return [step for step in steps if any(map(is_of, step.needs))]


def needing_instance(steps: Sequence[Step], instance: Instance, volumes: Collection[int]) -> list[Step]:
    """Those of the steps that need an instance, or one of these volumes that go with it."""
    lost = [(instance_there.name, "instance", {instance.pk}), (volume_there.name, "volume", set(volumes))]
    return _needing(steps, instance, lost)


def needing_hardware(steps: Sequence[Step], instance: Instance) -> list[Step]:
    """Those of the steps that need the hardware under an instance."""
    return _needing(steps, instance, [(hardware_up.name, "instance", {instance.pk})])


def _needing(steps: Sequence[Step], instance: Instance, lost: Sequence[tuple[str, str, set[int]]]) -> list[Step]:
    def is_of(step: Step, need: dict[str, Any]) -> bool:
        if need["need"] == comes_up.name:
            return _is_last(instance, step.job_id)
        return any(need["need"] == name and need[key] in keys for name, key, keys in lost)

    return [step for step in steps if any(is_of(step, need) for need in step.needs)]


def _is_last(instance: Instance, launch: int) -> bool:
    """Whether nothing but this instance can still come up of a launch."""
    made = made_by([launch]).get(launch, [])
    return instance.pk in made and why_none_comes_up([key for key in made if key != instance.pk]) is not None


def pending_with(steps: Sequence[Step]) -> list[Instance]:
    """The pending instances that go where these steps are broken off, with their volumes (three queries at most)."""
    launches = [step.job_id for step in steps if step.abort == DELETES_PENDING]
    if not launches:
        return []
    made = [key for keys in made_by(launches).values() for key in keys]
    return list(Instance.objects.filter(pk__in=made, state=InstanceState.PENDING).prefetch_related("volumes"))
