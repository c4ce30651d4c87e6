"""Where a fault is to be switched on: in regions that the lab uses."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from instances.models import AvailabilityZone, Instance, InstanceType, Region
from instances.operations.fields import RegionForm
from virtlab.jobs.operations.form import OperationForm
from virtlab.labs.models import Lab


def regions_of(lab: Lab, *chosen: str) -> "QuerySet[Region]":
    """The lab's own region, those with its instances, and the chosen ones."""
    used = Instance.objects.filter(lab=lab).values("region")
    return Region.objects.filter(Q(pk__in=[lab.region_code, *chosen]) | Q(pk__in=used))


def offer(form: OperationForm, name: str, rows: "QuerySet[Any]") -> None:
    """Lets a field choose from these rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class ZoneForm(OperationForm):
    zone = forms.ModelChoiceField(
        label=_("Availability zone"), queryset=AvailabilityZone.objects.all(), to_field_name="name"
    )

    def prepare(self) -> None:
        """Zones of the regions that the lab uses; its own region's first one is chosen."""
        if self.lab:
            offer(self, "zone", AvailabilityZone.objects.filter(region__in=regions_of(self.lab)))
            self.fields["zone"].initial = f"{self.lab.region_code}a"


class PlaceForm(RegionForm):
    """One of the regions that the lab uses."""

    def prepare(self) -> None:
        super().prepare()
        if self.lab:
            offer(self, "region", regions_of(self.lab))


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

    def prepare(self) -> None:
        """Zones of the regions that the lab uses, and of the chosen one."""
        super().prepare()
        if self.lab:
            given = self.data if self.is_bound else self.initial
            used = regions_of(self.lab, str(given.get("region", "")))
            offer(self, "zone", AvailabilityZone.objects.filter(region__in=used))

    def clean_type_name(self) -> str:
        """A known type or family, in lower case."""
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
