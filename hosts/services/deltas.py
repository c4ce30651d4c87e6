"""Deltas that go on from where they stand: where their datastore is full, and where guests write more from now on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete, pre_save

from hosts.choices import PowerState
from hosts.live.disks import DELTA_RATE
from hosts.live.space import TO_DELTAS, Deltas, full_since
from hosts.models import Datastore, VirtualMachine
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.labs.models import Assumption, Lab, Parameter


def keep_stalled(datastore: Datastore | None, lab_at: datetime) -> None:
    """Writes down how large the deltas on a datastore are that is full, before something makes room on it: what they
    could not write in the meantime does not come at once then.
    """
    if datastore is not None and full_since(datastore, lab_at) is not None:
        _write_down(Q(datastore=datastore), lab_at)


def settle(vms: Sequence[VirtualMachine], lab_at: datetime) -> None:
    """Notes how large the running deltas of some guests of one lab are now, so that they go on from there."""
    if vms:
        deltas = Deltas(vms[0].lab, lab_at)
        for vm in vms:
            vm.delta_gib, vm.delta_lab_at = deltas.gib(vm), lab_at


def write_down(which: Q) -> None:
    """Writes down how large the running deltas of these labs are now: what guests write from now on changes nothing of
    what they wrote.
    """
    growing = VirtualMachine.objects.filter(TO_DELTAS, power_state=PowerState.RUNNING)
    for lab in Lab.objects.filter(which, pk__in=growing.values("lab")):
        _write_down(Q(lab=lab), lab.lab_time())


def _write_down(which: Q, lab_at: datetime) -> None:
    growing = VirtualMachine.objects.filter(TO_DELTAS, which, power_state=PowerState.RUNNING)
    vms = list(growing.select_related("lab", "datastore__lab"))
    settle(vms, lab_at)
    write_rows(VirtualMachine, vms, ["delta_gib", "delta_lab_at"])


def on_assumption_changes(sender: type[Assumption], instance: Assumption, **_kwargs: Any) -> None:
    """In one lab."""
    if instance.key == DELTA_RATE:
        write_down(Q(pk=instance.lab_id))


def on_parameter_changes(sender: type[Parameter], instance: Parameter, **_kwargs: Any) -> None:
    """In every lab."""
    if instance.key == DELTA_RATE:
        write_down(Q())


def listen() -> None:
    """Connects to values that are about to change: the one in force until now is still there."""
    for signal in (pre_save, pre_delete):
        signal.connect(on_assumption_changes, sender=Assumption, dispatch_uid="hosts.deltas")
        signal.connect(on_parameter_changes, sender=Parameter, dispatch_uid="hosts.deltas")
