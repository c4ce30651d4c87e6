"""Giving a guest other amounts of vCPU, memory and disk: live where its hypervisor can, else while it is off."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.fields import disk_field, memory_field, vcpu_field
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.guest.power_effects import AT_START, with_guest_off
from hosts.operations.needs import in_memory_of, room_for, worked_on_by
from hosts.operations.refusals import (
    disk_kept,
    no_memory_file,
    no_space,
    no_working_host,
    too_large,
    wrong_state_code,
)
from hosts.operations.stun import HOT_ADD_STUNS, hot_add_stun_steps
from hosts.operations.ways_out import add_host, wake
from hosts.rules.capacity import Need, why_full, why_slow
from hosts.rules.coming_up import coming_up
from hosts.rules.host_power import own_server
from hosts.rules.live_change import running_guest, why_stopped
from hosts.rules.memory_file import OF_ITS_MEMORY, file_now_gib, file_when_running_gib, takes_while_running
from hosts.services.deltas import keep_stalled
from hosts.services.space import require_space
from virtlab.engine.hypervisors.live_change import Sizes, StopReason, stop_reasons
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.load_notes import short_of_memory
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say

OWN_HARDWARE = _(
    "Without virtualization %(vm)s has what is built into %(host)s: its vCPU and memory change only with another "
    "server, to which it moves, or under a hypervisor."
)
SIZES = ("vcpu", "memory_mib", "disk_gib")


@effect("vm.set_size", breaks=("datastore.space",))
def set_size(run: Run) -> None:
    """Sets vCPU, memory and disk; StepFailed where there is no room for them any more."""
    vm = run.get(VirtualMachine)
    if run.params.get("disk_gib", vm.disk_gib) < vm.disk_gib:
        raise StepFailed(_("The disk of %(vm)s is larger by now, and a disk cannot shrink."), vm=vm.name)
    _require_room(run, vm, run.params, starts=vm.pk in set(coming_up(vm.lab_id)))
    set_columns(run, vm, run.params | _at_start(vm))


def _at_start(vm: VirtualMachine) -> dict[str, int]:
    """What a guest that runs on was started with: limits of later live changes go by it."""
    if vm.power_state != PowerState.RUNNING:
        return {}
    started = (vm.vcpu_at_start or vm.vcpu, vm.memory_at_start_mib or vm.memory_mib)
    return dict(zip(AT_START, started, strict=True))


@effect("vm.restore_size", breaks=("datastore.space",))
def restore_size(run: Run) -> None:
    """Gives back vCPU and memory from before; StepFailed where there is no room for them any more. A disk that grew
    stays as large: none ever shrinks.
    """
    vm = run.get(VirtualMachine)
    sizes = {name: size for name, size in run.memory.items() if name != "disk_gib"}
    _require_room(run, vm, sizes)
    restore_columns(run, vm, *sizes)
    if vm.disk_gib > run.memory.get("disk_gib", vm.disk_gib):
        run.log(say(_("The disk of %(vm)s stays at %(gib).1f GiB: no disk shrinks."), vm=vm.name, gib=vm.disk_gib))


def _require_room(run: Run, vm: VirtualMachine, sizes: Mapping[str, Any], *, starts: bool = False) -> None:
    """StepFailed where datastore or host have no room; `starts`: the guest is off, and this job starts it again."""
    need = Need(sizes.get("vcpu", vm.vcpu), sizes.get("memory_mib", vm.memory_mib))
    runs = starts or vm.power_state == PowerState.RUNNING
    if runs and vm.host and (why := why_full(vm.host, need, vm)):
        raise StepFailed(why)
    more_gib = file_growth_gib(vm, need.memory_mib)
    require_space(vm.datastore, extra_gib(vm, sizes.get("disk_gib", vm.disk_gib)) + more_gib, run.lab_time)
    if more_gib < 0:
        keep_stalled(vm.datastore, run.lab_time)


def extra_gib(vm: VirtualMachine, disk_gib: float) -> float:
    """What a larger disk takes of the datastore: all of it where it is thick, nothing yet where it is thin."""
    return 0.0 if vm.thin or vm.base_id else disk_gib - vm.disk_gib


def file_growth_gib(vm: VirtualMachine, memory_mib: int) -> float:
    """By what the file that stands for a running guest's memory grows with it; 0 for one that does not run."""
    now_gib = file_now_gib(vm)
    return file_when_running_gib(vm, memory_mib) - now_gib if now_gib else 0.0


