"""Giving a guest other amounts of vCPU and memory."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.models import VirtualMachine
from hosts.operations.capacity import why_full
from hosts.operations.move import MoveVm
from hosts.operations.power import with_guest_off
from virtlab.engine.timings import Timings
from virtlab.jobs.choices import Side
from virtlab.jobs.effects import Run, StepFailed, effect
from virtlab.jobs.operation import Operation, OperationForm
from virtlab.jobs.plans import Change, Plan, PlannedStep, Preview, Refusal, WayOut
from virtlab.jobs.text import Text, say


@effect("vm.set_size")
def set_size(run: Run) -> None:
    """Sets vCPU and memory; StepFailed where the host has no room for them any more."""
    vm = run.get(VirtualMachine)
    if vm.host and (why := why_full(vm.host, run.params["memory_mib"], vm)):
        raise StepFailed(why)
    run.remember(vcpu=vm.vcpu, memory_mib=vm.memory_mib)
    vm.vcpu, vm.memory_mib = run.params["vcpu"], run.params["memory_mib"]
    vm.save(update_fields=["vcpu", "memory_mib"])


@effect("vm.restore_size")
def restore_size(run: Run) -> None:
    """Gives back the vCPU and memory from before; StepFailed where the host has no room for them."""
    vm = run.get(VirtualMachine)
    if vm.host and (why := why_full(vm.host, run.memory["memory_mib"], vm)):
        raise StepFailed(why)
    vm.vcpu, vm.memory_mib = run.memory["vcpu"], run.memory["memory_mib"]
    vm.save(update_fields=["vcpu", "memory_mib"])


class ResizeForm(OperationForm):
    """The amounts afterwards."""

    vcpu = forms.IntegerField(label=_("vCPU"), min_value=1, max_value=1024)
    memory_mib = forms.IntegerField(label=_("Memory (MiB)"), min_value=128, max_value=64 * 1024 * 1024)

    def prepare(self) -> None:
        """Fills in what the guest has now."""
        if isinstance(self.subject, VirtualMachine):
            self.fields["vcpu"].initial = self.subject.vcpu
            self.fields["memory_mib"].initial = self.subject.memory_mib


class ResizeVm(Operation):
    """Resizes a guest; it is off meanwhile."""

    name = "vm.resize"
    title = _("Resize")
    side = Side.HOSTS
    form_class = ResizeForm
    subject_model = VirtualMachine
    counterpart = "instance.resize"
    watched_fields = ("vcpu", "memory_mib", "host_id", "power_state")

    @property
    def vm(self) -> VirtualMachine:
        """The guest."""
        assert isinstance(self.subject, VirtualMachine)
        return self.subject

    def describe(self) -> Text:
        """The job's title."""
        gib = self.values["memory_mib"] / 1024
        message = _("Resize %(vm)s to %(vcpu)s vCPU, %(gib).1f GiB")
        return say(message, vm=self.vm.name, vcpu=self.values["vcpu"], gib=gib)

    def check(self) -> Sequence[Refusal]:
        """The host must have the memory."""
        vm, memory_mib = self.vm, self.values["memory_mib"]
        if (vm.vcpu, vm.memory_mib) == (self.values["vcpu"], memory_mib):
            return [Refusal(say(_("%(vm)s has this size already."), vm=vm.name))]
        if vm.host is None or not (why := why_full(vm.host, memory_mib, vm)):
            return []
        return [Refusal(why, "memory_mib", [WayOut(MoveVm, vm, _("Move it to another host first"))])]

    def preview(self) -> Preview:
        """vCPU and memory before and after; the guest is off for the whole of it."""
        changes = [
            Change(_("vCPU"), self.vm.vcpu, self.values["vcpu"]),
            Change(_("Memory"), self.vm.memory_mib, self.values["memory_mib"], "MiB"),
        ]
        return Preview(changes, downtime_s=self.plan().duration_s)

    def plan(self) -> Plan:
        """Shut down, change, start."""
        timings = Timings()
        params = {"vcpu": self.values["vcpu"], "memory_mib": self.values["memory_mib"]}
        change = PlannedStep("set", _("Change its size"), timings.reconfigure_s, set_size, restore_size, params)
        return Plan(with_guest_off(self.vm, [change], timings))
