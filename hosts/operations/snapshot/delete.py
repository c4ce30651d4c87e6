"""Deleting snapshots: the delta that was written after one is merged into the disk below it (consolidation)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from hosts.live.disks import in_use_gib
from hosts.live.space import delta_gib, written_gib
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.flows import PASSES, moved
from hosts.operations.guest.base import VmOperation
from hosts.operations.needs import worked_on_by
from hosts.operations.refusals import no_working_host
from hosts.operations.snapshot.base import HERE, TO_THE_END, SnapshotOperation
from hosts.operations.snapshot.limits import chain_of
from hosts.operations.stun import stun_steps
from hosts.rules.linked_clones import clones_needing, clones_of_snapshots
from hosts.rules.snapshot_kinds import delta_disks, kept_inside
from hosts.services.deltas import keep_stalled, settle
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut, flow_s
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names

WAYS = 3


class Merge(NamedTuple):
    """What a deletion moves and frees, in GiB."""

    moved_gib: float
    freed_gib: float


def merge_of(snapshot: Snapshot, lab_at: datetime) -> Merge:
    """Deltas that were written after the snapshot, which are merged into the one below, unless it is inside the disk's
    file; its memory is freed, and what two files hold of the same blocks. Where several go on from it, each needs what
    was below: less than nothing may be freed.
    """
    vm, after = snapshot.vm, [child.delta_gib for child in snapshot.children.all()]
    if vm.snapshot_id == snapshot.pk:
        after.append(delta_gib(vm, lab_at))
    moved_gib = 0.0 if _inside(snapshot, vm) else sum(after)
    if _into_base(snapshot, len(after)):
        grown_gib = written_gib(vm.disk_used_gib, after) - vm.disk_used_gib if vm.thin else 0.0
        return Merge(moved_gib, snapshot.memory_gib + after[0] - grown_gib)
    merged_gib = sum(_merged_gib(snapshot, delta) for delta in after)
    return Merge(moved_gib, snapshot.memory_gib + snapshot.delta_gib + sum(after) - merged_gib)


def _into_base(snapshot: Snapshot, following: int) -> bool:
    """Whether what follows is merged into a disk that holds all blocks. A linked clone's own file is a delta disk, and
    grows.
    """
    return snapshot.parent_id is None and following == 1 and snapshot.vm.base_id is None


def _inside(snapshot: Snapshot, vm: VirtualMachine) -> bool:
    return kept_inside(vm.cluster.hypervisor, with_memory=snapshot.with_memory)


@effect("snapshot.delete")
def consolidate(run: Run) -> None:
    """Merges and deletes: what follows the snapshot goes on from the one before it. StepFailed where a linked clone
    needs it by now.
    """
    snapshot = run.get(Snapshot, run.params["snapshot"])
    vm = snapshot.vm
    _require_unneeded(vm, clones_needing(snapshot))
    settle([vm], run.lab_time)
    keep_stalled(vm.datastore, run.lab_time)
    children = list(snapshot.children.all())
    here = vm.snapshot_id == snapshot.pk
    into_base = _into_base(snapshot, len(children) + here)
    if into_base:
        vm.disk_used_gib = written_gib(vm.disk_used_gib, [vm.delta_gib if here else children[0].delta_gib])
    for child in children:
        child.parent = snapshot.parent
        child.delta_gib = 0.0 if into_base else _merged_gib(snapshot, child.delta_gib)
        child.save(update_fields=["parent", "delta_gib"])
    if here:
        vm.snapshot = snapshot.parent
        vm.delta_gib = 0.0 if into_base else _merged_gib(snapshot, vm.delta_gib)
    vm.save(update_fields=[*HERE, "disk_used_gib"])
    snapshot.delete()


def _merged_gib(snapshot: Snapshot, delta_gib: float) -> float:
    """The delta of what follows, with the snapshot's own: at most all that is in use, as both hold rewritten blocks."""
    return _merged_chain_gib(snapshot.vm, [snapshot.delta_gib, delta_gib], into_own=snapshot.parent_id is None)


def _merged_chain_gib(vm: VirtualMachine, deltas_gib: Sequence[float], *, into_own: bool) -> float:
    """GiB of deltas that are merged, into a linked clone's own file or above: each block once."""
    own_gib = vm.disk_used_gib if vm.base_id and into_own else 0.0
    return min(sum(deltas_gib), written_gib(in_use_gib(vm), deltas_gib) - own_gib)


def _require_unneeded(vm: VirtualMachine, clones: Sequence[VirtualMachine]) -> None:
    if clones:
        raise StepFailed(_why_needed(vm, clones))


def _why_needed(vm: VirtualMachine, clones: Sequence[VirtualMachine]) -> Text:
    message = _("Linked clones go on from a snapshot of %(vm)s, so what is below them cannot be merged: %(names)s.")
    return say(message, vm=vm.name, names=names([clone.name for clone in clones]))


def _needed(vm: VirtualMachine, clones: Sequence[VirtualMachine]) -> list[Refusal]:
    """Refused while clones need it; they can be deleted."""
    if not clones:
        return []
    ways = [WayOut("vm.delete", clone, say(_("Delete %(vm)s"), vm=clone.name)) for clone in clones[:WAYS]]
    return [Refusal(_why_needed(vm, clones), "", ways)]


def _holds_others(vm: VirtualMachine, snapshot: Snapshot) -> list[Refusal]:
    """Refused while snapshots are inside the delta disk that would be merged: they would be lost with it."""
    held = [] if _inside(snapshot, vm) else [child for child in snapshot.children.all() if _inside(child, vm)]
    if not held:
        return []
    message = _("Other snapshots are kept inside the delta disk that was written after it: %(names)s.")
    ways = [WayOut("snapshot.delete", each, say(_("Delete %(vm)s"), vm=each.name)) for each in held[:WAYS]]
    return [Refusal(say(message, names=names([each.name for each in held])), "", ways)]


