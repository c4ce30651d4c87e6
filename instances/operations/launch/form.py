"""The form of a launch: what, where, how many, with which disks, addresses and tags."""

from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from instances.choices import CreditMode, PurchaseOption, VolumeKind
from instances.models import AvailabilityZone, Image, InstanceType, LaunchTemplate, PlacementGroup, Region
from instances.operations.fields import ImageField, RegionField, TagsField, UserDataField
from instances.operations.type_field import TypeField, offered_in
from instances.rules.availability import images_for, unplaced_workloads
from instances.rules.volumes.limits import figures, problems
from virtlab.jobs.operations.form import FieldGroup, OperationForm
from virtlab.labs.models import Workload
from virtlab.labs.parameters import lab_values

MOST_AT_ONCE = 10_000
USUAL_ARCHITECTURE = "x86_64"
LOADS = {
    "office": _("Office hours"),
    "evening": _("Evenings"),
    "night": _("Nights"),
    "bursts": _("Bursts"),
    "steady": _("Steady"),
}
VOLUME_FIELDS = {"kind": "root_kind", "gib": "root_gib", "iops": "root_iops", "throughput": "root_throughput"}


class LaunchForm(OperationForm):
    groups = (
        FieldGroup(_("What and where"), ("name", "count", "region", "zone", "placement_group", "template")),
        FieldGroup(_("Type and image"), ("instance_type", "purchase", "credit_mode", "image")),
        FieldGroup(_("Disk"), ("root_kind", "root_gib", "root_iops", "root_throughput", "root_encrypted")),
        FieldGroup(_("What it does"), ("workload", "load", "load_mean_pct", "load_peak_pct")),
        FieldGroup(_("Network and safety"), ("interfaces", "elastic_address", "protected", "hibernation")),
        FieldGroup(_("User data and tags"), ("user_data", "tags")),
    )

    name = forms.CharField(label=_("Name"), max_length=255)
    count = forms.IntegerField(label=_("Number of instances"), min_value=1, max_value=MOST_AT_ONCE, initial=1)
    region = RegionField(label=_("Region"), queryset=Region.objects.all())
    zone = forms.ModelChoiceField(
        label=_("Availability zone"),
        queryset=AvailabilityZone.objects.none(),
        to_field_name="name",
        required=False,
        empty_label=_("One that the cloud chooses"),
        error_messages={"invalid_choice": _("This zone is not in the region: choose one that is, or none.")},
    )
    placement_group = forms.ModelChoiceField(
        label=_("Placement group"),
        queryset=PlacementGroup.objects.none(),
        to_field_name="name",
        required=False,
        empty_label=_("None"),
    )
    instance_type = TypeField(label=_("Instance type"), initial="t3.micro")
    image = ImageField(
        label=_("Image"),
        queryset=Image.objects.none(),
        to_field_name="image_id",
        error_messages={"invalid_choice": _("This image is not in the region: choose one of the region's own.")},
    )
    purchase = forms.ChoiceField(
        label=_("Purchase option"), choices=PurchaseOption.choices, initial=PurchaseOption.ON_DEMAND
    )
    credit_mode = forms.ChoiceField(
        label=_("CPU credits"),
        choices=[("", _("As the family begins")), *CreditMode.choices],
        required=False,
        help_text=_("Only burstable types (T) have them."),
    )
    root_kind = forms.ChoiceField(label=_("Root volume"), choices=VolumeKind.choices, initial=VolumeKind.GP3)
    root_gib = forms.IntegerField(label=_("Root volume (GiB)"), min_value=1, max_value=65_536, initial=8)
    root_iops = forms.IntegerField(label=_("Provisioned IOPS"), min_value=100, max_value=256_000, required=False)
    root_throughput = forms.IntegerField(label=_("Throughput (MiB/s)"), min_value=125, max_value=2000, required=False)
    root_encrypted = forms.BooleanField(
        label=_("Encrypted"), required=False, help_text=_("Costs nothing. An instance that may hibernate needs it.")
    )
    interfaces = forms.IntegerField(label=_("Network interfaces"), min_value=1, max_value=64, initial=1)
    elastic_address = forms.BooleanField(label=_("Elastic IP: the public address stays"), required=False)
    protected = forms.BooleanField(label=_("Termination protection"), required=False)
    hibernation = forms.BooleanField(label=_("Allow hibernation"), required=False)
    user_data = UserDataField(label=_("User data"))
    tags = TagsField(label=_("Tags"), required=False, help_text=_("One a line: key = value"))
    workload = forms.ModelChoiceField(
        label=_("Workload"),
        queryset=Workload.objects.none(),
        required=False,
        empty_label=_("A new one with a synthetic load"),
    )
    load = forms.ChoiceField(label=_("Shape of the synthetic load"), choices=list(LOADS.items()), initial="office")
    load_mean_pct = forms.FloatField(label=_("Mean CPU (%)"), min_value=0.1, max_value=100, initial=15)
    load_peak_pct = forms.FloatField(label=_("Highest CPU (%)"), min_value=0.1, max_value=100, initial=60)
    template = forms.ModelChoiceField(
        label=_("Launch template"),
        queryset=LaunchTemplate.objects.none(),
        to_field_name="name",
        required=False,
        empty_label=_("None"),
    )

    always_encrypted = False

    def prepare(self) -> None:
        """Offers the lab's region and what there is in the region asked for."""
        if self.lab is None:
            return
        self.fields["region"].initial = self.lab.region_code
        self.always_encrypted = bool(lab_values(self.lab)["ebs_encrypted_by_default"])
        self.fields["root_encrypted"].initial = self.always_encrypted
        region = str(self._given("region") or self.lab.region_code).replace("\0", "")
        types = self.fields["instance_type"]
        assert isinstance(types, TypeField)
        types.suggest(partial(offered_in, region))
        images = images_for(self.lab, region)
        self._offer("image", images)
        field = self.fields["image"]
        assert isinstance(field, ImageField)
        field.at = self.lab.lab_time()
        usual = images.filter(
            name__startswith="al2023-ami-2023", architecture=self._architecture(), current=True
        ).last()
        self.fields["image"].initial = usual.image_id if usual else None
        self._offer("zone", AvailabilityZone.objects.filter(region=region))
        self._offer("placement_group", PlacementGroup.objects.filter(lab=self.lab, region=region))
        self._offer("workload", unplaced_workloads(self.lab))
        self._offer("template", LaunchTemplate.objects.filter(lab=self.lab))

    def _architecture(self) -> str:
        """Of the image that the form stands at: one for the type that a link names, where it names one."""
        name = str(self.initial.get("instance_type") or "").replace("\0", "")
        kind = InstanceType.objects.filter(pk=name).first() if name else None
        return USUAL_ARCHITECTURE if kind is None or USUAL_ARCHITECTURE in kind.architectures else kind.architectures[0]

    def _given(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """What concerns several fields: the root volume, the load, a workload for one instance only."""
        data = super().clean() or {}
        data["root_encrypted"] = data.get("root_encrypted") or self.always_encrypted
        self._clean_volume(data)
        if (data.get("load_peak_pct") or 100) < (data.get("load_mean_pct") or 0):
            self.add_error("load_peak_pct", _("The highest CPU cannot be below the mean."))
        if data.get("workload") and (data.get("count") or 1) > 1:
            self.add_error("workload", _("One workload runs on one instance: launch one, or leave this empty."))
        return data

    def _clean_volume(self, data: dict[str, Any]) -> None:
        if data.get("root_gib") is None or not data.get("root_kind"):
            return
        speed = (data.get("root_iops"), data.get("root_throughput"))
        data["root_iops"], data["root_throughput"] = figures(data["root_kind"], data["root_gib"], *speed)
        shape = (data["root_kind"], data["root_gib"], data["root_iops"], data["root_throughput"])
        for name, why in problems(*shape, root=True).items():
            self.add_error(VOLUME_FIELDS[name], str(why))
        image = data.get("image")
        if image and data.get("root_gib") and data["root_gib"] < image.root_gib:
            text = _("The image needs a root volume of at least %(gib)s GiB.")
            self.add_error("root_gib", text % {"gib": image.root_gib})


def with_template(lab: Any, data: Any) -> Any:
    """A request that names a launch template and no type, filled in from the template."""
    if not data or data.get("instance_type") or not data.get("template"):
        return data
    template = LaunchTemplate.objects.filter(Q(name=str(data["template"])[:128]), lab=lab).first()
    given = {key: data[key] for key in data if data[key] not in (None, "")}
    return {**template.values, **given} if template else data
