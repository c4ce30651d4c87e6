"""Giving a guest other amounts of vCPU, memory and disk: live where its hypervisor can, else while it is off."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import require_space, why_no_space
from hosts.models import VirtualMachine
from hosts.operations.fields import disk_field, memory_field, vcpu_field
from hosts.operations.guest.base import GuestOperation
from hosts.operations.guest.power_effects import with_guest_off
from hosts.operations.ways_out import way, ways_to_room
from hosts.rules.capacity import Need, why_full
from virtlab.engine.hypervisors.hypervisor import Change as Live
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Message, Text, say
from virtlab.web.hypervisors.words import CHANGES

SIZES = ["vcpu", "memory_mib", "disk_gib"]


@effect("vm.set_size")
def set_size(run: Run) -> None:
    """Sets vCPU, memory and disk; StepFailed where there is no room for them any more."""
    vm = run.get(VirtualMachine)
    size = {name: run.params.get(name, getattr(vm, name)) for name in SIZES}
    if vm.power_state == PowerState.RUNNING and vm.host:
        _require_room(vm, size["vcpu"], size["memory_mib"])
    if size["disk_gib"] < vm.disk_used_gib and size["disk_gib"] < vm.disk_gib:
        raise StepFailed(_("%(vm)s uses more of its disk by now."), vm=vm.name)
    require_space(vm.datastore, extra_gib(vm, size["disk_gib"]), run.lab_time)
    run.remember(**{name: getattr(vm, name) for name in SIZES})
    _save(vm, size)


@effect("vm.restore_size")
def restore_size(run: Run) -> None:
    """Gives back the sizes from before; StepFailed where the host has no room for them."""
    vm = run.get(VirtualMachine)
    size = {name: run.memory.get(name, getattr(vm, name)) for name in SIZES}
    if vm.power_state == PowerState.RUNNING and vm.host:
        _require_room(vm, size["vcpu"], size["memory_mib"])
    require_space(vm.datastore, extra_gib(vm, size["disk_gib"]), run.lab_time)
    _save(vm, size)


def _require_room(vm: VirtualMachine, vcpu: int, memory_mib: int) -> None:
    if vm.host and (why := why_full(vm.host, Need(vcpu, memory_mib), vm)):
        raise StepFailed(why)


def _save(vm: VirtualMachine, size: dict[str, float]) -> None:
    vm.vcpu, vm.memory_mib, vm.disk_gib = int(size["vcpu"]), int(size["memory_mib"]), size["disk_gib"]
    vm.save(update_fields=SIZES)


def extra_gib(vm: VirtualMachine, disk_gib: float) -> float:
    """What a larger disk takes of the datastore: all of it where it is thick, nothing yet where it is thin."""
    return 0.0 if vm.thin or vm.base_id else disk_gib - vm.disk_gib


class ResizeForm(OperationForm):
    """The amounts afterwards."""

    vcpu = vcpu_field()
    memory_mib = memory_field()
    disk_gib = disk_field(0.0, required=False)

    def prepare(self) -> None:
        """Fills in what the guest has now."""
        if isinstance(self.subject, VirtualMachine):
            for name in SIZES:
                self.fields[name].initial = getattr(self.subject, name)

    def clean_disk_gib(self) -> float:
        """The disk as it is where none is given; never smaller than what is in use."""
        vm, wanted = self.subject, self.cleaned_data.get("disk_gib")
        assert isinstance(vm, VirtualMachine)
        if wanted is None:
            return vm.disk_gib
        if wanted < vm.disk_gib and wanted < vm.disk_used_gib:
            words = {"used": vm.disk_used_gib, "wanted": wanted}
            raise forms.ValidationError(_("%(used).1f GiB are in use: the disk cannot shrink to %(wanted).1f GiB."),
                                        params=words)  # fmt: skip
        return float(wanted)


class ResizeVm(GuestOperation):
    """Resizes a guest; whether it must be off meanwhile depends on its hypervisor."""

    name = "vm.resize"
    title = _("Resize")
    primary = True
    form_class = ResizeForm
    counterpart = "instance.resize"
    watched_fields = ("vcpu", "memory_mib", "disk_gib", "host_id", "power_state")

    @property
    def live(self) -> bool:
        """Whether it happens while the guest runs."""
        return self.vm.power_state == PowerState.RUNNING and not self.needs_stop

    @property
    def needs_stop(self) -> tuple[Live, ...]:
        """What its hypervisor cannot do while it runs."""
        return self.kind.needs_stop(
            cpu=self.values["vcpu"] - self.vm.vcpu,
            memory=self.values["memory_mib"] - self.vm.memory_mib,
            disk=self.values["disk_gib"] - self.vm.disk_gib,
        )

    def describe(self) -> Text:
        """The job's title."""
        gib = self.values["memory_mib"] / MIB_PER_GIB
        message = _("Resize %(vm)s to %(vcpu)s vCPU, %(gib).1f GiB")
        return say(message, vm=self.vm.name, vcpu=self.values["vcpu"], gib=gib)

    def check(self) -> Sequence[Refusal]:
        """Something must change; the hypervisor must support the size; host and datastore must have room."""
        vm, values = self.vm, self.values
        if all(getattr(vm, name) == values[name] for name in SIZES):
            return [Refusal(say(_("%(vm)s has this size already."), vm=vm.name))]
        return [*self._supported(), *self._disk(), *self._room()]

    def _supported(self) -> list[Refusal]:
        found = []
        for change in self.kind.too_large(self.values["vcpu"], self.values["memory_mib"] / MIB_PER_GIB):
            limit = self.kind.most_vcpu if change is Live.ADD_CPU else self.kind.most_memory_gib
            assert limit is not None
            text = say(_("%(kind)s supports at most %(most)s %(unit)s for one guest."), kind=self.kind.name,
                       most=f"{limit.value:g}", unit=limit.unit)  # fmt: skip
            found.append(Refusal(text, "vcpu" if change is Live.ADD_CPU else "memory_mib"))
        return found

    def _disk(self) -> list[Refusal]:
        vm, wanted = self.vm, self.values["disk_gib"]
        if wanted < vm.disk_gib and (vm.snapshots.exists() or vm.base_id):
            text = say(_("The disk of %(vm)s cannot shrink under its snapshots or its base."), vm=vm.name)
            return [Refusal(text, "disk_gib")]
        why = why_no_space(vm.datastore, extra_gib(vm, wanted), self.lab.lab_time())
        return [Refusal(why, "disk_gib", way("datastore.grow", vm.datastore, _("Grow the datastore")))] if why else []

    def _room(self) -> list[Refusal]:
        vm = self.vm
        if vm.host is None or vm.is_template or vm.power_state != PowerState.RUNNING:
            return []
        why = self.why_full(vm.host, Need(self.values["vcpu"], self.values["memory_mib"]))
        return [Refusal(why, "memory_mib", ways_to_room(vm))] if why else []

    def preview(self) -> Preview:
        """Sizes before and after; whether it needs a stop, and how long users notice that."""
        changes = [
            Change(_("vCPU"), self.vm.vcpu, self.values["vcpu"]),
            Change(_("Memory"), self.vm.memory_mib, self.values["memory_mib"], "MiB"),
            Change(_("Disk"), self.vm.disk_gib, self.values["disk_gib"], "GiB"),
        ]
        money, watts = self.figures(**{name: self.values[name] for name in SIZES})
        running = self.vm.power_state == PowerState.RUNNING
        downtime_s = 0.0 if self.live else self.plan().duration_s if running else None
        return Preview(changes, money, watts, downtime_s, self._notes())

    def _notes(self) -> list[Text | Message]:
        if self.vm.power_state != PowerState.RUNNING:
            return []
        if self.live:
            return [say(_("%(kind)s does this while the guest runs."), kind=self.kind.name)]
        why = [say(_("Needs a stop: %(kind)s cannot do this on a running guest: %(change)s."), kind=self.kind.name,
                   change=CHANGES[change]) for change in self.needs_stop]  # fmt: skip
        return list(why)

    def plan(self) -> Plan:
        """At once where it is live, else: shut down, change, start."""
        params = {name: self.values[name] for name in SIZES}
        title = _("Change its size")
        change = PlannedStep("set", title, self.timings.reconfigure_s, set_size, restore_size, params)
        return Plan([change] if self.live else with_guest_off(self.vm, [change], self.timings))
