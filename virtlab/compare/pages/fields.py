"""The fields of the assumptions' form: a slider and a number for the main ones, a number for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts.theme import CLOUD, ONPREM
from virtlab.compare.choices import LEFT, RIGHT, Kind
from virtlab.compare.inputs.estate import EstateArrays
from virtlab.compare.inputs.place import regions
from virtlab.compare.inputs.question import PURCHASES, Question, assumption_keys
from virtlab.compare.parameters import ALL_GROUPS
from virtlab.labs.parameters import SPECS, ParameterSpec
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

MAIN = (
    "electricity_usd_per_kwh",
    "pue_onprem",
    "server_usd_per_core",
    "server_usd_per_gib",
    "existing_age_years",
    "server_lifetime_years",
    "esxi_usd_per_core_year",
    "admin_usd_per_hour",
    "admin_hours_per_guest",
    "hours_per_day",
    "usd_jpy",
)
SLIDER_SPAN = 4.0
"""A slider reaches to four times the default, where the range itself is so wide that a step could not be hit."""


@dataclass(frozen=True, slots=True)
class Field:
    """One assumption as the form shows it. `text` is what stands in the number field, also where it was refused."""

    spec: ParameterSpec
    value: float
    text: str
    error: str
    changed: bool

    @property
    def key(self) -> str:
        """Its name in the address."""
        return self.spec.key

    @property
    def yours(self) -> bool:
        """Whether it is a value of one's own: typed here, or the lab's."""
        return self.value != self.spec.default

    @property
    def slider_max(self) -> str:
        """Where the slider ends."""
        wide = max(self.spec.default * SLIDER_SPAN, self.value)
        return plain(min(self.spec.maximum, wide) if self.spec.default else self.spec.maximum)

    @property
    def options(self) -> list[tuple[str, LazyText, bool]]:
        """Value, name and whether it is in force, of each choice; none where any number will do."""
        return [(plain(value), name, value == self.value) for value, name in self.spec.options]

    @property
    def limits(self) -> dict[str, str]:
        """The range as attributes take it."""
        return {
            "min": plain(self.spec.minimum),
            "max": plain(self.spec.maximum),
            "step": plain(self.spec.step),
            "value": plain(self.value),
            "default": plain(self.spec.default),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """A selection of the form: its options as (value, name) and the one that is in force."""

    key: str
    label: str
    side: str
    options: list[tuple[str, LazyText]]
    chosen: str
    error: str


def choices(question: Question) -> list[Choice]:
    """The two alternatives, the region, and how hours are bought."""
    errors = question.errors
    places = sorted(((code, region.label) for code, region in regions().items()), key=lambda pair: pair[1])
    return [
        Choice("left", _("Left: on-prem"), ONPREM, _kinds(LEFT), question.left, errors.get("left", "")),
        Choice("right", _("Right: cloud"), CLOUD, _kinds(RIGHT), question.right, errors.get("right", "")),
        Choice("region", _("Region"), "", [*places], question.region, errors.get("region", "")),
        Choice(
            "purchase",
            _("How hours are bought"),
            "",
            [(value, option.label) for value, option in PURCHASES.items()],
            question.purchase,
            errors.get("purchase", ""),
        ),
    ]


def _kinds(kinds: Mapping[str, Kind]) -> list[tuple[str, LazyText]]:
    return [(kind.key, kind.name) for kind in kinds.values()]


def plain(value: float) -> str:
    """A number as HTML reads it, whatever the language."""
    return f"{value:.12g}"


def main_fields(question: Question, estate: EstateArrays) -> list[Field]:
    """The assumptions that most people turn; the licence of a hypervisor only where the estate has it."""
    keys = [key for key in MAIN if key != "esxi_usd_per_core_year" or "esxi" in estate.hypervisors]
    return [_field(SPECS[key], question) for key in keys]


def grouped_fields(question: Question, main: Mapping[str, object]) -> list[tuple[LazyText, list[Field]]]:
    """All other assumptions of the comparison by group."""
    groups: list[tuple[LazyText, list[Field]]] = []
    for group, name in ALL_GROUPS.items():
        specs = [SPECS[key] for key in assumption_keys() if SPECS[key].group == group and key not in main]
        if specs:
            groups.append((name, [_field(spec, question) for spec in specs]))
    return groups


def in_force(question: Question) -> list[str]:
    """The assumptions for which something was sent that is wrong, with the value that is in force instead."""
    specs = [SPECS[key] for key in question.errors if key in SPECS]
    return [f"{spec.label} {_in_force(spec, question.values[spec.key])}" for spec in specs]


def _in_force(spec: ParameterSpec, value: float) -> str:
    named = dict(spec.options).get(value)
    return formats.measured(formats.exact(value), spec.unit) if named is None else str(named)


def _field(spec: ParameterSpec, question: Question) -> Field:
    value = question.values[spec.key]
    text = question.sent.get(spec.key, plain(value))
    return Field(spec, value, text, question.errors.get(spec.key, ""), spec.key in question.overrides)
