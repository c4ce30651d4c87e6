"""Taking a snapshot: disk and configuration, and the memory of a running guest where that is wanted."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import require_space
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.fields import check_one_line
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.memory_steps import memory_step
from hosts.operations.guest.power_effects import settle
from hosts.operations.needs import in_memory_of, room_for, worked_on_by
from hosts.operations.refusals import no_space
from virtlab.engine.durations.copies import chain_read_factor
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say

# A delta disk begins with its first grain and tables: something must be free.
LEAST_GIB = 0.0625
CONFIGURATION = (
    "vcpu",
    "memory_mib",
    "disk_gib",
    "disk_used_gib",
    "power_state",
    "health",
    "guest_version",
    "hostname",
    "address",
)
HERE = ["snapshot", "delta_gib", "delta_lab_at"]


@effect("snapshot.take", breaks=("datastore.space",))
def take(run: Run) -> None:
    """Freezes the running delta as the snapshot's own and begins a new one; StepFailed where there is no space."""
    vm, memory_gib = run.get(VirtualMachine), run.params["memory_gib"]
    require_space(vm.datastore, memory_gib + LEAST_GIB, run.lab_time)
    settle(vm, run.lab_time)
    snapshot = Snapshot.objects.create(
        vm=vm,
        parent=vm.snapshot,
        name=run.params["name"],
        note=run.params["note"],
        taken_lab_at=run.lab_time,
        memory_gib=memory_gib,
        with_memory=memory_gib > 0,
        delta_gib=vm.delta_gib if vm.snapshot else 0.0,
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
    vm.snapshot = snapshot.parent
    vm.delta_gib += run.memory["delta_gib"] if snapshot.parent_id else 0.0
    vm.save(update_fields=HERE)
    snapshot.delete()


class TakeForm(OperationForm):
    """What it is called, and whether the memory is kept."""

    name = forms.CharField(label=_("Name"), max_length=80, validators=[check_one_line])
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    with_memory = forms.BooleanField(label=_("With the VM's memory"), required=False)


class TakeSnapshot(VmOperation):
    """A point to which the guest can return."""

    name = "snapshot.take"
    title = _("Take a snapshot")
    primary = True
    form_class = TakeForm
    watched_fields = ("power_state", "snapshot_id")
    downtime_s = 0.0

    @property
    def memory_gib(self) -> float:
        """Memory in use that has to be written, 0 without."""
        if not self.values["with_memory"]:
            return 0.0
        return self.vm.memory_mib / MIB_PER_GIB * self.lab_figures["touched_memory_pct"] / 100

    def describe(self) -> Text:
        return say(_("Snapshot %(name)s of %(vm)s"), name=self.values["name"], vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """The hypervisor can; the datastore has room."""
        vm, memory = self.vm, self.values["with_memory"]
        if vm.is_template:
            return [Refusal(say(_("%(vm)s is a template: it does not change."), vm=vm.name))]
        if not self.can(Feature.SNAPSHOT):
            return [Refusal(say(_("%(kind)s has no snapshots."), kind=self.kind.name))]
        if vm.power_state == PowerState.SUSPENDED:
            resume = WayOut("vm.resume", vm, _("Resume it"))
            return [Refusal(say(_("%(vm)s is suspended: resume it first."), vm=vm.name), "", [resume])]
        if memory and vm.power_state != PowerState.RUNNING:
            return [Refusal(say(_("%(vm)s does not run: it has no memory to keep."), vm=vm.name), "with_memory")]
        if memory and not self.can(Feature.MEMORY_SNAPSHOT):
            return [Refusal(say(_("%(kind)s cannot keep the memory."), kind=self.kind.name), "with_memory")]
        return no_space(self.lab, vm.datastore, self.memory_gib + LEAST_GIB)

    def changes(self) -> Sequence[Change]:
        count = self.vm.snapshots.count()
        return [
            Change(_("Snapshots"), count, count + 1),
            Change(_("Memory written"), 0, round(self.memory_gib, 1), "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        """What the chain does to reads."""
        factor = chain_read_factor([0.0], self.timings)
        return [
            say(_("A read then asks one more delta disk: %(factor).2f times as long on a fresh one."), factor=factor)
        ]

    def plan(self) -> Plan:
        """The memory is written first, where it is kept; then the disk is frozen."""
        vm, gib = self.vm, self.memory_gib
        params = {"name": self.values["name"], "note": self.values["note"], "memory_gib": gib}
        needs = [*(in_memory_of(vm) if gib else worked_on_by(vm)), *room_for(vm.datastore, gib)]
        taking = PlannedStep("take", _("Take it"), self.timings.snapshot_s, take, untake, params, needs=needs)
        if not gib:
            return Plan([taking])
        write = memory_step("write", _("Write its memory to the datastore"), vm, gib, self.timings)
        return Plan([replace(write, needs=needs), taking])
