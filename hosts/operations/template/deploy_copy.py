"""One copy of a template: a child of a deployment."""

from collections.abc import Sequence

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import Host, VirtualMachine
from hosts.operations.fields import check_host_name, memory_field, name_field, require_free_name, vcpu_field
from hosts.operations.guest.base import VmOrTemplateOperation
from hosts.operations.guest.copy_steps import copy_params, copy_steps
from hosts.operations.template.turns import await_turn
from hosts.rules.capacity import Need
from hosts.rules.placement import PlacementRequest, fitting
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
    host = forms.ModelChoiceField(queryset=Host.objects.none(), required=False)

    def prepare(self) -> None:
        field = self.fields["host"]
        if isinstance(self.subject, VirtualMachine) and isinstance(field, forms.ModelChoiceField):
            field.queryset = Host.objects.filter(cluster=self.subject.cluster_id)

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

    def figures(self) -> CostAndPower:
        """Of its cluster, where the copy goes if it is started now."""
        v, size = self.values, {name: self.values[name] for name in ("vcpu", "memory_mib")}
        request = PlacementRequest(Need(**size), self.vm.anti_affinity, v["host"])
        hosts: list[int | None] = [*fitting(self.vm.cluster, request, 1)] if v["start"] else [None]
        state = PowerState.RUNNING if v["start"] else PowerState.STOPPED
        return self.figures_with_copies(hosts, state, linked=v["linked"], **size)

    def plan(self) -> Plan:
        """Wait for its turn, then as any copy; its room is reserved meanwhile."""
        turn = PlannedStep("turn", _("Wait for its turn"), 0.0, await_turn)
        host = self.values["host"]
        own = {name: self.values[name] for name in COPIED}
        params = copy_params(self.vm, **own, host=host.pk if host else None)
        return Plan([turn, *copy_steps(self.vm, params, self.timings)])

    def holds(self) -> Sequence[Held]:
        """The template is mentioned; the copy is held once it is there."""
        return [Held(self.vm, exclusive=False)]
