"""One copy of a template: a child of a deployment."""

from collections.abc import Sequence

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.operations.fields import check_host_name, memory_field, name_field, require_free_name, vcpu_field
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.guest.copy_steps import copy_params, copy_steps
from hosts.operations.template.turns import await_turn
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Held, Plan, PlannedStep
from virtlab.jobs.text import Text, say

COPIED = ("name", "linked", "start", "hostname", "address", "vcpu", "memory_mib")


class CopyForm(OperationForm):
    """What the deployment says of one copy."""

    name = name_field()
    hostname = forms.CharField(max_length=63, required=False, validators=[check_host_name])
    address = forms.GenericIPAddressField(required=False)
    vcpu = vcpu_field()
    memory_mib = memory_field()
    linked = forms.BooleanField(required=False)
    start = forms.BooleanField(required=False)

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

    def describe(self) -> Text:
        return say(_("Deploy %(name)s from %(vm)s"), name=self.values["name"], vm=self.vm.name)

    def plan(self) -> Plan:
        """Wait for its turn, then as any copy."""
        turn = PlannedStep("turn", _("Wait for its turn"), 0.0, await_turn)
        params = copy_params(self.vm, **{name: self.values[name] for name in COPIED})
        return Plan([turn, *copy_steps(self.vm, params, self.timings)])

    def holds(self) -> Sequence[Held]:
        """The template is mentioned; the copy is held once it is there."""
        return [Held(self.vm, exclusive=False)]
