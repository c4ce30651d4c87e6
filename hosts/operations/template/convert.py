"""Templates: saved from a guest, and converted back."""

from collections.abc import Sequence

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import why_no_space
from hosts.models import VirtualMachine
from hosts.operations.fields import name_field, require_free_name
from hosts.operations.guest.base import GuestOperation, MachineOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_params, copy_s, copy_steps, why_not_copied
from hosts.operations.guest.delete import some_of
from hosts.operations.guest.power_effects import settle
from hosts.operations.ways_out import way
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say

COPY, CONVERT = "copy", "convert"


@effect("template.convert")
def convert(run: Run) -> None:
    """Makes a stopped guest a template; StepFailed where it is not stopped any more."""
    vm = run.get(VirtualMachine)
    if vm.power_state != PowerState.STOPPED:
        raise StepFailed(_("%(vm)s is not stopped."), vm=vm.name)
    settle(vm, run.lab_time)
    _save(vm, template=True)


@effect("template.back")
def convert_back(run: Run) -> None:
    """Makes a template a stopped guest; StepFailed where linked clones need it by now."""
    vm = run.get(VirtualMachine)
    if why := why_needed(vm):
        raise StepFailed(why)
    vm.power_state = PowerState.STOPPED
    _save(vm, template=False)


def _save(vm: VirtualMachine, *, template: bool) -> None:
    vm.is_template = template
    vm.save(update_fields=["is_template", "power_state", "delta_gib", "delta_lab_at"])


def why_needed(vm: VirtualMachine) -> Text | None:
    """Which linked clones need a template as it is, in words; None where none does."""
    clones = list(vm.linked_clones.order_by("name").values_list("name", flat=True))
    if not clones:
        return None
    return say(_("%(vm)s is in use: its linked clones need it: %(names)s."), vm=vm.name, names=some_of(clones))


class SaveForm(OperationForm):
    """What the template is called, and whether the guest stays."""

    name = name_field()
    how = forms.ChoiceField(
        label=_("How"), choices=[(COPY, _("Copy: the guest stays")), (CONVERT, _("Convert: the guest becomes it"))]
    )

    def prepare(self) -> None:
        """Proposes a name."""
        self.fields["how"].initial = COPY
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial = f"{self.subject.name}-template"

    def clean_name(self) -> str:
        """No other guest has it; a converted one may keep its own."""
        return require_free_name(self.lab, self.cleaned_data["name"], self.subject.pk if self.subject else None)


class SaveTemplate(MachineOperation):
    """Saves a guest as a template."""

    name = "template.save"
    title = _("Save as template")
    group = _("Copies")
    form_class = SaveForm
    counterpart = "template.create_launch"
    watched_fields = ("power_state", "disk_used_gib")

    @property
    def converts(self) -> bool:
        """Whether the guest itself becomes the template."""
        return bool(self.values["how"] == CONVERT)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Save %(vm)s as template %(name)s"), vm=self.vm.name, name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """A guest to convert must be stopped; a copy needs space, and of a running one snapshots."""
        vm = self.vm
        stop = way("vm.stop", vm, _("Stop it"))
        if vm.is_template:
            return [Refusal(say(_("%(vm)s is a template already."), vm=vm.name))]
        if not self.converts and vm.name == self.values["name"]:
            return [Refusal(say(_("There is a machine called %(name)s already."), name=vm.name), "name")]
        if self.converts and vm.power_state != PowerState.STOPPED:
            text = say(_("%(vm)s is not stopped: only a stopped guest becomes a template."), vm=vm.name)
            return [Refusal(text, "how", stop if vm.power_state == PowerState.RUNNING else [])]
        if self.converts:
            return []
        running = vm.power_state == PowerState.RUNNING
        why = why_not_copied(vm, running=running, can_snapshot=self.can(Feature.SNAPSHOT), kind=self.kind.name)
        if why:
            return [Refusal(why, "how", stop)]
        why = why_no_space(vm.datastore, copied_gib(vm, linked=False), self.lab.lab_time())
        return [Refusal(why, "", way("datastore.grow", vm.datastore, _("Grow the datastore")))] if why else []

    def preview(self) -> Preview:
        """What it takes of the datastore."""
        taken = 0.0 if self.converts else copied_gib(self.vm, linked=False)
        return Preview([Change(_("Disk taken"), 0, round(taken, 1), "GiB")], downtime_s=0.0)

    def plan(self) -> Plan:
        """Copy its disk, or only mark it."""
        if self.converts:
            mark = PlannedStep("convert", _("Make it a template"), self.timings.reconfigure_s, convert, convert_back)
            return Plan([mark])
        params = copy_params(self.vm, self.values["name"], linked=False, start=False, template=True)
        return Plan(copy_steps(self.vm, params, copy_s(self.vm, linked=False, timings=self.timings), self.timings))


class TemplateToVm(GuestOperation):
    """Makes a template a guest again."""

    name = "template.to_vm"
    title = _("Convert to virtual machine")
    group = _("Copies")
    watched_fields = ("is_template",)

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Templates alone."""
        return isinstance(subject, VirtualMachine) and subject.is_template

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Convert template %(vm)s to a virtual machine"), vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """It must be one, and nobody's base."""
        if not self.vm.is_template:
            return [Refusal(say(_("%(vm)s is no template."), vm=self.vm.name))]
        why = why_needed(self.vm)
        return [Refusal(why)] if why else []

    def preview(self) -> Preview:
        """It is stopped afterwards."""
        return Preview([Change(_("State"), _("template"), PowerState.STOPPED.label)])

    def plan(self) -> Plan:
        """One step."""
        return Plan(
            [PlannedStep("convert", _("Make it a virtual machine"), self.timings.reconfigure_s, convert_back, convert)]
        )
