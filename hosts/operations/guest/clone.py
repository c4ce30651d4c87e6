"""A copy of a guest, with a disk of its own or linked to the guest's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import Below
from hosts.live.what_if import CostAndPower
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.fields import NewNameForm
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.copy_steps import (
    FREEZE,
    copied_gib,
    copy_params,
    copy_steps,
    linked_grows,
    read_live,
    room_gib,
)
from hosts.operations.refusals import copies_broken, no_host, no_space, no_working_host, not_copied
from hosts.operations.ways_out import hold
from hosts.rules.capacity import Need
from hosts.rules.full_copy import copied_as
from hosts.rules.memory_file import file_when_running_gib, takes_while_running
from hosts.rules.placement import PlacementRequest, candidates
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.text import Text, say

FROZEN = ("health", "guest_version")
NEW = ("name", "hostname", "address", "start")
FROM_OFF = _("%(kind)s makes linked clones only from a snapshot of a VM that was off: stop %(vm)s, then clone it.")


class CloneForm(NewNameForm):
    """The copy's name and address."""

    linked = forms.BooleanField(label=_("Linked: keeps only what differs"), required=False)
    snapshot = forms.ModelChoiceField(
        label=_("Linked to snapshot"),
        queryset=Snapshot.objects.none(),
        required=False,
        empty_label=_("One that is taken for it"),
        help_text=_("A linked clone goes on from a frozen state: a snapshot, which stays while the clone is there."),
    )
    start = forms.BooleanField(label=_("Start it"), required=False)
    field_order = ("name", "linked", "snapshot", "hostname", "address", "start")

    def prepare(self) -> None:
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial = f"{self.subject.name}-copy"
            snapshots = self.fields["snapshot"]
            assert isinstance(snapshots, forms.ModelChoiceField)
            snapshots.queryset = self.subject.snapshots.order_by("taken_lab_at", "pk")


