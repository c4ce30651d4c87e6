"""Hot add: whether vCPU and memory may change while a guest runs, where a hypervisor has that enabled while off."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from hosts.operations.fields import YES_NO
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.refusals import wrong_state_code
from hosts.operations.ways_out import stop
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

FLAGS = ("hot_add_cpu", "hot_add_memory")


@effect("vm.set_hot_add")
def set_hot_add(run: Run) -> None:
    """Sets both flags; StepFailed where the guest is not off any more."""
    vm = run.get(VirtualMachine)
    if vm.power_state != PowerState.STOPPED:
        raise StepFailed(_("%(vm)s is not stopped."), vm=vm.name)
    set_columns(run, vm, run.params)


@effect("vm.restore_hot_add")
def restore_hot_add(run: Run) -> None:
    """Gives back both flags from before."""
    restore_columns(run, run.get(VirtualMachine))


class HotAddForm(OperationForm):
    """What may change while it runs."""

    columns = FLAGS
    hot_add_cpu = forms.BooleanField(label=_("CPU hot add"), required=False)
    hot_add_memory = forms.BooleanField(label=_("Memory hot add"), required=False)


class SetHotAdd(VmOrTemplateOperation):
    """Enables or disables live changes of vCPU and memory while the guest is off."""

    name = "vm.set_hot_add"
    title = _("Hot add")
    sentence = _("Set hot add of %(vm)s")
    group = _("Settings")
    form_class = HotAddForm
    watched_fields = (*FLAGS, "power_state")

    def check(self) -> Sequence[Refusal]:
        """The hypervisor asks for it; the guest is off."""
        vm, rules = self.vm, self.kind.rules
        if not (rules.cpu_flag or rules.memory_flag):
            text = say(_("%(kind)s has no such setting: what it can change live, it always can."), kind=self.kind.name)
            return [Refusal(text)]
        if self.values["hot_add_memory"] and not rules.memory_flag:
            return [Refusal(say(_("%(kind)s adds no memory while a VM runs."), kind=self.kind.name), "hot_add_memory")]
        if vm.power_state == PowerState.STOPPED:
            return []
        text = say(_("%(vm)s is not off: hot add is set while a VM is off."), vm=vm.name)
        return [Refusal(text, "", self._ways_off(), code=wrong_state_code(self.kind))]

    def _ways_off(self) -> list[WayOut]:
        if self.vm.power_state == PowerState.SUSPENDED:
            return [WayOut("vm.discard_suspended", self.vm, _("Discard its kept memory"))]
        return stop(self.vm)

    def changes(self) -> Sequence[Change]:
        now, then = self.vm, self.values
        return [
            Change(_("CPU hot add"), YES_NO[now.hot_add_cpu], YES_NO[then["hot_add_cpu"]]),
            Change(_("Memory hot add"), YES_NO[now.hot_add_memory], YES_NO[then["hot_add_memory"]]),
        ]

    def notes(self) -> Sequence[Text | LazyText]:
        """What each costs."""
        cpu = _("CPU hot add switches virtual NUMA off: a VM larger than one NUMA node reads memory more slowly.")
        memory = _("Memory hot add makes the host keep a little more memory for the VM.")
        vmware = self.kind.rules.vcpu_wall is not None
        said = [(cpu, self.values["hot_add_cpu"]), (memory, self.values["hot_add_memory"])]
        return [note for note, on in said if on and vmware]

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in FLAGS}
        title = _("Set hot add")
        return Plan([PlannedStep("set", title, self.timings.reconfigure_s, set_hot_add, restore_hot_add, params)])
