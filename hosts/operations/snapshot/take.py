"""Taking a snapshot: disk and configuration, and the memory of a running guest where that is wanted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.fields import check_one_line, not_offered, quiesced_field
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.memory_steps import memory_copied, memory_written
from hosts.operations.needs import in_memory_of, room_for, worked_on_by
from hosts.operations.refusals import NOT_QUIESCED, keeps_broken, no_space, no_working_host, not_quiesced
from hosts.operations.snapshot.base import CONFIGURATION, HERE, QUIESCED
from hosts.operations.snapshot.limits import advice, read_factor_after, why_no_snapshot
from hosts.operations.stun import DISKS_CHANGE, removal_stun_steps, stun_steps
from hosts.rules.snapshot_kinds import LEAST_GIB, always_with_memory, kept_inside
from hosts.services.deltas import keep_stalled, settle
from hosts.services.space import require_space
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say

SNAPSHOT_CRASH_CONSISTENT = _("Without memory it is crash-consistent: going back is like a start after a power cut.")
PAUSES = _("This hypervisor pauses the VM for as long as its memory is written.")
ALWAYS = _("%(kind)s takes no snapshot of a VM that runs without its memory.")
WITH_MEMORY = _("With memory: going back goes on where the guest was.")
INSIDE = _("It is kept inside the disk's file: no delta disk begins, and nothing is merged when it goes.")
CHAIN_READ = _("A read then takes %(factor).2f times as long: it asks each delta disk in turn.")


@effect("snapshot.take", breaks=("datastore.space",))
def take(run: Run) -> None:
    """Freezes the running delta as the snapshot's own and begins a new one; StepFailed where there is no space."""
    vm, memory_gib = run.get(VirtualMachine), run.params["memory_gib"]
    require_space(vm.datastore, memory_gib + LEAST_GIB, run.lab_time)
    settle([vm], run.lab_time)
    snapshot = Snapshot.objects.create(
        vm=vm,
        parent=vm.snapshot,
        name=run.params["name"],
        note=run.params["note"],
        taken_lab_at=run.lab_time,
        memory_gib=memory_gib,
        with_memory=memory_gib > 0,
        quiesced=run.params.get("quiesced", False),
        delta_gib=vm.delta_gib,
        configuration={name: getattr(vm, name) for name in CONFIGURATION},
    )
    run.remember(snapshot=snapshot.pk, delta_gib=vm.delta_gib)
    vm.snapshot, vm.delta_gib = snapshot, 0.0
    vm.save(update_fields=HERE)


@effect("snapshot.untake")
def untake(run: Run) -> None:
    """Takes it away again; the delta goes on from the snapshot before."""
    vm = run.get(VirtualMachine)
    snapshot = run.get(Snapshot, run.memory["snapshot"])
    keep_stalled(vm.datastore, run.lab_time)
    vm.refresh_from_db(fields=["delta_gib", "delta_lab_at"])
    vm.snapshot = snapshot.parent
    vm.delta_gib += run.memory["delta_gib"]
    vm.save(update_fields=HERE)
    snapshot.delete()


class TakeForm(OperationForm):
    """What it is called, and whether the memory is kept."""

    name = forms.CharField(label=_("Name"), max_length=80, validators=[check_one_line])
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    with_memory = forms.BooleanField(label=_("With the VM's memory"), required=False)
    quiesced = quiesced_field()

    def prepare(self) -> None:
        """The memory of a guest that runs is no choice under some hypervisors; quiescing is none under others."""
        vm = self.subject
        if not isinstance(vm, VirtualMachine):
            return
        kind, memory = HYPERVISORS[vm.cluster.hypervisor], self.fields["with_memory"]
        if always_with_memory(vm):
            memory.initial, memory.disabled, memory.help_text = True, True, str(say(ALWAYS, kind=kind.name))
        if kind.rules.not_quiesced:
            not_offered(self.fields["quiesced"], say(NOT_QUIESCED, kind=kind.name))


