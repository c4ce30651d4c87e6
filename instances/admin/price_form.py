"""Forms of the cloud side."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from instances.catalog.build.repair import EVEN_MEMORY, agrees, rounded
from instances.catalog.names.naming import size_units
from instances.models import InstanceType, Price
from virtlab.labs.choices import FigureKind

if TYPE_CHECKING:
    PriceModelForm = forms.ModelForm[Price]
else:  # not subscriptable when the program runs
    PriceModelForm = forms.ModelForm


class PriceForm(PriceModelForm):
    """A price by an administrator. Called a list price it must lie on its family's line in the region."""

    class Meta:
        model = Price
        fields = ("region", "instance_type", "usd_per_hour", "kind", "source", "source_date")

    def clean(self) -> dict[str, Any]:
        """Refuses a list price off the line, saying what the line gives."""
        data = super().clean() or {}
        usd, kind = data.get("usd_per_hour"), data.get("kind")
        if usd is None or kind != FigureKind.LIST or "region" not in data or "instance_type" not in data:
            return data
        units = family_units(data["instance_type"])
        line = family_line_usd_per_unit(data["region"].pk, data["instance_type"], units)
        own = units.get(data["instance_type"].pk)
        if line is not None and own is not None and not agrees(usd, line, own):
            text = _("A list price lies on its family's line, which gives %(usd)s. Check it, or choose another kind.")
            self.add_error("usd_per_hour", text % {"usd": rounded(line * own).normalize()})
        return data


def family_units(of: InstanceType) -> dict[str, Fraction]:
    """Sizes of a type's family in units by name, plain `metal` as large as the largest (one query).

    Empty where prices are not proportional to size: families with accelerators, or whose memory is not.
    """
    rows = InstanceType.objects.filter(family=of.family).values_list("name", "size", "memory_mib", "accelerators")
    sized = {name: size_units(size) for name, size, _mib, _accelerators in rows}
    largest = max((units for units in sized.values() if units), default=None)
    units = {name: count for name in sized if (count := sized[name] or largest)}
    per_unit = [Fraction(mib) / units[name] for name, _size, mib, _accelerators in rows if name in units]
    even = bool(per_unit) and max(per_unit) <= min(per_unit) * EVEN_MEMORY
    return units if even and not any(accelerators for *_rest, accelerators in rows) else {}


def family_line_usd_per_unit(region: str, of: InstanceType, units: dict[str, Fraction]) -> Fraction | None:
    """What the family's other listed or derived types cost per unit, the middle one: a size may be off the line."""
    others = Price.objects.filter(
        region=region, instance_type__family=of.family, kind__in=(FigureKind.LIST, FigureKind.DERIVED)
    ).exclude(instance_type=of)
    rows = others.values_list("instance_type", "usd_per_hour")
    per_unit = sorted(Fraction(usd) / units[name] for name, usd in rows if name in units)
    return per_unit[len(per_unit) // 2] if per_unit else None
