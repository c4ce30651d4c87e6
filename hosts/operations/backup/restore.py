"""A guest's disk made anew from a backup, a template or a copy: the way back where its system is broken and no snapshot
helps.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, PowerState
from hosts.live.facts import EstateFacts
from hosts.live.what_if import ChangeScope, CostAndPower, what_if_of
from hosts.models import Datastore, VirtualMachine
from hosts.operations.backup.sources import DiskSource, choices_for, source_chosen, source_of
from hosts.operations.backup.storage import RATE, to_disk
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.copy_steps import disk_step, read_live
from hosts.operations.guest.power_effects import with_guest_off
from hosts.operations.in_use import taken_away
from hosts.operations.needs import room_for, worked_on_by
from hosts.operations.refusals import no_space, no_working_host, not_copied, why_needed
from hosts.operations.stun import temporary_gib
from hosts.operations.ways_out import OF_BACKUP
from hosts.rules.full_copy import copied_as
from hosts.services.deltas import keep_stalled
from hosts.services.space import require_space
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal, WayOut, flow_s
from virtlab.jobs.text import Text, say

RESTORED = [
    *("disk_gib", "disk_used_gib", "health", "guest_version", "base", "base_snapshot"),
    *("below_gib", "below_deltas_gib"),
    *("snapshot", "delta_gib", "delta_lab_at"),
]


def new_disk(vm: VirtualMachine, source: DiskSource) -> dict[str, float]:
    """The sizes of the disk afterwards: the source's data, and at least the space that the guest had."""
    return {"disk_gib": max(vm.disk_gib, source.disk_gib), "disk_used_gib": source.disk_used_gib}


def wanted_gib(vm: VirtualMachine, source: DiskSource) -> float:
    """GiB that the new disk takes; the old one is there until it is whole."""
    disk = new_disk(vm, source)
    return disk["disk_used_gib"] if vm.thin else disk["disk_gib"]


@effect("vm.restore", breaks=("datastore.space",))
def restore(run: Run) -> None:
    """The new disk in place of the old one and its snapshots; StepFailed where there is no room, the guest runs, or a
    linked clone needs the old disk by now.
    """
    vm, source = run.get(VirtualMachine), source_of(run)
    if vm.power_state != PowerState.STOPPED:
        raise StepFailed(_("%(vm)s is not stopped."), vm=vm.name)
    if why := why_needed(vm):
        raise StepFailed(why)
    require_space(vm.datastore, wanted_gib(vm, source), run.lab_time)
    keep_stalled(vm.datastore, run.lab_time)
    for name, size in new_disk(vm, source).items():
        setattr(vm, name, size)
    vm.health, vm.guest_version = source.health, source.guest_version
    vm.base = vm.base_snapshot = vm.snapshot = None
    vm.below_gib, vm.below_deltas_gib = 0.0, []
    vm.delta_gib, vm.delta_lab_at = 0.0, run.lab_time
    vm.save(update_fields=RESTORED)
    vm.snapshots.all().delete()


class RestoreForm(OperationForm):
    """What it is made from."""

    source = forms.ChoiceField(
        label=_("Backup, template or copy"),
        help_text=_("Its own backups; templates and copies that are well, of the same cluster, with the same system."),
    )

    def prepare(self) -> None:
        field = self.fields["source"]
        if isinstance(self.subject, VirtualMachine) and isinstance(field, forms.ChoiceField):
            choices = choices_for(self.subject)
            own = [value for _kind, named in choices for value, _words in named if value.startswith(OF_BACKUP)]
            # Another VM's disk takes all data: it is chosen, never proposed.
            field.choices = choices if own else [("", _("Choose one")), *choices]
            field.initial = own[0] if own else ""


