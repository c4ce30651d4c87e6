"""A copy of a guest, with a disk of its own or linked to the guest's."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.what_if import CostAndPower
from hosts.models import VirtualMachine
from hosts.operations.fields import check_host_name, name_field, require_free_address, require_free_name
from hosts.operations.guest.base import VmOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_params, copy_s, copy_steps, why_not_copied
from hosts.operations.refusals import no_host, no_space
from hosts.operations.ways_out import stop
from hosts.rules.capacity import Need
from hosts.rules.placement import PlacementRequest, candidates
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, Refusal
from virtlab.jobs.text import Text, say


class CloneForm(OperationForm):
    """The copy's name and address."""

    name = name_field()
    linked = forms.BooleanField(label=_("Linked: keeps only what differs"), required=False)
    hostname = forms.CharField(label=_("Host name"), max_length=63, required=False, validators=[check_host_name])
    address = forms.GenericIPAddressField(label=_("Address"), required=False)
    start = forms.BooleanField(label=_("Start it"), required=False)

    def prepare(self) -> None:
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial = f"{self.subject.name}-copy"

    def clean_name(self) -> str:
        return require_free_name(self.lab, self.cleaned_data["name"])

    def clean_address(self) -> str:
        return require_free_address(self.lab, self.cleaned_data["address"])


class CloneVm(VmOperation):
    """Copies a guest."""

    name = "vm.clone"
    title = _("Clone")
    primary = True
    form_class = CloneForm
    watched_fields = ("disk_used_gib", "disk_gib", "datastore_id", "power_state")
    downtime_s = 0.0

    def describe(self) -> Text:
        return say(_("Clone %(vm)s as %(name)s"), vm=self.vm.name, name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The hypervisor can, datastore and host have room."""
        wanted_gib = copied_gib(self.vm, linked=self.values["linked"])
        return [*self._unable(), *no_space(self.lab, self.vm.datastore, wanted_gib), *self._no_host()]

    def _unable(self) -> list[Refusal]:
        if self.values["linked"] and not self.can(Feature.LINKED_CLONE):
            return [Refusal(say(_("%(kind)s has no linked clones."), kind=self.kind.name), "linked")]
        why = why_not_copied(self.vm, self.kind)
        return [Refusal(why, "", stop(self.vm))] if why else []

    def _no_host(self) -> list[Refusal]:
        if not self.values["start"]:
            return []
        cluster, wanted = self.vm.cluster, PlacementRequest(Need.of(self.vm), self.vm.anti_affinity)
        return no_host(cluster, candidates(cluster, wanted), "start")

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Disk taken"), 0, round(copied_gib(self.vm, linked=self.values["linked"]), 1), "GiB"),
            Change(_("Time of the copy"), 0, round(self._copy_s(), 1), "s"),
        ]

    def figures(self) -> CostAndPower:
        state = PowerState.RUNNING if self.values["start"] else PowerState.STOPPED
        return self.figures_with_copies([self.vm.host_id], state, linked=self.values["linked"])

    def _copy_s(self) -> float:
        return copy_s(self.vm, linked=self.values["linked"], timings=self.timings)

    def plan(self) -> Plan:
        """Copy, and start where wanted."""
        chosen = {name: self.values[name] for name in ("linked", "start", "hostname", "address")}
        params = copy_params(self.vm, self.values["name"], **chosen)
        return Plan(copy_steps(self.vm, params, self.timings))
