"""Taking a backup: a guest's disk as it is at a moment, copied in whole to the backup storage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Backup, VirtualMachine
from hosts.operations.backup.storage import RATE, from_disk
from hosts.operations.fields import not_offered, quiesced_field
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.copy_steps import full_disk_gib
from hosts.operations.needs import in_memory_of, read_from
from hosts.operations.refusals import NOT_QUIESCED, no_space, no_working_host, not_quiesced, not_well
from hosts.operations.snapshot.base import CONFIGURATION, QUIESCED
from hosts.operations.stun import TWO_STUNS, read_through_snapshot, temporary_gib
from hosts.services.guests import kept_workload
from virtlab.engine.hypervisors.hypervisor import Hypervisor, HypervisorClass
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut, flow_s
from virtlab.jobs.text import Text, say

FREEZE = "freeze"
FOR_A_NEW_VM = ("thin", "anti_affinity")
"""What a backup keeps of a guest beside what a snapshot does: the guest may be gone when it is needed."""
BACKUP_CRASH_CONSISTENT = _("It is crash-consistent: a VM that is restored from it starts as after a power cut.")
NOT_ITS_MEMORY = _("What the VM holds in memory is not in it.")
BY_AGENT = _("An agent in its operating system takes it, from a snapshot of its volumes.")


def by_agent(kind: Hypervisor) -> bool:
    """Whether an agent in the operating system backs up what runs: a physical server has no hypervisor that would, and
    where a snapshot always takes the memory too none is taken for it.
    """
    return kind.kind == HypervisorClass.NONE or kind.rules.memory_always is not None


@effect("backup.freeze")
def freeze(run: Run) -> None:
    """Remembers what the guest is at this moment: the backup is of this, however long its copy takes."""
    vm = run.get(VirtualMachine)
    configuration = {name: getattr(vm, name) for name in (*CONFIGURATION, *FOR_A_NEW_VM)}
    configuration |= {"disk_used_gib": full_disk_gib(vm, run.lab_time), "workload": kept_workload(vm)}
    run.remember(taken_lab_at=run.lab_time.isoformat(), configuration=configuration)


@effect("backup.take")
def take(run: Run) -> None:
    """The copy is whole: there is a backup from now on."""
    vm, frozen = run.get(VirtualMachine), run.result(FREEZE)
    taken_at = datetime.fromisoformat(frozen["taken_lab_at"])
    backup = Backup.objects.create(
        lab=vm.lab,
        cluster=vm.cluster,
        vm=vm,
        vm_name=vm.name,
        name=f"{vm.name[:60]} {localtime(taken_at):%Y-%m-%d %H:%M}",
        taken_lab_at=taken_at,
        gib=frozen["configuration"]["disk_used_gib"],
        quiesced=run.params["quiesced"],
        configuration=frozen["configuration"],
    )
    run.remember(backup=backup.pk)


@effect("backup.untake")
def untake(run: Run) -> None:
    """Nobody wants it any more."""
    Backup.objects.filter(pk=run.memory["backup"]).delete()


class BackupForm(OperationForm):
    """Whether the guest OS takes part."""

    quiesced = quiesced_field()

    def prepare(self) -> None:
        """An agent asks the guest OS itself; of the hypervisors some cannot."""
        if not isinstance(self.subject, VirtualMachine):
            return
        kind = HYPERVISORS[self.subject.cluster.hypervisor]
        if kind.rules.not_quiesced and not by_agent(kind):
            not_offered(self.fields["quiesced"], say(NOT_QUIESCED, kind=kind.name))


class TakeBackup(VmOperation):
    """Copies a guest's disk to the backup storage, while the guest may run."""

    name = "backup.take"
    title = _("Take a backup")
    sentence = _("Back up %(vm)s")
    group = _("Backups")
    form_class = BackupForm
    watched_fields = ("power_state", "disk_used_gib", "health")
    referring = ("backups", "snapshots")

    @property
    def downtime_s(self) -> float:
        return self.plan().down_s

    def check(self) -> Sequence[Refusal]:
        """A guest, whose hypervisor or agent reads its disk while it runs; only one that runs can be quiesced. Its
        datastore has room for the temporary snapshot.
        """
        vm = self.vm
        if vm.is_template:
            return [Refusal(say(_("%(vm)s is a template: it does not change."), vm=vm.name))]
        beside_gib = 0.0 if by_agent(self.kind) else temporary_gib(vm)
        return self._not_quiesced() or no_working_host(vm) or no_space(self, vm.datastore, beside_gib)

    def _not_quiesced(self) -> list[Refusal]:
        if not self.values["quiesced"]:
            return []
        without = WayOut(self.name, self.vm, _("Back it up without that"), {"quiesced": False})
        return not_quiesced(self.vm, self.kind, without, able=by_agent(self.kind))

    def changes(self) -> Sequence[Change]:
        count = self.vm.backups.count()
        return [
            Change(_("Backups"), count, count + 1),
            Change(_("Copied to the backup storage"), 0, round(self.seen_gib, 1), "GiB"),
        ]

    def notes(self) -> Sequence[Text]:
        """How consistent it is, what it keeps, and what backups cost."""
        vm, share = self.vm, self.lab_figures["backup_share_pct"]
        paid = _("Backup storage is paid for as %(share)g %% of the data in use, whether used or not.")
        notes = [say(paid, share=share)]
        if vm.power_state == PowerState.RUNNING:
            notes.insert(0, say(QUIESCED if self.values["quiesced"] else BACKUP_CRASH_CONSISTENT))
        if vm.power_state != PowerState.STOPPED:
            notes.insert(1, say(NOT_ITS_MEMORY))
        if by_agent(self.kind) and vm.power_state == PowerState.RUNNING:
            notes.append(say(BY_AGENT))
        if self.downtime_s:
            notes.append(say(TWO_STUNS))
        return [*notes, *not_well(vm, _("The system of %(vm)s is broken, and the backup keeps it so."))]

    def plan(self) -> Plan:
        """Its state is held fast; then its bytes in use are read once and written to the backup storage; a running
        guest's through a temporary snapshot.
        """
        vm, gib, rate = self.vm, self.seen_gib, self.lab_figures[RATE]
        needs = read_from(vm)
        asks_guest = in_memory_of(vm) if self.values["quiesced"] else []
        title, lasts_s = _("Hold its state fast"), self.timings.snapshot_s
        held = PlannedStep(FREEZE, title, lasts_s, freeze, needs=[*needs, *asks_guest])
        flow = from_disk(vm, gib, self.timings, rate)
        params = {"quiesced": bool(self.values["quiesced"])}
        title, lasts_s = _("Copy its disk to the backup storage"), flow_s(flow, gib, rate)
        physics = {"kind": "copy", "disk_gib": gib}
        copy = PlannedStep("copy", title, lasts_s, take, undo=untake, params=params, needs=needs, flow=flow)
        # Once it is whole it stays, whatever becomes of the snapshot that it was read through.
        copy = replace(copy, physics=physics, final=True)
        if by_agent(self.kind):
            return Plan([held, copy])
        return Plan(read_through_snapshot(vm, [held, copy], self.lab_figures))
