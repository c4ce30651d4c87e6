"""A copy of a guest, with a disk of its own or linked to the guest's."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.space import why_no_space
from hosts.models import VirtualMachine
from hosts.operations.fields import check_host_name, name_field, require_free_address, require_free_name
from hosts.operations.guest.base import MachineOperation
from hosts.operations.guest.copy_steps import copied_gib, copy_params, copy_s, copy_steps, why_not_copied
from hosts.operations.ways_out import way, way_to_host
from hosts.rules.capacity import Need
from hosts.rules.placement import Wish, candidates, chosen, why_nowhere
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.jobs.operations.operation import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, Preview, Refusal
from virtlab.jobs.text import Text, say


class CloneForm(OperationForm):
    """The copy's name and address."""

    name = name_field()
    linked = forms.BooleanField(label=_("Linked: keeps only what differs"), required=False)
    hostname = forms.CharField(label=_("Host name"), max_length=63, required=False, validators=[check_host_name])
    address = forms.GenericIPAddressField(label=_("Address"), required=False)
    start = forms.BooleanField(label=_("Start it"), required=False)

    def prepare(self) -> None:
        """Proposes a name."""
        if isinstance(self.subject, VirtualMachine):
            self.fields["name"].initial = f"{self.subject.name}-copy"

    def clean_name(self) -> str:
        """No other guest has it."""
        return require_free_name(self.lab, self.cleaned_data["name"])

    def clean_address(self) -> str:
        """No other guest has it."""
        return require_free_address(self.lab, self.cleaned_data["address"])


class CloneVm(MachineOperation):
    """Copies a guest."""

    name = "vm.clone"
    title = _("Clone")
    primary = True
    form_class = CloneForm
    watched_fields = ("disk_used_gib", "disk_gib", "datastore_id", "power_state")

    def describe(self) -> Text:
        """The job's title."""
        return say(_("Clone %(vm)s as %(name)s"), vm=self.vm.name, name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The hypervisor can, datastore and host have room."""
        return [*self._kind(), *self._space(), *self._place()]

    def _kind(self) -> list[Refusal]:
        if self.values["linked"] and not self.can(Feature.LINKED_CLONE):
            return [Refusal(say(_("%(kind)s has no linked clones."), kind=self.kind.name), "linked")]
        running = self.vm.power_state == PowerState.RUNNING
        why = why_not_copied(self.vm, running=running, can_snapshot=self.can(Feature.SNAPSHOT), kind=self.kind.name)
        return [Refusal(why, "", way("vm.stop", self.vm, _("Stop it")))] if why else []

    def _space(self) -> list[Refusal]:
        wanted = copied_gib(self.vm, linked=self.values["linked"])
        why = why_no_space(self.vm.datastore, wanted, self.lab.lab_time())
        return [Refusal(why, "", way("datastore.grow", self.vm.datastore, _("Grow the datastore")))] if why else []

    def _place(self) -> list[Refusal]:
        if not self.values["start"]:
            return []
        found = candidates(self.vm.cluster, Wish(Need.of(self.vm), self.vm.anti_affinity))
        if chosen(found):
            return []
        return [Refusal(why_nowhere(self.vm.cluster, found), "start", way_to_host(self.vm.cluster))]

    def preview(self) -> Preview:
        """What it takes of the datastore, and how long."""
        linked = self.values["linked"]
        changes = [
            Change(_("Disk taken"), 0, round(copied_gib(self.vm, linked=linked), 1), "GiB"),
            Change(_("Time of the copy"), 0, round(self._took_s(), 1), "s"),
        ]
        state = PowerState.RUNNING if self.values["start"] else PowerState.STOPPED
        figures = self.figures_with_copies([self.vm.host_id], state, linked=linked)
        return Preview(changes, *figures, 0.0)

    def _took_s(self) -> float:
        return copy_s(self.vm, linked=self.values["linked"], timings=self.timings)

    def plan(self) -> Plan:
        """Copy, and start where wanted."""
        v = self.values
        params = copy_params(self.vm, v["name"], linked=v["linked"], start=v["start"], hostname=v["hostname"],
                             address=v["address"])  # fmt: skip
        return Plan(copy_steps(self.vm, params, self._took_s(), self.timings))
