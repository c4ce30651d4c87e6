"""Templates: saved from a guest, and converted back."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.fields import name_field, require_free_name
from hosts.operations.guest.base import TemplateOperation, VmOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_params, copy_steps, read_live, room_gib
from hosts.operations.refusals import no_space, no_working_host, not_copied, not_well, why_needed
from hosts.operations.ways_out import mend, stop
from hosts.rules.full_copy import copied_as
from hosts.services.deltas import settle
from hosts.services.guests import require_name
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say

COPY, CONVERT = "copy", "convert"


@effect("template.convert", names={"vm.name": "name"})
def convert(run: Run) -> None:
    """Makes a stopped guest a template of the name that is asked for; StepFailed where it is not stopped any more."""
    vm = run.get(VirtualMachine)
    if vm.power_state != PowerState.STOPPED:
        raise StepFailed(_("%(vm)s is not stopped."), vm=vm.name)
    run.remember(name=vm.name)
    name = run.params.get("name", vm.name)
    if name != vm.name:
        require_name(run.lab, name)
    vm.name = name
    settle([vm], run.lab_time)
    _save(vm, template=True)


@effect("template.back", breaks=("vm.there",))
def convert_back(run: Run) -> None:
    """Makes a template a stopped guest; StepFailed where linked clones need it by now."""
    vm = run.get(VirtualMachine)
    if why := why_needed(vm):
        raise StepFailed(why)
    vm.power_state, vm.name = PowerState.STOPPED, run.memory.get("name", vm.name)
    _save(vm, template=False)


def _save(vm: VirtualMachine, *, template: bool) -> None:
    vm.is_template = template
    vm.save(update_fields=["name", "is_template", "power_state", "delta_gib", "delta_lab_at"])


class SaveForm(OperationForm):
    """What the template is called, and whether the guest stays."""

    name = name_field()
    how = forms.ChoiceField(
        label=_("How"), choices=[(COPY, _("Copy: the VM stays")), (CONVERT, _("Convert: the VM becomes it"))]
    )

    def prepare(self) -> None:
        self.fields["how"].initial = COPY
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial = f"{self.subject.name}-template"

    def clean_name(self) -> str:
        """No other guest has it; a converted one may keep its own."""
        return require_free_name(self.lab, self.cleaned_data["name"], self.subject)


class SaveTemplate(VmOperation):
    """Saves a guest as a template."""

    name = "template.save"
    title = _("Save as template")
    group = _("Copies")
    form_class = SaveForm
    watched_fields = ("power_state", "disk_used_gib")

    @property
    def downtime_s(self) -> float:
        """Of the snapshot through which a running guest is read."""
        return self.plan().down_s

    @property
    def converts(self) -> bool:
        """Whether the guest itself becomes the template."""
        return bool(self.values["how"] == CONVERT)

    def describe(self) -> Text:
        return say(_("Save %(vm)s as template %(name)s"), vm=self.vm.name, name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """A well guest; to convert it must be stopped; a copy needs a name, space, and a hypervisor that copies it."""
        if self.vm.is_template:
            return [Refusal(say(_("%(vm)s is a template already."), vm=self.vm.name))]
        broken = _("The system of %(vm)s is broken: every copy of such a template would be.")
        if whys := not_well(self.vm, broken):
            return [Refusal(why, "", mend(self.vm)) for why in whys]
        return self._check_conversion() if self.converts else self._check_copy()

    def _check_conversion(self) -> list[Refusal]:
        vm = self.vm
        if vm.power_state == PowerState.STOPPED:
            return []
        text = say(_("%(vm)s is not stopped: only a stopped VM becomes a template."), vm=vm.name)
        return [Refusal(text, "how", stop(vm))]

    def _check_copy(self) -> list[Refusal]:
        vm = self.vm
        if vm.name == self.values["name"]:
            return [Refusal(say(_("There is a VM called %(name)s already."), name=vm.name), "name")]
        if refusals := not_copied(vm, self.kind, "how"):
            return refusals
        return no_working_host(vm) or no_space(self, vm.datastore, room_gib(vm, linked=False))

    def changes(self) -> Sequence[Change]:
        taken_gib = 0.0 if self.converts else copied_gib(self.vm, linked=False)
        return [Change(_("Disk taken"), 0, round(taken_gib, 1), "GiB")]

    def notes(self) -> Sequence[Text]:
        """What the copy is of a guest that is not off."""
        return [] if self.converts else copied_as(self.vm, self.kind)

    def figures(self) -> CostAndPower:
        """A template is not installed: it needs neither subscription nor administration."""
        if self.converts:
            return self.figures_with(is_template=True)
        return self.figures_with_copies([self.vm.host_id], PowerState.STOPPED, linked=False, is_template=True)

    def plan(self) -> Plan:
        """Copy its disk, or only mark it."""
        if self.converts:
            title, lasts_s = _("Make it a template"), self.timings.reconfigure_s
            return Plan(
                [
                    PlannedStep(
                        "convert", title, lasts_s, convert, undo=convert_back, params={"name": self.values["name"]}
                    )
                ]
            )
        params = copy_params(self.vm, self.values["name"], template=True)
        return Plan(read_live(self.vm, copy_steps(self.vm, params, self.timings), self.timings, self.lab_figures))


class TemplateToVm(TemplateOperation):
    """Makes a template a guest again."""

    name = "template.to_vm"
    title = _("Convert to virtual machine")
    sentence = _("Convert template %(vm)s to a virtual machine")
    takes_away = True
    group = _("Copies")
    watched_fields = ("is_template",)
    referring = ("linked_clones",)

    def check(self) -> Sequence[Refusal]:
        """It must be one, nobody's base, and no job copy it."""
        if not self.vm.is_template:
            return [Refusal(say(_("%(vm)s is no template."), vm=self.vm.name))]
        why = why_needed(self.vm)
        return [*([Refusal(why)] if why else []), *self.in_use(self.vm)]

    def changes(self) -> Sequence[Change]:
        return [Change(_("State"), _("template"), PowerState.STOPPED.label)]

    def figures(self) -> CostAndPower:
        return self.figures_with(is_template=False)

    def plan(self) -> Plan:
        title = _("Make it a virtual machine")
        return Plan([PlannedStep("convert", title, self.timings.reconfigure_s, convert_back, undo=convert)])