@effect("snapshot.delete_all")
def consolidate_all(run: Run) -> None:
    """Merges the running chain into the base and deletes every snapshot; StepFailed where there is none any more, or
    a linked clone needs one.
    """
    vm = run.get(VirtualMachine)
    if not vm.snapshots.exists():
        raise StepFailed(_("%(vm)s has no snapshot any more."), vm=vm.name)
    _require_unneeded(vm, clones_of_snapshots(vm))
    settle([vm], run.lab_time)
    keep_stalled(vm.datastore, run.lab_time)
    in_chain = [vm.delta_gib, *(each.delta_gib for each in chain_of(vm))]
    if vm.base_id:
        vm.delta_gib = _merged_chain_gib(vm, in_chain, into_own=True)
    else:
        vm.disk_used_gib, vm.delta_gib = written_gib(vm.disk_used_gib, in_chain), 0.0
    vm.snapshot = None
    vm.save(update_fields=[*HERE, "disk_used_gib"])
    vm.snapshots.all().delete()


def deletion(vm: VirtualMachine, moved_gib: float, delete: PlannedStep, operation: Operation) -> Plan:
    """What is merged, then the end of what is not needed any more. Some hypervisors let nobody cancel that once it has
    begun.
    """
    steps = [*_merge_steps(vm, moved_gib, operation), delete]
    if HYPERVISORS[vm.cluster.hypervisor].rules.merges_to_the_end:
        steps = [replace(step, final=True, interruptible=False) for step in steps]
    return Plan(steps)


def _to_the_end(vm: VirtualMachine) -> list[Text]:
    """That nobody cancels it once it has begun, where that is so."""
    kind = HYPERVISORS[vm.cluster.hypervisor]
    return [say(TO_THE_END, kind=kind.name)] if kind.rules.merges_to_the_end else []


def _merge_steps(vm: VirtualMachine, moved_gib: float, operation: Operation) -> list[PlannedStep]:
    """Deltas merged into the disk below, read and written, and the stun at its end; nothing where nothing was
    written.
    """
    if moved_gib <= 0:
        return []
    flow = moved(moved_gib, operation.timings, vm, reads=vm.datastore, writes=vm.datastore)
    duration_s = flow_s(flow, moved_gib, operation.timings.datastore_mib_per_s / PASSES)
    physics = {"kind": "consolidate", "disk_gib": moved_gib}
    title, needs = _("Merge into the disk below"), worked_on_by(vm)
    merge = PlannedStep("merge", title, duration_s, physics=physics, needs=needs, flow=flow)
    return [merge, *stun_steps(vm, operation.lab_figures)]


class DeleteSnapshot(SnapshotOperation):
    """Deletes a snapshot; the guest stays as it is."""

    name = "snapshot.delete"
    title = _("Delete the snapshot")
    danger = True

    @property
    def downtime_s(self) -> float:
        return self.plan().down_s

    def describe(self) -> Text:
        return say(_("Delete snapshot %(name)s of %(vm)s"), name=self.snapshot.name, vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """No linked clone may go on from it, or from one after it; its delta disk holds no other snapshot."""
        vm, snapshot = self.vm, self.snapshot
        return _needed(vm, clones_needing(snapshot)) or _holds_others(vm, snapshot) or no_working_host(vm)

    def changes(self) -> Sequence[Change]:
        count, merge = self.vm.snapshots.count(), merge_of(self.snapshot, self.lab.lab_time())
        return [
            Change(_("Snapshots"), count, count - 1),
            Change(_("Merged into the disk below"), 0, round(merge.moved_gib, 1), "GiB"),
            Change(_("Space freed"), 0, round(merge.freed_gib, 1), "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        return _to_the_end(self.vm)

    def plan(self) -> Plan:
        moved_gib = merge_of(self.snapshot, self.lab.lab_time()).moved_gib
        delete = PlannedStep(
            "delete", _("Delete it"), self.timings.snapshot_s, consolidate, params={"snapshot": self.snapshot.pk}
        )
        return deletion(self.vm, moved_gib, delete, self)


class DeleteSnapshots(VmOperation):
    """Deletes all snapshots of a guest at once; it stays as it is."""

    name = "snapshot.delete_all"
    title = _("Delete all snapshots")
    sentence = _("Delete all snapshots of %(vm)s")
    group = _("Snapshots")
    danger = True

    @property
    def downtime_s(self) -> float:
        return self.plan().down_s

    def check(self) -> Sequence[Refusal]:
        """There are some, and no linked clone goes on from one."""
        if self.vm.snapshots.exists():
            return _needed(self.vm, clones_of_snapshots(self.vm)) or no_working_host(self.vm)
        return [Refusal(say(_("%(vm)s has no snapshot."), vm=self.vm.name))]

    def _chain_gib(self) -> float:
        """What delta disks hold, the lowest among them that others began on too, but not a linked clone's own file."""
        vm = self.vm
        chain = [(_inside(snapshot, vm), snapshot.delta_gib) for snapshot in chain_of(vm)]
        lowest_gib = chain[-1][1] if chain and not vm.base_id else 0.0
        return sum(delta_disks(delta_gib(vm, self.lab.lab_time()), chain).deltas_gib) + lowest_gib

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Snapshots"), self.vm.snapshots.count(), 0),
            Change(_("Merged into the disk below"), 0, round(self._chain_gib(), 1), "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        return _to_the_end(self.vm)

    def plan(self) -> Plan:
        moved_gib = self._chain_gib()
        delete = PlannedStep("delete", _("Delete them"), self.timings.snapshot_s, consolidate_all)
        return deletion(self.vm, moved_gib, delete, self)
