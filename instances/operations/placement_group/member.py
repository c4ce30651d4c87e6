"""The placement group of a stopped instance."""

from collections import Counter
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance, PlacementGroup
from instances.operations.instance.base import InstanceOperation
from instances.operations.needs import in_group, within_reach
from instances.operations.refusals import misplaced
from instances.rules.placement_groups import next_partitions
from virtlab.jobs.operations.columns import set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say


@effect("instance.set_placement_group")
def set_placement_group(run: Run) -> None:
    """Puts the instance into the group or out of any; StepFailed where it runs or does not fit by now."""
    instance, key = run.get(Instance), run.params["placement_group"]
    group = PlacementGroup.objects.filter(pk=key).first() if key else None
    if instance.state != InstanceState.STOPPED or (key and group is None):
        raise StepFailed(_("%(name)s is not stopped, or the group is gone."), name=instance.name)
    if refusal := misplaced(group, instance.instance_type, Counter([instance.zone])):
        raise StepFailed(refusal.text)
    [partition] = next_partitions(group, [instance.zone])
    set_columns(run, instance, {"placement_group": key, "partition": partition})


class PlacementForm(OperationForm):
    placement_group = forms.ModelChoiceField(
        label=_("Placement group"),
        queryset=PlacementGroup.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def prepare(self) -> None:
        """The groups of the instance's region."""
        if isinstance(self.subject, Instance) and self.lab:
            field = self.fields["placement_group"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = PlacementGroup.objects.filter(lab=self.lab, region=self.subject.region_id)
            field.initial = self.subject.placement_group_id

    def clean_placement_group(self) -> PlacementGroup | None:
        """Another one than it is in; none where it is in none changes nothing."""
        group: PlacementGroup | None = self.cleaned_data["placement_group"]
        if isinstance(self.subject, Instance) and group and group.pk == self.subject.placement_group_id:
            message = _("%(name)s is in this group already.")
            raise forms.ValidationError(message, params={"name": self.subject.name})
        return group


class SetPlacementGroup(InstanceOperation):
    """Puts a stopped instance into a placement group, into another one, or out of any."""

    name = "instance.set_placement_group"
    title = _("Placement group")
    sentence = _("Set the placement group of %(name)s")
    group = _("Settings")
    form_class = PlacementForm
    counterpart = "vm.set_placement"
    downtime_s = 0.0
    from_states = (InstanceState.STOPPED,)
    refused_states = (InstanceState.PENDING, InstanceState.RUNNING, InstanceState.STOPPING)

    @property
    def wanted(self) -> PlacementGroup | None:
        """The group afterwards."""
        group: PlacementGroup | None = self.values["placement_group"]
        return group

    def check_rules(self) -> Sequence[Refusal]:
        """The group's own rules."""
        group, kind, zone = self.wanted, self.instance.instance_type, self.instance.zone
        name = f"misplaced {group and group.pk} {kind.pk} {zone}"
        refusal = self.once(name, lambda: misplaced(group, kind, Counter([zone])))
        return [refusal] if refusal else []

    def changes(self) -> Sequence[Change]:
        return [Change(_("Placement group"), self.instance.placement_group or "–", self.wanted or "–")]

    def notes(self) -> Sequence[Text]:
        return [say(_("It takes effect with the next start."))]

    def plan(self) -> Plan:
        params = {"placement_group": self.wanted.pk if self.wanted else None}
        title, lasts_s = _("Change the instance"), self.timings.ec2_modify_s
        needs = [*within_reach(self.instance), *in_group(self.wanted)]
        return Plan([PlannedStep("set", title, lasts_s, set_placement_group, params=params, needs=needs)])
