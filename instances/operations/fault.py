"""Scenes: a zone or region that is out, a lack of capacity; switched on and off."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from instances.choices import SceneKind
from instances.models import AvailabilityZone, Instance, InstanceType, Region, Scene
from instances.operations.fields import RegionField
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.operation import Operation, OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Preview, Refusal, WayOut
from virtlab.jobs.text import Text, say


@effect("scene.begin")
def begin(run: Run) -> None:
    """Switches a scene on; StepFailed where it is on already."""
    place = {name: run.params[name] for name in ("kind", "region_id", "zone", "type_name")}
    scene, made = Scene.objects.get_or_create(lab=run.lab, **place, defaults={"since_lab_at": run.lab_time})
    if not made:
        raise StepFailed(_("This scene is on already."))
    run.remember(scene=scene.pk)
    run.touch(scene)


@effect("scene.end")
def end(run: Run) -> None:
    """Switches a scene off."""
    scene = run.get(Scene)
    scene.delete()


class RegionForm(OperationForm):
    """Which region; the lab's own where nothing is said."""

    region = RegionField(label=_("Region"), queryset=Region.objects.all())

    def prepare(self) -> None:
        """Fills in the lab's region."""
        if self.lab:
            self.fields["region"].initial = self.lab.region_code


class ZoneForm(OperationForm):
    """Which zone."""

    zone = forms.ModelChoiceField(
        label=_("Availability zone"), queryset=AvailabilityZone.objects.all(), to_field_name="name"
    )

    def prepare(self) -> None:
        """The zones of the lab's region stand first."""
        if self.lab:
            self.fields["zone"].initial = f"{self.lab.region_code}a"


class CapacityForm(RegionForm):
    """Where, and of what there is too little."""

    zone = forms.ModelChoiceField(
        label=_("Availability zone"),
        queryset=AvailabilityZone.objects.all(),
        to_field_name="name",
        required=False,
        help_text=_("Empty: every zone of the region."),
    )
    type_name = forms.CharField(
        label=_("Instance type or family"), max_length=32, required=False, help_text=_("Empty: all of them.")
    )

    def clean_type_name(self) -> str:
        """A type or a family that there is."""
        name = str(self.cleaned_data["type_name"]).strip().lower()
        if name and not InstanceType.objects.filter(Q(name=name) | Q(family=name)).exists():
            raise forms.ValidationError(_("There is no instance type or family of this name."))
        return name

    def clean(self) -> dict[str, Any]:
        """The zone must lie in the region."""
        data = super().clean() or {}
        if data.get("zone") and data.get("region") and data["zone"].region_id != data["region"].pk:
            self.add_error("zone", _("This zone is not in the region."))
        return data


class BeginScene(Operation):
    """Something goes wrong in the cloud."""

    side = Side.INSTANCES
    kind: ClassVar[SceneKind]

    @property
    def place(self) -> dict[str, str]:
        """Where, as a scene keeps it."""
        zone = self.values.get("zone")
        region = self.values["region"].pk if "region" in self.values else zone.region_id  # type: ignore[union-attr]
        return {
            "kind": str(self.kind),
            "region_id": region,
            "zone": zone.name if zone else "",
            "type_name": self.values.get("type_name", ""),
        }

    @property
    def where(self) -> str:
        """The zone or the region, and the type where it is about one."""
        place = self.place
        return " · ".join(filter(None, [place["zone"] or place["region_id"], place["type_name"]]))

    def describe(self) -> Text:
        """The job's title."""
        return say(_("%(scene)s: %(where)s"), scene=self.kind.label, where=self.where)

    def check(self) -> Sequence[Refusal]:
        """It must not be on already."""
        scene = Scene.objects.filter(lab=self.lab, **self.place).first()
        if scene is None:
            return []
        way = WayOut(EndScene, scene, _("End it"))
        return [Refusal(say(_("%(where)s: this scene is on already."), where=self.where), ways_out=[way])]

    def preview(self) -> Preview:
        """How many instances it concerns."""
        there = Instance.objects.filter(lab=self.lab, region=self.place["region_id"]).exclude(state="terminated")
        if self.place["zone"]:
            there = there.filter(zone=self.place["zone"])
        return Preview([Change(self.affects, 0, there.count())], notes=[self.says])

    affects: ClassVar[Any] = _("Instances out of reach")
    says: ClassVar[Any] = _("Their state is “impaired”; nothing can be started or changed there until the scene ends.")

    def plan(self) -> Plan:
        """At once."""
        return Plan([PlannedStep("begin", _("It happens"), 0.0, begin, None, dict(self.place))])


class ZoneOutage(BeginScene):
    """A zone is out."""

    name = "scene.zone_outage"
    title = _("Zone outage")
    kind = SceneKind.ZONE_OUTAGE
    form_class = ZoneForm
    counterpart = "host.fail"


class RegionOutage(BeginScene):
    """A region is out."""

    name = "scene.region_outage"
    title = _("Region outage")
    kind = SceneKind.REGION_OUTAGE
    form_class = RegionForm


class NoCapacity(BeginScene):
    """The cloud has no room for a type."""

    name = "scene.no_capacity"
    title = _("Insufficient capacity")
    kind = SceneKind.NO_CAPACITY
    form_class = CapacityForm
    affects = _("Instances that run on")
    says = _("What runs, runs on; nothing of the type can be started there until the scene ends.")

    def preview(self) -> Preview:
        """It harms nothing that runs."""
        found = super().preview()
        return Preview([], notes=found.notes)


class EndScene(Operation):
    """Ends a scene."""

    name = "scene.end"
    title = _("End the scene")
    side = Side.INSTANCES
    subject_model = Scene

    def describe(self) -> Text:
        """The job's title."""
        assert isinstance(self.subject, Scene)
        where = self.subject.zone or self.subject.region_id
        return say(_("End: %(scene)s, %(where)s"), scene=self.subject.get_kind_display(), where=where)

    def plan(self) -> Plan:
        """At once."""
        return Plan([PlannedStep("end", _("All is well again"), 0.0, end)])