class RestoreVm(VmOperation):
    """Copies the disk of a backup, a template, or an earlier copy over the guest's."""

    name = "vm.restore"
    title = _("Restore from a backup, a template or a copy")
    group = _("Backups")
    danger = True
    form_class = RestoreForm
    watched_fields = ("power_state", "disk_gib", "snapshot_id")

    @cached_property
    def source(self) -> DiskSource:
        """What it is made from."""
        return source_chosen(self.values["source"], self.vm)

    @property
    def rooms(self) -> list[tuple[Datastore | None, float]]:
        """GiB that must be free, and where: for the new disk, and for the temporary snapshot through which a running
        copy is read.
        """
        vm, copied, gib = self.vm, self.copied_vm, wanted_gib(self.vm, self.source)
        beside_gib = temporary_gib(copied) if copied else 0.0
        if copied is None or copied.datastore_id == vm.datastore_id:
            return [(vm.datastore, gib + beside_gib)]
        return [(vm.datastore, gib), (copied.datastore, beside_gib)]

    @property
    def copied_vm(self) -> VirtualMachine | None:
        """The template or copy that it is made from; None where that is a backup."""
        subject = self.source.subject
        return subject if isinstance(subject, VirtualMachine) else None

    def describe(self) -> Text:
        return say(_("Restore %(vm)s from %(source)s"), vm=self.vm.name, source=self.source.name)

    def check(self) -> Sequence[Refusal]:
        """It is not suspended and nobody's base; the source can be read; the datastore has room for both disks."""
        vm = self.vm
        if vm.power_state == PowerState.SUSPENDED:
            discard = WayOut("vm.discard_suspended", vm, _("Discard its kept memory"))
            text = say(_("%(vm)s is suspended: its kept memory would not fit another disk."), vm=vm.name)
            return [Refusal(text, "", [discard])]
        if why := why_needed(vm):
            return [Refusal(why)]
        if self.copied_vm and (taken := taken_away(self.copied_vm)):
            return taken
        if self.copied_vm and (refusals := not_copied(self.copied_vm, self.kind, "source")):
            return refusals
        full = [refusal for datastore, gib in self.rooms for refusal in no_space(self, datastore, gib)]
        return no_working_host(self.copied_vm or vm) or full

    def changes(self) -> Sequence[Change]:
        vm, source, disk = self.vm, self.source, new_disk(self.vm, self.source)
        return [
            Change(_("Guest OS"), GuestHealth(vm.health).label, GuestHealth(source.health).label),
            Change(_("Updates applied"), vm.guest_version, source.guest_version),
            Change(_("Disk"), vm.disk_gib, disk["disk_gib"], "GiB"),
            Change(_("Disk in use"), round(vm.disk_used_gib, 1), round(disk["disk_used_gib"], 1), "GiB"),
            Change(_("Snapshots"), vm.snapshots.count(), 0),
        ]

    def figures(self) -> CostAndPower:
        """Money and watts with the new disk and without the snapshots."""
        pk, disk = self.vm.pk, new_disk(self.vm, self.source)

        def change(facts: EstateFacts) -> EstateFacts:
            new: dict[str, Any] = {**disk, "base_id": None, "below_gib": 0.0, "below_deltas_gib": []}
            new |= {"snapshot_id": None, "delta_gib": 0.0}
            guests = [guest._replace(**new) if guest.pk == pk else guest for guest in facts.guests]
            return facts._replace(guests=guests, snapshots=[each for each in facts.snapshots if each.vm_id != pk])

        return what_if_of(self.lab, change, self.present(), ChangeScope(pk, {self.vm.host_id}))

    @property
    def downtime_s(self) -> float | None:
        return self.plan().duration_s if self.vm.power_state == PowerState.RUNNING else None

    def notes(self) -> Sequence[Text]:
        """What is lost, what stays, and what is copied of a guest that is not off."""
        return [
            self.source.lost(self.vm, self.lab.lab_time()),
            *(copied_as(self.copied_vm, self.kind) if self.copied_vm else []),
            say(_("Name, address, vCPU, memory and place stay.")),
        ]

    def plan(self) -> Plan:
        """Shut it down, copy the disk (a running copy's through a temporary snapshot), put it in place of the old one
        (which is gone then), start it.
        """
        vm, running = self.vm, self.vm.power_state == PowerState.RUNNING
        room, params = room_for(vm.datastore, wanted_gib(vm, self.source)), self.source.params
        rooms = [need for datastore, gib in self.rooms for need in room_for(datastore, gib)]
        copied = [replace(step, needs=[*step.needs, *rooms], down=running) for step in self._copy_steps()]
        title, lasts_s = _("Put it in place of the old one"), self.timings.reconfigure_s
        swap = PlannedStep("swap", title, lasts_s, restore, params=params, needs=room, final=running, down=running)
        steps = with_guest_off(vm, [*copied, swap], self.timings)
        if running:
            # Said from the step after the swap on: while that one lasts, the old disk is still in place.
            gone = say(_("The old disk of %(vm)s and its snapshots are gone."), vm=vm.name)
            steps[-1] = replace(steps[-1], lost=[gone])
        return Plan(steps)

    def _copy_steps(self) -> list[PlannedStep]:
        if self.copied_vm:
            copy = disk_step(self.copied_vm, linked=False, timings=self.timings, to=self.vm.datastore)
            return read_live(self.copied_vm, [copy], self.timings, self.lab_figures)
        vm, gib, rate = self.vm, self.source.disk_used_gib, self.lab_figures[RATE]
        flow = to_disk(vm, gib, self.timings, rate)
        title, lasts_s = _("Copy the disk from the backup storage"), flow_s(flow, gib, rate)
        physics = {"kind": "copy", "disk_gib": gib}
        return [PlannedStep("copy", title, lasts_s, physics=physics, needs=worked_on_by(vm), flow=flow)]

    def holds(self) -> Sequence[Held]:
        """The guest, and a copy that it is made from: its disk stays as it is while it is read. A template's or a
        backup's does so by itself.
        """
        copy = self.copied_vm
        return [Held(self.vm), Held(self.source.subject, exclusive=copy is not None and not copy.is_template)]
