"""The explorer's filters as a form; what an address asks wrongly is told at its field and left out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from instances.catalog.queries import region_list, type_table
from instances.choices import Hypervisor, PurchaseOption
from instances.pages.types.facts import type_facts
from virtlab.labs.choices import OperatingSystem

ANY = ("", _("any"))
UP_TO = pgettext_lazy("end of a range", "to")
NOT_SOLD = {OperatingSystem.OTHER, OperatingSystem.WINDOWS_CLIENT}
SYSTEMS = [(value, label) for value, label in OperatingSystem.choices if value not in NOT_SOLD]
MAKERS = [
    ("intel", _("Intel")),
    ("amd", _("AMD")),
    ("graviton", _("AWS (Graviton)")),
    ("apple", _("Apple")),
]
YES_NO = [ANY, ("yes", _("yes")), ("no", _("no"))]


class ExplorerForm(forms.Form):
    """Where and how one would buy, and which types to show. Everything may be left empty."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    purchase = forms.ChoiceField(label=_("Bought as"), required=False, choices=PurchaseOption)
    system = forms.ChoiceField(label=_("System"), required=False, choices=SYSTEMS)
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    family = forms.ChoiceField(label=_("Family"), required=False)
    vcpu_min = forms.FloatField(label=_("vCPU from"), required=False, min_value=0, max_value=1e6)
    vcpu_max = forms.FloatField(label=UP_TO, required=False, min_value=0, max_value=1e6)
    memory_min = forms.FloatField(label=_("GiB from"), required=False, min_value=0, max_value=1e6)
    memory_max = forms.FloatField(label=UP_TO, required=False, min_value=0, max_value=1e6)
    price_max = forms.FloatField(label=_("USD per hour up to"), required=False, min_value=0, max_value=1e4)
    network_min = forms.FloatField(label=_("Network Gb/s from"), required=False, min_value=0, max_value=1e5)
    arch = forms.ChoiceField(
        label=_("Architecture"), required=False, choices=[ANY, ("x86", _("x86-64")), ("arm", _("Arm64"))]
    )
    maker = forms.ChoiceField(label=_("Processor"), required=False, choices=[ANY, *MAKERS])
    hypervisor = forms.ChoiceField(label=_("Hypervisor"), required=False, choices=[ANY, *Hypervisor.choices])
    generation = forms.ChoiceField(label=_("Generation"), required=False)
    burstable = forms.ChoiceField(label=_("Burstable"), required=False, choices=YES_NO)
    accelerators = forms.ChoiceField(label=_("Accelerators"), required=False, choices=YES_NO)
    store = forms.ChoiceField(label=_("Instance store"), required=False, choices=YES_NO)

    def __init__(self, data: Mapping[str, Any], region: str) -> None:
        super().__init__(data)
        table, facts = type_table(region), type_facts(region)
        generations = sorted({int(one) for one in facts.generation if one}, reverse=True)
        words = [("current", _("current")), ("previous", _("previous"))]
        self._choose("region", [(one.code, f"{one.code} · {one.label}") for one in region_list()])
        self._choose("family", [ANY, *((name, name) for name in sorted(set(table.families)))])
        self._choose("generation", [ANY, *words, *((str(one), str(one)) for one in generations)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


WHERE = ("region", "purchase", "system")
"""What changes prices, not which types are shown."""
