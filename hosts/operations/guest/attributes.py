"""A guest's name, and where it must or must not be."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.models import VirtualMachine
from hosts.operations.fields import check_host_name, name_field, require_free_name
from hosts.operations.guest.base import GuestOperation, MachineOperation
from hosts.operations.ways_out import way
from hosts.rules.capacity import who_of_group
from hosts.services.guests import require_name
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal
from virtlab.jobs.text import Text, say

PLACE = ["pinned", "anti_affinity"]
YES_NO = {True: _("yes"), False: _("no")}


@effect("vm.set_name")
def set_name(run: Run) -> None:
    """Renames; StepFailed where the name was taken meanwhile."""
    vm = run.get(VirtualMachine)
    if vm.name != run.params["name"]:
        require_name(run.lab, run.params["name"])
    run.remember(name=vm.name, hostname=vm.hostname)
    vm.name, vm.hostname = run.params["name"], run.params["hostname"]
    vm.save(update_fields=["name", "hostname"])


@effect("vm.restore_name")
def restore_name(run: Run) -> None:
    """Gives back the name from before; StepFailed where another has it."""
    vm = run.get(VirtualMachine)
    require_name(run.lab, run.memory["name"])
    vm.name, vm.hostname = run.memory["name"], run.memory["hostname"]
    vm.save(update_fields=["name", "hostname"])


class RenameForm(OperationForm):
    """The new names."""

    name = name_field()
    hostname = forms.CharField(label=_("Host name"), max_length=63, required=False, validators=[check_host_name])

    def prepare(self) -> None:
        """Fills in the present ones."""
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial, self.fields["hostname"].initial = self.subject.name, self.subject.hostname

    def clean_name(self) -> str:
        """No other guest has it."""
        return require_free_name(self.lab, self.cleaned_data["name"], self.subject.pk if self.subject else None)


class RenameVm(GuestOperation):
    """Gives a guest or template another name, while it runs."""

    name = "vm.rename"
    title = _("Rename")
    group = _("Settings")
    form_class = RenameForm
    counterpart = "instance.rename"
    watched_fields = ("name", "hostname")

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Rename %(vm)s to %(name)s"), vm=self.vm.name, name=self.values["name"])

    def preview(self) -> Preview:
        """Names before and after."""
        hostnames = Change(_("Host name"), self.vm.hostname or "–", self.values["hostname"] or "–")
        return Preview([Change(_("Name"), self.vm.name, self.values["name"]), hostnames], downtime_s=0.0)

    def plan(self) -> Plan:
        """One step."""
        params = {"name": self.values["name"], "hostname": self.values["hostname"]}
        step = PlannedStep("set", _("Rename it"), self.timings.reconfigure_s, set_name, restore_name, params)
        return Plan([step])


@effect("vm.set_placement")
def set_placement(run: Run) -> None:
    """Sets pin and apart group; StepFailed where one of the group is on its host by now."""
    vm = run.get(VirtualMachine)
    if vm.host and (why := who_of_group(vm.host, run.params["anti_affinity"], vm.pk)):
        raise StepFailed(why)
    run.remember(**{name: getattr(vm, name) for name in PLACE})
    _save(vm, run.params)


@effect("vm.restore_placement")
def restore_placement(run: Run) -> None:
    """Gives back pin and group from before."""
    _save(run.get(VirtualMachine), run.memory)


def _save(vm: VirtualMachine, values: dict[str, object]) -> None:
    for name in PLACE:
        setattr(vm, name, values[name])
    vm.save(update_fields=PLACE)


class PlacementForm(OperationForm):
    """Where it must be and with whom it must not be."""

    pinned = forms.BooleanField(label=_("Pinned to its host"), required=False)
    anti_affinity = forms.CharField(
        label=_("Apart group"), max_length=40, required=False, help_text=_("No two of a group share a host.")
    )

    def prepare(self) -> None:
        """Fills in what is now."""
        for name in PLACE:
            self.fields[name].initial = getattr(self.subject, name, None)


class SetPlacement(MachineOperation):
    """Pins a guest to its host, or keeps it apart from others."""

    name = "vm.set_placement"
    title = _("Placement rules")
    group = _("Settings")
    form_class = PlacementForm
    watched_fields = tuple(PLACE)

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Set the placement rules of %(vm)s"), vm=self.vm.name)

    def check(self) -> Sequence[Refusal]:
        """Nobody of the group is on its host; pinned needs a host."""
        if self.vm.host is None:
            return (
                [Refusal(say(_("%(vm)s is on no host."), vm=self.vm.name), "pinned")] if self.values["pinned"] else []
            )
        why = who_of_group(self.vm.host, self.values["anti_affinity"], self.vm.pk)
        return (
            [Refusal(why, "anti_affinity", way("vm.move", self.vm, _("Move it to another host first")))] if why else []
        )

    def preview(self) -> Preview:
        """Rules before and after."""
        pins = Change(_("Pinned to its host"), YES_NO[self.vm.pinned], YES_NO[self.values["pinned"]])
        group = Change(_("Apart group"), self.vm.anti_affinity or "–", self.values["anti_affinity"] or "–")
        return Preview([pins, group], downtime_s=0.0)

    def plan(self) -> Plan:
        """One step."""
        params = {name: self.values[name] for name in PLACE}
        step = PlannedStep(
            "set", _("Set the rules"), self.timings.reconfigure_s, set_placement, restore_placement, params
        )
        return Plan([step])
