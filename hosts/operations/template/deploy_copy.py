"""One copy of a template: a child of a deployment."""

from collections.abc import Sequence

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models import VirtualMachine
from hosts.operations.fields import check_host_name, memory_field, name_field, require_free_name, vcpu_field
from hosts.operations.guest.base import VmOrTemplateOperation, runs_windows
from hosts.operations.guest.copy_steps import await_turn, copy_params, copy_steps
from virtlab.engine.durations.timings import Timings
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Held, Plan, PlannedStep
from virtlab.jobs.text import Text, say

COPIED = ("name", "linked", "start", "hostname", "address", "vcpu", "memory_mib")


class CopyForm(OperationForm):
    """What the deployment says of one copy: `turn_at` is the lab time at which the datastore begins with it."""

    name = name_field()
    hostname = forms.CharField(max_length=63, required=False, validators=[check_host_name])
    address = forms.GenericIPAddressField(required=False)
    vcpu = vcpu_field()
    memory_mib = memory_field()
    linked = forms.BooleanField(required=False)
    start = forms.BooleanField(required=False)
    copy_s = forms.FloatField(min_value=0.0, max_value=1e9)
    turn_at = forms.DateTimeField()

    def clean_name(self) -> str:
        return require_free_name(self.lab, self.cleaned_data["name"])


class DeployCopy(VmOrTemplateOperation):
    """Makes one copy. Menus do not list it: a deployment starts it."""

    name = "template.deploy_copy"
    title = _("Deploy one copy")
    form_class = CopyForm

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        return False

    @classmethod
    def after_copy_s(cls, template: VirtualMachine, timings: Timings, *, start: bool) -> float:
        """Seconds after its disk is there."""
        windows = runs_windows(template)
        return timings.boot_s(windows=windows) + timings.customise_s(windows=windows) if start else 0.0

    def describe(self) -> Text:
        return say(_("Deploy %(name)s from %(vm)s"), name=self.values["name"], vm=self.vm.name)

    def plan(self) -> Plan:
        """Wait for its turn, then as any copy."""
        turn_at = {"turn_at": self.values["turn_at"].isoformat()}
        turn = PlannedStep("turn", _("Wait for its turn"), 0.0, await_turn, None, turn_at)
        params = copy_params(self.vm, **{name: self.values[name] for name in COPIED})
        return Plan([turn, *copy_steps(self.vm, params, self.values["copy_s"], self.timings)])

    def holds(self) -> Sequence[Held]:
        """The template is mentioned; the copy is held once it is there."""
        return [Held(self.vm, exclusive=False)]
