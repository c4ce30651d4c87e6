"""Moving a guest to another host while it is off."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState
from hosts.models import Host, VirtualMachine
from hosts.operations.guest.power_effects import with_guest_off
from hosts.rules.capacity import Need, room_of, why_apart
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say


@effect("vm.set_host")
def set_host(run: Run) -> None:
    """Registers the guest on another host; StepFailed where that one has no room or is not on any more."""
    _register(run, run.get(Host, run.params["host"]))


@effect("vm.restore_host")
def restore_host(run: Run) -> None:
    """Registers the guest where it was; StepFailed where that has no room any more."""
    before = run.memory["host"]
    _register(run, run.get(Host, before) if before else None)


def _register(run: Run, host: Host | None) -> None:
    vm = run.get(VirtualMachine)
    if host and (why := why_not_there(host, vm)):
        raise StepFailed(why)
    run.remember(host=vm.host_id)
    vm.host = host
    vm.save(update_fields=["host"])


def why_not_there(host: Host, vm: VirtualMachine) -> Text | None:
    """Why a guest may not be on a host, in words; None where it may."""
    if host.state != HostState.ON:
        return say(_("Host %(host)s is not on."), host=host.name)
    return why_apart(host, vm) or room_of(host, vm).why_not(Need.of(vm))


class MoveForm(OperationForm):
    """Where to."""

    host = forms.ModelChoiceField(label=_("Host"), queryset=Host.objects.none())

    def prepare(self) -> None:
        """Offers the other hosts of the guest's cluster."""
        field = self.fields["host"]
        if isinstance(self.subject, VirtualMachine) and isinstance(field, forms.ModelChoiceField):
            here = self.subject.host_id or 0
            field.queryset = Host.objects.filter(cluster_id=self.subject.cluster_id).exclude(pk=here)


class MoveVm(Operation):
    """Moves a guest on shared storage to another host of its cluster; it is off meanwhile."""

    name = "vm.move"
    title = _("Move while off")
    side = Side.HOSTS
    form_class = MoveForm
    subject_model = VirtualMachine
    watched_fields = ("host_id", "memory_mib", "power_state")

    @property
    def vm(self) -> VirtualMachine:
        """The guest."""
        assert isinstance(self.subject, VirtualMachine)
        return self.subject

    @property
    def target(self) -> Host:
        """The host it moves to."""
        host: Host = self.values["host"]
        return host

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Move %(vm)s to %(host)s"), vm=self.vm.name, host=self.target.name)

    def check(self) -> Sequence[Refusal]:
        """The host must be on and have the memory."""
        if self.vm.pinned and self.vm.host:
            return [Refusal(say(_("%(vm)s is pinned to %(host)s."), vm=self.vm.name, host=self.vm.host.name))]
        why = why_not_there(self.target, self.vm)
        return [Refusal(why, "host")] if why else []

    def preview(self) -> Preview:
        """The host before and after; the guest is off for the whole of it."""
        return Preview([Change(_("Host"), self.vm.host or "–", self.target)], downtime_s=self.plan().duration_s)

    def plan(self) -> Plan:
        """Shut down, register on the other host, start."""
        params = {"host": self.target.pk}
        step = PlannedStep("move", _("Register it there"), self.timings.reconfigure_s, set_host, restore_host, params)
        return Plan(with_guest_off(self.vm, [step], self.timings))

    def holds(self) -> Sequence[Held]:
        """The guest alone; both hosts are mentioned."""
        hosts = [host for host in (self.vm.host, self.target) if host]
        return [Held(self.vm), *(Held(host, exclusive=False) for host in hosts)]
