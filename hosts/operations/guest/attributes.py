"""A guest's name, where it must or must not be, and whether vCPU and memory may change while it runs (hot add)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState, SetApart
from hosts.models import VirtualMachine
from hosts.operations.fields import YES_NO, check_host_name, name_field, require_free_name
from hosts.operations.guest.base import VmOperation, VmOrTemplateOperation
from hosts.operations.refusals import wrong_state_code
from hosts.operations.ways_out import turn_off, wake
from hosts.rules.anti_affinity import group_members, who_of_group
from hosts.rules.live_change import why_named_so, why_not_inside
from hosts.services.guests import require_name
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

NAMES = ("name", "hostname")
RULES = ("pinned", "anti_affinity")
FLAGS = ("hot_add_cpu", "hot_add_memory")
# Microsoft Learn, Rename-Computer: "restarts it to make the change effective".
NEXT_RESTART = _("Windows takes its new host name with its next restart: until then it answers to the one before.")
AT_ONCE = _("A running Linux takes its new host name at once (hostnamectl); services may need a restart.")


@effect("vm.set_name", names={"vm.name": "name"})
def set_name(run: Run) -> None:
    """Renames; StepFailed where the name was taken meanwhile, or it keeps one of its names as it is by now."""
    vm = run.get(VirtualMachine)
    if vm.name != run.params["name"]:
        if why := why_named_so(vm):
            raise StepFailed(why)
        require_name(run.lab, run.params["name"])
    if vm.hostname != run.params["hostname"] and (why := why_not_inside(vm)):
        raise StepFailed(why)
    set_columns(run, vm, run.params)


@effect("vm.restore_name")
def restore_name(run: Run) -> None:
    """Gives back the name from before; StepFailed where another has it."""
    require_name(run.lab, run.memory["name"])
    restore_columns(run, run.get(VirtualMachine))


class RenameForm(OperationForm):
    """The new names."""

    columns = NAMES
    name = name_field()
    hostname = forms.CharField(label=_("Host name"), max_length=63, required=False, validators=[check_host_name])

    def clean_name(self) -> str:
        return require_free_name(self.lab, self.cleaned_data["name"], self.subject)


class RenameVm(VmOrTemplateOperation):
    """Gives a guest or template another name, while it runs where its hypervisor does so."""

    name = "vm.rename"
    title = _("Rename")
    group = _("Settings")
    form_class = RenameForm
    counterpart = "instance.rename"
    watched_fields = (*NAMES, "power_state")
    downtime_s = 0.0

    def check(self) -> Sequence[Refusal]:
        """Its hypervisor gives it another name as it is, and its system another host name."""
        vm, values = self.vm, self.values
        why = why_named_so(vm) if values["name"] != vm.name else None
        inside = why_not_inside(vm) if values["hostname"] != vm.hostname else None
        return [
            *([Refusal(why, "name", turn_off(vm))] if why else []),
            *([Refusal(inside, "hostname", wake(vm))] if inside else []),
        ]

    def notes(self) -> Sequence[Text]:
        """When a running system takes its new host name."""
        if self.vm.power_state != PowerState.RUNNING or self.values["hostname"] == self.vm.hostname:
            return []
        return [say(NEXT_RESTART if self.windows else AT_ONCE)]

    def describe(self) -> Text:
        return say(_("Rename %(vm)s to %(name)s"), vm=self.vm.name, name=self.values["name"])

    def changes(self) -> Sequence[Change]:
        hostnames = Change(_("Host name"), self.vm.hostname or "–", self.values["hostname"] or "–")
        return [Change(_("Name"), self.vm.name, self.values["name"]), hostnames]

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in NAMES}
        step = PlannedStep(
            "set", _("Rename it"), self.timings.reconfigure_s, set_name, undo=restore_name, params=params
        )
        return Plan([step])


@effect("vm.set_placement")
def set_placement(run: Run) -> None:
    """Sets pin and anti-affinity group; StepFailed where one of the group is on its host by now."""
    vm = run.get(VirtualMachine)
    group = run.params["anti_affinity"]
    if vm.host and (why := who_of_group(vm.host, group, group_members(vm.lab_id, [group]), vm.pk)):
        raise StepFailed(why)
    set_columns(run, vm, run.params)


@effect("vm.restore_placement")
def restore_placement(run: Run) -> None:
    """Gives back pin and group from before."""
    restore_columns(run, run.get(VirtualMachine))


class PlacementForm(OperationForm):
    """Where it must be and with whom it must not be."""

    columns = RULES
    pinned = forms.BooleanField(label=_("Pinned to its host"), required=False)
    anti_affinity = forms.CharField(
        label=_("Anti-affinity group"), max_length=40, required=False, help_text=_("No two of a group share a host.")
    )


class SetPlacement(VmOperation):
    """Pins a guest to its host, or keeps it apart from others."""

    name = "vm.set_placement"
    counterpart = "instance.set_placement_group"
    title = _("Placement rules")
    sentence = _("Set the placement rules of %(vm)s")
    group = _("Settings")
    form_class = PlacementForm
    watched_fields = RULES
    downtime_s = 0.0

    def check(self) -> Sequence[Refusal]:
        """No VM of the group may be on its host; pinning needs a host."""
        vm = self.vm
        if vm.host is None:
            on_none = say(_("%(vm)s is on no host."), vm=vm.name)
            return [Refusal(on_none, "pinned")] if self.values["pinned"] else []
        group = self.values["anti_affinity"]
        why = who_of_group(vm.host, group, self.members(group), vm.pk)
        move = WayOut("vm.move", vm, _("Move it to another host first"))
        return [Refusal(why, "anti_affinity", [move])] if why else []

    def changes(self) -> Sequence[Change]:
        pins = Change(_("Pinned to its host"), YES_NO[self.vm.pinned], YES_NO[self.values["pinned"]])
        return [
            pins,
            Change(_("Anti-affinity group"), self.vm.anti_affinity or "–", self.values["anti_affinity"] or "–"),
        ]

    def plan(self) -> Plan:
        params: dict[str, Any] = {name: self.values[name] for name in RULES}
        step = PlannedStep(
            "set", _("Set the rules"), self.timings.reconfigure_s, set_placement, undo=restore_placement, params=params
        )
        return Plan([step])


class SetApartForm(OperationForm):
    """What it stands for."""

    columns = ("set_apart",)
    set_apart = forms.ChoiceField(label=_("Set apart"), choices=SetApart.choices, required=False)


@effect("vm.set_apart")
def set_apart(run: Run) -> None:
    """Marks it as no workload, or as one again."""
    set_columns(run, run.get(VirtualMachine), run.params)


@effect("vm.unset_apart")
def unset_apart(run: Run) -> None:
    """Gives back what it was marked as before."""
    restore_columns(run, run.get(VirtualMachine))


class SetVmApart(VmOperation):
    """Sets a VM apart with the platform, so that comparisons carry it nowhere, or takes it back as a workload."""

    name = "vm.set_apart"
    title = _("Set apart or take back")
    sentence = _("Set apart or take back %(vm)s")
    group = _("Settings")
    form_class = SetApartForm
    watched_fields = ("set_apart",)
    downtime_s = 0.0

    def changes(self) -> Sequence[Change]:
        then = SetApart(self.values["set_apart"]).label
        return [Change(_("Set apart"), self.vm.get_set_apart_display(), then)]

    def plan(self) -> Plan:
        params = {"set_apart": self.values["set_apart"]}
        return Plan([PlannedStep("set", _("Mark it"), 0.0, set_apart, undo=unset_apart, params=params)])


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

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Under a hypervisor that asks for it."""
        if not isinstance(subject, VirtualMachine) or not super().offered_for(subject):
            return False
        rules = HYPERVISORS[subject.cluster.hypervisor].rules
        return bool(rules.cpu_flag or rules.memory_flag)

    def check(self) -> Sequence[Refusal]:
        """The hypervisor asks for it; the guest is off."""
        vm, rules = self.vm, self.kind.rules
        if not (rules.cpu_flag or rules.memory_flag):
            text = say(
                _("%(kind)s has no such setting: whether a change can be live depends on the change."),
                kind=self.kind.name,
            )
            return [Refusal(text)]
        if self.values["hot_add_memory"] and not rules.memory_flag:
            return [Refusal(say(_("%(kind)s adds no memory while a VM runs."), kind=self.kind.name), "hot_add_memory")]
        if vm.power_state == PowerState.STOPPED:
            return []
        text = say(_("%(vm)s is not off: hot add is set while a VM is off."), vm=vm.name)
        return [Refusal(text, "", turn_off(self.vm), code=wrong_state_code(self.kind))]

    def changes(self) -> Sequence[Change]:
        now, then = self.vm, self.values
        return [
            Change(_("CPU hot add"), YES_NO[now.hot_add_cpu], YES_NO[then["hot_add_cpu"]]),
            Change(_("Memory hot add"), YES_NO[now.hot_add_memory], YES_NO[then["hot_add_memory"]]),
        ]

    def notes(self) -> Sequence[Text | LazyText]:
        """What each costs."""
        cpu = _(
            "Before hardware version 20 (vSphere 8), CPU hot add switches virtual NUMA off: "
            "a VM larger than one NUMA node reads memory more slowly."
        )
        memory = _("Memory hot add makes the host keep a little more memory for the VM.")
        vmware = self.kind.rules.vcpu_wall is not None
        said = [(cpu, self.values["hot_add_cpu"]), (memory, self.values["hot_add_memory"])]
        return [note for note, on in said if on and vmware]

    def plan(self) -> Plan:
        params = {name: self.values[name] for name in FLAGS}
        title = _("Set hot add")
        return Plan(
            [PlannedStep("set", title, self.timings.reconfigure_s, set_hot_add, undo=restore_hot_add, params=params)]
        )
