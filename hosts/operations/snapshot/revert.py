"""Going back to a snapshot: disk, configuration, and memory where it was kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.live.facts import EstateFacts, GuestFacts
from hosts.live.space import delta_gib, why_no_space
from hosts.live.what_if import ChangeScope, CostAndPower, baseline, what_if_of
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.guest.memory_steps import memory_copied, memory_read
from hosts.operations.guest.power_effects import power_off_step
from hosts.operations.needs import host_on, room_for, room_for_memory_file, worked_on_by
from hosts.operations.refusals import no_working_host
from hosts.operations.snapshot.base import CONFIGURATION, HERE, TO_THE_END, SnapshotOperation
from hosts.operations.ways_out import grow, make_room, stop
from hosts.rules.capacity import Need, why_full
from hosts.rules.memory_file import file_now_gib, file_when_running_gib, no_room_for_file
from hosts.services.deltas import keep_stalled
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say

MEMORY_LOST = {
    PowerState.RUNNING: _("What %(vm)s holds in memory is lost: it ends at once, as if its plug were pulled."),
    PowerState.SUSPENDED: _("What is kept of the memory of %(vm)s is lost."),
}
RUNS = "VBOX_E_INVALID_VM_STATE"
"""VirtualBox's code, the only one that refuses."""
STAYS_OFF = _("What %(vm)s held in memory is gone: it stays off, and its disk as it was then.")
SAVED = _("%(kind)s leaves it suspended: resume it, and its memory is read then.")
KEPT = "suspended_gib"
GUEST_COLUMNS = frozenset([*CONFIGURATION, KEPT]) & frozenset(GuestFacts._fields)
RESTORED = [*CONFIGURATION, *HERE, KEPT]


def configuration_of(snapshot: Snapshot, vm: VirtualMachine) -> dict[str, Any]:
    """What the guest has after going back; what an older snapshot does not say stays. Without memory it is off. With
    memory it is suspended where the snapshot is of a suspended guest, or the hypervisor leaves it so; else it runs.
    """
    configuration = {name: snapshot.configuration.get(name, getattr(vm, name)) for name in CONFIGURATION}
    saved = configuration["power_state"] == PowerState.SUSPENDED or _kind(vm).rules.reverted_to_saved
    suspended = snapshot.with_memory and saved
    awake = PowerState.RUNNING if snapshot.with_memory else PowerState.STOPPED
    state = PowerState.SUSPENDED if suspended else awake
    return configuration | {"power_state": state, KEPT: snapshot.memory_gib if suspended else 0.0}


def _kind(vm: VirtualMachine) -> Kind:
    return HYPERVISORS[vm.cluster.hypervisor]


def why_running(vm: VirtualMachine) -> Text | None:
    """Why a guest goes back to no snapshot as long as it runs, in words; None where it does."""
    if vm.power_state != PowerState.RUNNING or not _kind(vm).rules.not_reverted_running:
        return None
    return say(_("%(kind)s takes no VM back to a snapshot while it runs: stop %(vm)s first."), **_words(vm))


def _words(vm: VirtualMachine) -> dict[str, str]:
    return {"kind": _kind(vm).name, "vm": vm.name}


def why_not_back(snapshot: Snapshot) -> Text | None:
    """Why its guest cannot go back to it, in words; None where it can."""
    vm = snapshot.vm
    after = configuration_of(snapshot, vm)
    if after["power_state"] != PowerState.RUNNING:
        return why_no_room(snapshot)
    if vm.host is None or vm.host.state != HostState.ON:
        return say(_("%(vm)s is on no host that is on: its memory has nowhere to go."), vm=vm.name)
    return why_full(vm.host, Need(after["vcpu"], after["memory_mib"]), vm) or why_no_room(snapshot)


def why_no_room(snapshot: Snapshot) -> Text | None:
    """Why its datastore has no room for what is kept of the memory then, or the file that stands for it, in words; what
    there is of either now goes.
    """
    vm = snapshot.vm
    after, lab_at = configuration_of(snapshot, vm), vm.lab.lab_time()
    kept_gib = after["suspended_gib"] - vm.suspended_gib
    if after["power_state"] != PowerState.RUNNING:
        return why_no_space(vm.datastore, kept_gib, lab_at)
    more_gib = file_when_running_gib(vm, after["memory_mib"]) - file_now_gib(vm)
    why = why_no_space(vm.datastore, more_gib + kept_gib, lab_at)
    return no_room_for_file(vm.cluster.hypervisor, why) if why else None


@effect("snapshot.revert", breaks=("vm.running", "vm.copied_whole", "datastore.space"))
def revert(run: Run) -> None:
    """Back to the snapshot; what was written since is gone. StepFailed where it is to run and has no room."""
    snapshot = run.get(Snapshot, run.params["snapshot"])
    vm = snapshot.vm
    if why := why_running(vm) or why_not_back(snapshot):
        raise StepFailed(why)
    keep_stalled(vm.datastore, run.lab_time)
    for name, value in configuration_of(snapshot, vm).items():
        setattr(vm, name, value)
    vm.snapshot, vm.delta_gib, vm.delta_lab_at = snapshot, 0.0, run.lab_time
    vm.save(update_fields=RESTORED)