class TakeSnapshot(VmOperation):
    """A point to which the guest can return."""

    name = "snapshot.take"
    title = _("Take a snapshot")
    primary = True
    form_class = TakeForm
    watched_fields = ("power_state", "snapshot_id")
    referring = ("snapshots",)

    @property
    def pauses(self) -> bool:
        """Whether the guest stands still while its memory is written."""
        return self.kind.rules.memory_pauses is not None and self.vm.power_state == PowerState.RUNNING

    @property
    def downtime_s(self) -> float:
        return self.plan().down_s

    @property
    def with_memory(self) -> bool:
        """Whether a running guest's memory is kept: where that is wanted, or its hypervisor leaves no choice."""
        return bool(self.values["with_memory"]) or always_with_memory(self.vm)

    @property
    def memory_gib(self) -> float:
        """Memory that has to be written, 0 without; of a suspended guest what was kept of it."""
        if self.vm.power_state == PowerState.SUSPENDED:
            return self.vm.suspended_gib
        return self.written_memory_gib if self.with_memory else 0.0

    def describe(self) -> Text:
        return say(_("Snapshot %(name)s of %(vm)s"), name=self.values["name"], vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """The hypervisor can, also one more; the datastore has room."""
        vm, kind = self.vm, self.kind
        space_gib = self.memory_gib + LEAST_GIB
        able = why_no_snapshot(vm, kind) or self._no_memory() or no_working_host(vm)
        return able or no_space(self, vm.datastore, space_gib)

    def _no_memory(self) -> list[Refusal]:
        vm, running = self.vm, self.vm.power_state == PowerState.RUNNING
        if self.values.get("quiesced") and (refusals := not_quiesced(vm, self.kind, self._not_quiesced())):
            return refusals
        if self.values.get("quiesced") and self.values["with_memory"]:
            return [Refusal(say(_("With its memory a VM goes on where it was: it is not quiesced too.")), "quiesced")]
        if not self.values["with_memory"] or vm.power_state == PowerState.SUSPENDED:
            return []
        if not running:
            return [Refusal(say(_("%(vm)s does not run: it has no memory to keep."), vm=vm.name), "with_memory")]
        if not self.can(Feature.MEMORY_SNAPSHOT):
            return [Refusal(say(_("%(kind)s cannot keep the memory."), kind=self.kind.name), "with_memory")]
        return []

    def _not_quiesced(self) -> WayOut:
        return WayOut(self.name, self.vm, _("Take it without that"), {**self.values, "quiesced": False})

    def changes(self) -> Sequence[Change]:
        count = self.vm.snapshots.count()
        return [
            Change(_("Snapshots"), count, count + 1),
            Change(_("Memory written"), 0, round(self.memory_gib, 1), "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        """What the chain does to reads, what is advised, and what a snapshot is not."""
        vm, lab_at = self.vm, self.lab.lab_time()
        with_memory = self.memory_gib > 0
        factor = read_factor_after(vm, self.present().facts, lab_at, self.lab_figures, with_memory=with_memory)
        inside = kept_inside(vm.cluster.hypervisor, with_memory=with_memory)
        without = QUIESCED if self.values.get("quiesced") else SNAPSHOT_CRASH_CONSISTENT
        always = [say(ALWAYS, kind=self.kind.name)] if always_with_memory(vm) else []
        kept = [WITH_MEMORY, *([PAUSES] if self.pauses else [])] if self.memory_gib else [without]
        return [
            *([say(INSIDE)] if inside else []),
            *([say(CHAIN_READ, factor=factor)] if factor > 1 else []),
            *always,
            *map(say, kept),
            *advice(vm, lab_at),
            *keeps_broken(vm),
            say(_("A snapshot is no backup: it needs the disk below it, on the same datastore.")),
        ]

    def plan(self) -> Plan:
        """A stun in which disks change, the memory where it is kept (lazily, or paused); then the disk is frozen."""
        vm, gib = self.vm, self.memory_gib
        params = {"name": self.values["name"], "note": self.values["note"], "memory_gib": gib}
        params |= {"quiesced": bool(self.values.get("quiesced"))}
        reads_memory = gib > 0 and vm.power_state == PowerState.RUNNING
        needs = [*(in_memory_of(vm) if reads_memory else worked_on_by(vm)), *room_for(vm.datastore, gib + LEAST_GIB)]
        stuns, taking = stun_steps(vm, self.lab_figures), [self._taking(params)]
        if gib:
            still = self.pauses
            taking = [replace(step, down=still, pauses=still) for step in (self._memory(gib), *taking)]
        return Plan([replace(step, needs=needs) for step in (*stuns, *taking)])

    def _taking(self, params: dict[str, Any]) -> PlannedStep:
        """Where disks change with a stun, they do so again when it is taken away."""
        step = PlannedStep("take", _("Take it"), self.timings.snapshot_s, take, undo=untake, params=params)
        if not (stuns := removal_stun_steps(self.vm, self.lab_figures, DISKS_CHANGE)):
            return step
        return replace(step, undo=None, way_back=[*stuns, PlannedStep("untake", _("Take it away again"), 0.0, untake)])

    def _memory(self, gib: float) -> PlannedStep:
        """Of a running guest it is written; what is kept of a suspended one is copied."""
        if self.vm.power_state == PowerState.SUSPENDED:
            return memory_copied("write", _("Copy its kept memory"), self.vm, gib, self.timings)
        return memory_written("write", _("Write its memory to the datastore"), self.vm, gib, self.timings)