class CloneVm(VmOperation):
    """Copies a guest."""

    name = "vm.clone"
    title = _("Clone")
    primary = True
    form_class = CloneForm
    watched_fields = ("disk_used_gib", "disk_gib", "datastore_id", "power_state", "snapshot_id")

    @property
    def downtime_s(self) -> float:
        """Of the snapshot that is taken for it, or through which a running guest is read."""
        return self.plan().down_s

    def describe(self) -> Text:
        return say(_("Clone %(vm)s as %(name)s"), vm=self.vm.name, name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The hypervisor can, datastore and host have room."""
        return [
            *self._unable(),
            *no_working_host(self.vm),
            *no_space(self, self.vm.datastore, room_gib(self.vm, linked=self.values["linked"]) + self._file_gib),
            *self._no_host(),
        ]

    @property
    def taken_gib(self) -> float:
        """What it takes of the datastore, with the file that stands for its memory where it is started."""
        return copied_gib(self.vm, linked=self.values["linked"]) + self._file_gib

    @property
    def _file_gib(self) -> float:
        return file_when_running_gib(self.vm) if self.values["start"] else 0.0

    @property
    def parent(self) -> Snapshot | None:
        """The snapshot that was chosen for a linked clone; None where one is taken, and for a full copy."""
        chosen: Snapshot | None = self.values.get("snapshot")
        return chosen if self.values["linked"] else None

    @property
    def freezes(self) -> bool:
        """Whether a snapshot is taken for it."""
        return bool(self.values["linked"]) and self.parent is None

    @property
    def freezing(self) -> Operation:
        """The snapshot that is taken for it."""
        name = f"base-{self.values['name']}"[:80]
        take = operation_named("snapshot.take")
        return take(self.lab, self.vm, {"name": name, "note": "", "with_memory": False})

    def _unable(self) -> list[Refusal]:
        if not self.values["linked"]:
            refusals = not_copied(self.vm, self.kind)
            return [replace(each, ways_out=[*each.ways_out, *self._without_a_stop()]) for each in refusals]
        if not self.can(Feature.LINKED_CLONE):
            return [Refusal(say(_("%(kind)s has no linked clones."), kind=self.kind.name), "linked")]
        return self._not_off() or [*(self.freezing.check() if self.freezes else [])]

    def _not_off(self) -> list[Refusal]:
        """What a linked clone goes on from is of a guest that runs, or did, where the hypervisor wants one that is
        off.
        """
        state = self.parent.configuration.get("power_state") if self.parent else self.vm.power_state
        if not self.kind.rules.linked_from_off or state == PowerState.STOPPED:
            return []
        text = say(FROM_OFF, kind=self.kind.name, vm=self.vm.name)
        return [Refusal(text, "snapshot" if self.parent else "linked", [] if self.parent else hold(self.vm, self.kind))]

    def _without_a_stop(self) -> list[WayOut]:
        """Other ways to a copy of a guest that goes on running."""
        backup = WayOut("backup.take", self.vm, _("Take a backup: a new VM can be made from it"))
        if not self.can(Feature.LINKED_CLONE) or self.kind.rules.linked_from_off:
            return [backup]
        asked = {name: self.values[name] for name in NEW if self.values[name]}
        linked = WayOut("vm.clone", self.vm, _("Make a linked clone, from a snapshot"), {**asked, "linked": True})
        return [linked, backup]

    def _no_host(self) -> list[Refusal]:
        if not self.values["start"]:
            return []
        cluster, wanted = self.vm.cluster, PlacementRequest(Need.of(self.vm), self.vm.anti_affinity)
        return no_host(cluster, candidates(cluster, wanted), "start")

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Disk taken"), 0, round(self.taken_gib, 1), "GiB"),
            *self._snapshot_count(),
        ]

    def _snapshot_count(self) -> list[Change]:
        if not self.values["linked"]:
            return []
        count = self.vm.snapshots.count()
        return [Change(say(_("Snapshots of %(vm)s"), vm=self.vm.name), count, count + self.freezes)]

    def notes(self) -> Sequence[Text]:
        """What a linked clone needs, what a full copy is of a guest that is not off, and what is copied with it."""
        frozen = _("It goes on from snapshot %(name)s, which stays while the clone is there.")
        name = self.parent.name if self.parent else self.freezing.values["name"]
        linked = [say(frozen, name=name), linked_grows(self._below_gib)] if self.values["linked"] else []
        thin = self.thin_notes(self.vm.disk_gib) if self.vm.thin or self.values["linked"] else []
        copied = [] if self.values["linked"] else copied_as(self.vm, self.kind)
        file = takes_while_running(self.vm) if self.values["start"] else []
        return [*linked, *copied, *copies_broken(self.vm), *file, *thin]

    @property
    def _below_gib(self) -> float:
        """What a linked clone has below it: the disk as it is, or as it was at the chosen snapshot."""
        return Below.of(self.vm, self.parent, self.lab.lab_time()).gib if self.parent else self.seen_gib

    def figures(self) -> CostAndPower:
        state = PowerState.RUNNING if self.values["start"] else PowerState.STOPPED
        return self.figures_with_copies([self.vm.host_id], state, linked=self.values["linked"])

    def plan(self) -> Plan:
        """Take the snapshot that it is linked to, copy, and start where wanted."""
        chosen = {name: self.values[name] for name in ("linked", *NEW) if name != "name"}
        params = copy_params(self.vm, self.values["name"], **chosen, **self._as_frozen())
        steps = copy_steps(self.vm, params, self.timings)
        if self.values["linked"]:
            return Plan([*self._freeze(), *steps])
        return Plan(read_live(self.vm, steps, self.timings, self.lab_figures))

    def _as_frozen(self) -> dict[str, Any]:
        """The system is as it was when the chosen snapshot was taken."""
        if self.parent is None:
            return {}
        kept = {name: self.parent.configuration.get(name, getattr(self.vm, name)) for name in FROZEN}
        return {"base_snapshot": self.parent.pk, **kept}

    def _freeze(self) -> list[PlannedStep]:
        if not self.freezes:
            return []
        title = _("Take the snapshot that it is linked to")
        return [replace(step, title=title) if step.key == FREEZE else step for step in self.freezing.plan().steps]
