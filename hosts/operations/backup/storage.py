"""The backup storage of a lab: what copies to it and from it share, beside the datastore at the other end."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext as _

from hosts.models import VirtualMachine
from hosts.operations.flows import moved
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import Resource, resource, resource_key
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

BACKUP_STORAGE = "backup_storage"
RATE = "backup_mib_per_s"
"""The parameter that says what it writes and reads, in MiB/s."""


@resource(BACKUP_STORAGE, parameters=[RATE])
def backup_storages(pks: Collection[str]) -> dict[str, Resource]:
    """By the key of their lab."""
    labs = Lab.objects.filter(pk__in=pks)
    return {str(lab.pk): Resource(_("Backup storage"), lab_values(lab)[RATE]) for lab in labs}


def from_disk(vm: VirtualMachine, gib: float, timings: Timings, mib_per_s: float) -> Flow | None:
    """So much of a guest's disk on its way to the backup storage; None where nothing is moved."""
    return _with_backup_storage(vm, moved(gib, timings, vm, reads=vm.datastore), gib, mib_per_s)


def to_disk(vm: VirtualMachine, gib: float, timings: Timings, mib_per_s: float) -> Flow | None:
    """So much on its way back."""
    return _with_backup_storage(vm, moved(gib, timings, vm, writes=vm.datastore), gib, mib_per_s)


def _with_backup_storage(vm: VirtualMachine, disk: Flow | None, gib: float, mib_per_s: float) -> Flow | None:
    """At the rate of the slower end."""
    if gib <= 0:
        return None
    key = resource_key(BACKUP_STORAGE, vm.lab_id)
    if disk is None:
        return Flow(gib, [key], mib_per_s)
    return replace(disk, through=[*disk.through, key], alone_mib_per_s=min(disk.alone_mib_per_s, mib_per_s))