class ResizeForm(OperationForm):
    """The amounts afterwards."""

    columns = SIZES
    vcpu = vcpu_field()
    memory_mib = memory_field()
    disk_gib = disk_field(0.0, required=False)

    def clean(self) -> dict[str, Any]:
        """Something must change: a form that nobody changed is not complete yet."""
        values, vm = self.cleaned_data, self.subject
        if not self.errors and all(getattr(vm, name) == values[name] for name in SIZES):
            raise forms.ValidationError(_("%(vm)s has this size already."), params={"vm": vm})
        return values

    def clean_disk_gib(self) -> float:
        """The disk as it is where none is given; never smaller.

        vSphere cannot shrink a disk; Hyper-V and KVM only while the guest is off, once its file system was made to fit.
        """
        vm, wanted = self.subject, self.cleaned_data.get("disk_gib")
        assert isinstance(vm, VirtualMachine)
        if wanted is None:
            return vm.disk_gib
        if wanted < vm.disk_gib:
            message = _("A disk cannot shrink: that of %(vm)s has %(now).1f GiB. A smaller one needs a new VM.")
            raise forms.ValidationError(message, params={"vm": vm.name, "now": vm.disk_gib})
        return float(wanted)


class ResizeVm(VmOrTemplateOperation):
    """Resizes a guest; whether it must be off meanwhile depends on its hypervisor."""

    name = "vm.resize"
    runs_on = True
    title = _("Resize")
    primary = True
    form_class = ResizeForm
    counterpart = "instance.resize"
    referring = ("snapshots", "linked_clones")
    watched_fields = (*SIZES, "host_id", "power_state", "hot_add_cpu", "hot_add_memory")

    @property
    def running(self) -> bool:
        """Whether the guest runs."""
        return self.vm.power_state == PowerState.RUNNING

    @property
    def live(self) -> bool:
        """Whether it happens while the guest runs."""
        return self.running and not self.needs_stop

    @cached_property
    def needs_stop(self) -> tuple[StopReason, ...]:
        """What cannot be done while it runs, and why."""
        vm, values = self.vm, self.values
        used_gib = self.active_gib if values["memory_mib"] < vm.memory_mib else 0.0
        ceiling = self.lab_figures["hotplug_ceiling"]
        guest = running_guest(vm, windows=self.windows, used_gib=used_gib, ceiling=ceiling)
        wanted = Sizes(values["vcpu"], values["memory_mib"] / MIB_PER_GIB, values["disk_gib"])
        return stop_reasons(self.kind, guest, wanted)

    def describe(self) -> Text:
        gib = self.values["memory_mib"] / MIB_PER_GIB
        message = _("Resize %(vm)s to %(vcpu)s vCPU, %(gib).1f GiB")
        return say(message, vm=self.vm.name, vcpu=self.values["vcpu"], gib=gib)

    def check(self) -> Sequence[Refusal]:
        """It may change; the hypervisor must support it; host and datastore must have room."""
        vm, values = self.vm, self.values
        return [
            *self._own_hardware(),
            *self._suspended(),
            *too_large(self.kind, values["vcpu"], values["memory_mib"], values["disk_gib"]),
            *([*disk_kept(vm, self.kind), *no_working_host(vm)] if self.grows else []),
            *self._no_space(),
            *self._room(),
        ]

    def _no_space(self) -> list[Refusal]:
        """For a larger disk, a larger file of its memory, or both."""
        vm, disk_gib = self.vm, extra_gib(self.vm, self.values["disk_gib"])
        memory_gib = file_growth_gib(vm, self.values["memory_mib"])
        if disk_gib or not memory_gib:
            return no_space(self, vm.datastore, disk_gib + memory_gib, "disk_gib")
        refusals = no_memory_file(self, vm, self.values["memory_mib"])
        return [replace(refusal, field="memory_mib") for refusal in refusals]

    @property
    def grows(self) -> bool:
        """Whether its disk becomes larger."""
        return bool(self.values["disk_gib"] > self.vm.disk_gib)

    def _own_hardware(self) -> list[Refusal]:
        """An OS has what is built into its server; another server is bought, or a hypervisor gives out parts of one."""
        vm, server = self.vm, own_server(self.vm)
        same = (vm.vcpu, vm.memory_mib) == (self.values["vcpu"], self.values["memory_mib"])
        if server is None or same:
            return []
        text = say(OWN_HARDWARE, vm=vm.name, host=server.name)
        virtualize = WayOut("cluster.change_hypervisor", vm.cluster, _("Install a hypervisor"))
        return [Refusal(text, "vcpu", [add_host(vm.cluster), virtualize])]

    def _suspended(self) -> list[Refusal]:
        """The kept memory is that of a machine of this size, its disk as large as the guest OS knows it."""
        vm = self.vm
        if vm.power_state != PowerState.SUSPENDED:
            return []
        text = say(_("%(vm)s is suspended: vCPU, memory and disk stay as its kept memory knows them."), vm=vm.name)
        return [Refusal(text, "", wake(vm), code=wrong_state_code(self.kind))]

    def _room(self) -> list[Refusal]:
        vm = self.vm
        if vm.host is None or vm.is_template or not self.running:
            return []
        why = self.why_full(vm.host, Need(self.values["vcpu"], self.values["memory_mib"]))
        return [Refusal(why, "memory_mib", self.make_room())] if why else []

    def changes(self) -> Sequence[Change]:
        vm, values = self.vm, self.values
        then_gib = file_when_running_gib(vm, values["memory_mib"])
        file = Change(OF_ITS_MEMORY, round(file_now_gib(vm), 1), round(then_gib, 1), "GiB")
        return [
            Change(_("vCPU"), vm.vcpu, values["vcpu"]),
            Change(_("Memory"), vm.memory_mib, values["memory_mib"], "MiB"),
            Change(_("Disk"), vm.disk_gib, values["disk_gib"], "GiB"),
            *([file] if file_now_gib(vm) else []),
        ]

    def figures(self) -> CostAndPower:
        return self.figures_with(**{name: self.values[name] for name in SIZES})

    @property
    def downtime_s(self) -> float | None:
        if self.live:
            return self.plan().down_s
        return self.plan().duration_s if self.running else None

    def notes(self) -> Sequence[Text]:
        """Whether it needs a stop, and why; what its load and a larger disk ask for."""
        vm, memory_mib = self.vm, self.values["memory_mib"]
        slow = why_slow(vm.host, self.values["vcpu"]) if vm.host else None
        short = short_of_memory(vm.workload_id, memory_mib, vm.memory_mib)
        larger = takes_while_running(vm, memory_mib) if memory_mib != vm.memory_mib and not vm.is_template else []
        return [*self._how(), *([slow] if slow else []), *short, *larger, *self._disk_notes()]

    def _how(self) -> list[Text]:
        if not self.running:
            return []
        if self.live and own_server(self.vm):
            return [
                say(_("Its disk grows while its OS runs: the volume first, whose size the server then reads anew."))
            ]
        if self.live:
            stuns = [say(HOT_ADD_STUNS)] if self._stun() else []
            return [say(_("%(kind)s does this while the guest runs."), kind=self.kind.name), *stuns]
        return [why_stopped(reason, self.kind) for reason in self.needs_stop]

    def _disk_notes(self) -> list[Text]:
        if not self.grows:
            return []
        inside = say(_("Then grow the partition and the file system inside the guest."))
        more_gib = self.values["disk_gib"] - self.vm.disk_gib
        return [inside, *(self.thin_notes(more_gib) if self.vm.thin else [])]

    def _stun(self) -> list[PlannedStep]:
        """Of a live change; a disk grows without one."""
        vm, values = self.vm, self.values
        adds = values["vcpu"] > vm.vcpu or values["memory_mib"] > vm.memory_mib
        return hot_add_stun_steps(vm, self.lab_figures) if adds else []

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in SIZES}
        title, lasts_s = _("Change its size"), self.timings.reconfigure_s
        down = self.running and not self.live
        back = [PlannedStep("set_back", _("Give it the size from before"), lasts_s, restore_size, down=down)]
        lost = [_("The larger disk stays: no disk shrinks.")] if self.values["disk_gib"] > self.vm.disk_gib else []
        disk_gib, memory_mib = extra_gib(self.vm, self.values["disk_gib"]), self.values["memory_mib"]
        room = room_for(self.vm.datastore, disk_gib)
        needs = [*worked_on_by(self.vm), *room] if self.grows else []
        change = PlannedStep("set", title, lasts_s, set_size, params=params, way_back=back, lost=lost, needs=needs)
        if self.live:
            room = room_for(self.vm.datastore, disk_gib + file_growth_gib(self.vm, memory_mib))
            return Plan([*self._stun(), replace(change, needs=[*in_memory_of(self.vm), *room])])
        change = replace(change, final=self.running, down=down)
        return Plan(with_guest_off(self.vm, [change], self.timings, memory_mib))
