"""Moving a guest to another host while it is off."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import Host, VirtualMachine
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.guest.power_effects import with_guest_off
from hosts.rules.disk_work import own_disks
from hosts.rules.power_on import why_not_there
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.operations.refusals import busy
from virtlab.jobs.text import Text, say


@effect("vm.set_host")
def set_host(run: Run) -> None:
    """Registers the guest on another host; StepFailed where that one is not on any more, or has no room for one that is
    to start there.
    """
    vm = run.get(VirtualMachine)
    _require(run.get(Host, run.params["host"]), vm, starts=run.params.get("starts", True))
    set_columns(run, vm, {"host": run.params["host"]})


@effect("vm.restore_host")
def restore_host(run: Run) -> None:
    """Registers the guest where it was; StepFailed where that is not on, or has no room for one that is to start."""
    vm, before = run.get(VirtualMachine), run.memory["host"]
    if before:
        _require(run.get(Host, before), vm, starts=run.params.get("starts", True))
    restore_columns(run, vm)


def _require(host: Host, vm: VirtualMachine, *, starts: bool) -> None:
    if why := why_not_there(host, vm, starts=starts):
        raise StepFailed(why)


class MoveForm(OperationForm):
    """Where to."""

    host = forms.ModelChoiceField(label=_("Host"), queryset=Host.objects.none())

    def prepare(self) -> None:
        field = self.fields["host"]
        if isinstance(self.subject, VirtualMachine) and isinstance(field, forms.ModelChoiceField):
            here = self.subject.host_id or 0
            field.queryset = (
                Host.objects.filter(cluster_id=self.subject.cluster_id).exclude(pk=here).select_related("cluster")
            )


class MoveVm(VmOrTemplateOperation):
    """Moves a guest on shared storage to another host of its cluster; it is off meanwhile."""

    name = "vm.move"
    runs_on = True
    title = _("Move while off")
    form_class = MoveForm
    target_param = "host"
    watched_fields = ("host_id", "memory_mib", "power_state")

    @property
    def target(self) -> Host:
        """The host it moves to."""
        host: Host = self.values["host"]
        return host

    @property
    def runs(self) -> bool:
        """Whether it runs, and is started again there."""
        return self.vm.power_state == PowerState.RUNNING

    def describe(self) -> Text:
        return say(_("Move %(vm)s to %(host)s"), vm=self.vm.name, host=self.target.name)

    def check(self) -> Sequence[Refusal]:
        """Its disks must be where the host reads them; the host must be on, and have the memory for one that runs."""
        if self.vm.host and own_disks(self.vm.cluster.hypervisor):
            return [self._disks_stay(self.vm.host)]
        if self.vm.pinned and self.vm.host:
            return [Refusal(say(_("%(vm)s is pinned to %(host)s."), vm=self.vm.name, host=self.vm.host.name))]
        if self.target.state != HostState.ON and (job := self.holder_of(self.target)):
            return [replace(busy(self.target.name, job), field="host")]
        why = why_not_there(self.target, self.vm, self.guests, self.members(self.vm.anti_affinity), starts=self.runs)
        return [Refusal(why, "host")] if why else []

    def _disks_stay(self, host: Host) -> Refusal:
        """Nothing but a copy of its disk takes a guest out of a desktop hypervisor's host."""
        message = _("%(kind)s keeps the disk of %(vm)s in %(host)s itself: no other host can read it.")
        backup = self.vm.backups.order_by("-taken_lab_at", "-pk").first()
        take = WayOut("backup.take", self.vm, _("Back it up, to restore it as a new VM"))
        restore = WayOut("backup.restore", backup, _("Restore its newest backup as a new VM"))
        return Refusal(
            say(message, kind=self.kind.name, vm=self.vm.name, host=host.name), "host", [restore if backup else take]
        )

    def changes(self) -> Sequence[Change]:
        return [Change(_("Host"), self.vm.host or "–", self.target)]

    def figures(self) -> CostAndPower:
        return self.figures_with(host_id=self.target.pk)

    @property
    def downtime_s(self) -> float | None:
        """The guest is off for the whole of it; one that is off already misses nothing."""
        return self.plan().down_s if self.runs else None

    def plan(self) -> Plan:
        """Shut down, register on the other host, start."""
        params, lasts_s = {"host": self.target.pk, "starts": self.runs}, self.timings.reconfigure_s
        title = _("Register it where it was")
        back = [PlannedStep("move_back", title, lasts_s, restore_host, params={"starts": self.runs}, down=self.runs)]
        title = _("Register it there")
        move = PlannedStep("move", title, lasts_s, set_host, params=params, way_back=back, down=self.runs)
        return Plan(with_guest_off(self.vm, [move], self.timings))

    def holds(self) -> Sequence[Held]:
        """The guest alone; both hosts are mentioned."""
        hosts = [host for host in (self.vm.host, self.target) if host]
        return [Held(self.vm), *(Held(host, exclusive=False) for host in hosts)]