class RevertSnapshot(SnapshotOperation):
    """Takes the guest back to a snapshot."""

    name = "snapshot.revert"
    title = _("Go back to it")
    primary = True
    watched_fields = ("delta_gib",)

    def describe(self) -> Text:
        return say(_("Take %(vm)s back to %(name)s"), vm=self.vm.name, name=self.snapshot.name)

    def check(self) -> Sequence[Refusal]:
        """Some hypervisors take none back that runs. Where it is to run, its host must have room for what it had."""
        if why := why_running(self.vm):
            return [Refusal(why, "", stop(self.vm), code=RUNS)]
        if why := why_no_room(self.snapshot):
            return [Refusal(why, "", grow(self.vm.datastore))]
        why = why_not_back(self.snapshot)
        return [Refusal(why, "", self._room())] if why else no_working_host(self.vm)

    def _room(self) -> list[WayOut]:
        """On its host, where it is to run; else its memory is kept on its datastore."""
        if configuration_of(self.snapshot, self.vm)["power_state"] == PowerState.RUNNING:
            return make_room(self.vm)
        return [WayOut("datastore.grow", self.vm.datastore, _("Grow the datastore"))]

    def changes(self) -> Sequence[Change]:
        vm, after = self.vm, configuration_of(self.snapshot, self.vm)
        return [
            Change(_("vCPU"), vm.vcpu, after["vcpu"]),
            Change(_("Memory"), vm.memory_mib, after["memory_mib"], "MiB"),
            Change(_("Disk"), vm.disk_gib, after["disk_gib"], "GiB"),
            Change(_("Disk in use"), round(vm.disk_used_gib, 1), round(after["disk_used_gib"], 1), "GiB"),
            Change(_("State"), PowerState(vm.power_state).label, PowerState(after["power_state"]).label),
            Change(_("Guest OS"), GuestHealth(vm.health).label, GuestHealth(after["health"]).label),
            Change(_("Updates applied"), vm.guest_version, after["guest_version"]),
        ]

    def figures(self) -> CostAndPower:
        """Of its cluster, as the guest is now and as it will be."""
        vm, now = self.vm, baseline(self.lab, self.vm.cluster_id)
        after = {name: value for name, value in configuration_of(self.snapshot, vm).items() if name in GUEST_COLUMNS}
        after |= {"snapshot_id": self.snapshot.pk, "delta_gib": 0.0, "delta_lab_at": now.lab_at}

        def change(facts: EstateFacts) -> EstateFacts:
            return facts._replace(guests=[g._replace(**after) if g.pk == vm.pk else g for g in facts.guests])

        return what_if_of(self.lab, change, now, ChangeScope(vm.pk, {vm.host_id}))

    @property
    def downtime_s(self) -> float | None:
        """Until it goes on from its memory; without memory it stays off, and one that was off misses nothing."""
        after = configuration_of(self.snapshot, self.vm)["power_state"]
        goes_on = self.vm.power_state == after == PowerState.RUNNING
        return self.plan().down_s if goes_on else None

    def notes(self) -> Sequence[Text]:
        """What is lost: blocks that were written anew, and those by which more of the disk is in use since."""
        vm = self.vm
        grown_gib = max(vm.disk_used_gib - configuration_of(self.snapshot, vm)["disk_used_gib"], 0.0)
        lost_gib = delta_gib(vm, self.lab.lab_time()) + grown_gib
        written = say(_("What was written since is lost: %(gib).1f GiB."), gib=lost_gib)
        memory = MEMORY_LOST.get(PowerState(self.vm.power_state))
        saved = self.snapshot.with_memory and _kind(vm).rules.reverted_to_saved
        to_the_end = say(TO_THE_END, kind=_kind(vm).name)
        return [
            written,
            *([say(memory, vm=vm.name)] if memory else []),
            *([say(SAVED, kind=_kind(vm).name)] if saved else []),
            *([to_the_end] if _kind(vm).rules.reverts_to_the_end else []),
        ]

    def plan(self) -> Plan:
        """A running guest ends; the memory is read back where it was kept, and the guest goes on from there, or copied
        for one that is suspended afterwards.
        """
        vm, gib = self.vm, self.snapshot.memory_gib
        after = configuration_of(self.snapshot, vm)
        state, kept_gib = after["power_state"], after[KEPT] - vm.suspended_gib
        wakes = state == PowerState.RUNNING
        at_work = [host_on(host=vm.host_id)] if vm.host_id and wakes else worked_on_by(vm)
        file = room_for_memory_file(vm, after["memory_mib"], beside_gib=vm.suspended_gib) if wakes else []
        needs = [*at_work, *file, *room_for(vm.datastore, kept_gib)]
        size = {name: after[name] for name in ("vcpu", "memory_mib")} if wakes else {}
        params = {"snapshot": self.snapshot.pk, "power_state": str(state), **size}
        back = PlannedStep("revert", _("Go back"), self.timings.snapshot_s, revert, params=params)
        steps = [*([self._memory(gib, wakes=wakes)] if gib else []), back]
        to_the_end = _kind(vm).rules.reverts_to_the_end is not None
        steps = [replace(step, final=to_the_end, interruptible=not to_the_end) for step in steps]
        return Plan([*self._end(), *(replace(step, needs=needs, down=True) for step in steps)])

    def _memory(self, gib: float, *, wakes: bool) -> PlannedStep:
        """Of a guest that goes on it is read; of one that is suspended afterwards its file is copied."""
        if wakes:
            return memory_read("read", _("Read its memory from the datastore"), self.vm, gib, self.timings)
        return memory_copied("read", _("Copy its kept memory"), self.vm, gib, self.timings)

    def _end(self) -> list[PlannedStep]:
        """Other memory takes the place of what a running guest holds: from then on there is nothing to return to."""
        vm = self.vm
        if vm.power_state != PowerState.RUNNING:
            return []
        return [replace(power_off_step(), lost=[say(STAYS_OFF, vm=vm.name)], down=True)]
