"""Placement groups: made, and deleted when they are empty."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from instances.choices import InstanceState, PlacementStrategy
from instances.models import PlacementGroup
from instances.operations.base import CloudOperation
from instances.operations.fields import RegionForm
from instances.operations.needs import region_up
from instances.rules.placement_groups import ELSEWHERE, LIMIT_KEY, MOST_PARTITIONS, members
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.operations.refusals import asked_for
from virtlab.jobs.selectors import jobs_to_name
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

DUPLICATE, LIMIT = "InvalidPlacementGroup.Duplicate", "PlacementGroupLimitExceeded"
DEFAULT_PARTITIONS = 2
NAMED = 3
ASCII = RegexValidator(r"^[ -~]+$", _("Only plain ASCII characters."))


@effect("placement_group.create", names={"placement_group.name": "name"})
def create(run: Run) -> None:
    """Makes the group; StepFailed where its name is taken by now."""
    group, made = PlacementGroup.objects.get_or_create(
        lab=run.lab, region_id=run.params["region"], name=run.params["name"], defaults=run.params["group"]
    )
    if not made:
        raise StepFailed(_("There is a placement group %(name)s already."), name=group.name)
    run.remember(group=group.pk)
    run.touch(group)


@effect("placement_group.delete", breaks=("placement_group.there",))
def delete(run: Run) -> None:
    """Deletes the group; StepFailed where there is an instance in it by now."""
    group = run.get(PlacementGroup)
    if there := members(group):
        raise StepFailed(_("%(name)s is in the placement group."), name=there[0].name)
    group.delete()


class GroupForm(RegionForm):
    """What it is called and how it places."""

    name = forms.CharField(label=_("Name"), max_length=255, validators=[ASCII])
    strategy = forms.ChoiceField(
        label=_("Strategy"),
        choices=PlacementStrategy.choices,
        initial=PlacementStrategy.SPREAD,
        help_text=_(
            "Cluster: close together, for a fast network. Partition: in sections that share no rack. Spread: each on a "
            "rack of its own."
        ),
    )
    partitions = forms.IntegerField(
        label=_("Partitions"),
        min_value=1,
        max_value=MOST_PARTITIONS,
        required=False,
        help_text=_("Of a partition group, in each zone: 1 to 7."),
    )

    def prepare(self) -> None:
        super().prepare()
        self.order_fields(["name", "strategy", "partitions"])

    def clean(self) -> dict[str, Any]:
        """Partitions go with their strategy."""
        data = super().clean() or {}
        partition = data.get("strategy") == PlacementStrategy.PARTITION
        if data.get("partitions") and not partition:
            self.add_error("partitions", _("Only a partition group has partitions."))
        data["partitions"] = (data.get("partitions") or DEFAULT_PARTITIONS) if partition else None
        return data


class CreatePlacementGroup(CloudOperation):
    """Makes a placement group of a region."""

    name = "placement_group.create"
    title = _("Create a placement group")
    form_class = GroupForm

    @property
    def region(self) -> str:
        """The region asked for."""
        return str(self.values["region"].pk)

    def describe(self) -> Text:
        return say(_("Create the placement group %(name)s"), name=self.values["name"])

    def check(self) -> Sequence[Refusal]:
        """The region must be within reach; a name of its own, and within the limit."""
        if refusal := self.beyond_reach(self.region, "region"):
            return [refusal]
        there = PlacementGroup.objects.filter(lab=self.lab, region=self.region)
        if there.filter(name=self.values["name"]).exists():
            taken = say(_("There is a placement group %(name)s already."), name=self.values["name"])
            return [Refusal(taken, "name", code=DUPLICATE)]
        name = self.values["name"]
        if job := jobs_to_name(self.lab, "placement_group.name", [name], region=self.region).get(name):
            return [replace(asked_for(name, job, "name"), code=DUPLICATE)]
        limit = int(self.lab_figures[LIMIT_KEY])
        if there.count() >= limit:
            return [Refusal(say(_("A region has %(limit)s placement groups at most."), limit=limit), code=LIMIT)]
        return []

    def changes(self) -> Sequence[Change]:
        strategy, partitions = PlacementStrategy(self.values["strategy"]), self.values["partitions"]
        rows = [Change(_("Strategy"), "–", strategy.label)]
        return [*rows, *([Change(_("Partitions"), 0, partitions)] if partitions else [])]

    def notes(self) -> Sequence[LazyText]:
        return [_("A placement group costs nothing.")]

    def plan(self) -> Plan:
        group = {"strategy": self.values["strategy"], "partitions": self.values["partitions"]}
        params = {"region": self.region, "name": self.values["name"], "group": group}
        title, needs = _("The cloud takes the request"), [region_up(self.region)]
        return Plan([PlannedStep("create", title, self.timings.ec2_api_s, create, params=params, needs=needs)])


class DeletePlacementGroup(CloudOperation):
    """Deletes an empty placement group."""

    name = "placement_group.delete"
    title = _("Delete")
    sentence = _("Delete the placement group %(name)s")
    subject_model = PlacementGroup
    referring = ("instances",)
    danger = True

    @property
    def placement_group(self) -> PlacementGroup:
        assert isinstance(self.subject, PlacementGroup)
        return self.subject

    def check(self) -> Sequence[Refusal]:
        """The region must be within reach. No instance may be in it; stopped ones can be taken out."""
        if refusal := self.beyond_reach(self.placement_group.region_id):
            return [refusal]
        there = members(self.placement_group)
        if not there:
            return []
        message = ngettext_lazy(
            "The placement group %(group)s has an instance. Terminate it, or stop it and take it out.",
            "The placement group %(group)s has %(count)s instances. Terminate them, or stop them and take them out.",
            len(there),
        )
        text = say(message, group=self.placement_group.name, count=len(there))
        ways = [
            WayOut("instance.set_placement_group", one, say(_("Take %(name)s out of it"), name=one.name))
            for one in there
            if one.state == InstanceState.STOPPED
        ]
        return [Refusal(text, ways_out=ways[:NAMED], code=ELSEWHERE)]

    def changes(self) -> Sequence[Change]:
        return [Change(_("Placement group"), self.placement_group.name, "–")]

    def plan(self) -> Plan:
        title, group = _("The cloud takes the request"), self.placement_group
        return Plan([PlannedStep("delete", title, self.timings.ec2_api_s, delete, needs=[region_up(group.region_id)])])
