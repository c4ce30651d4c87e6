"""The parameters: every figure that a user may know better, with its unit, range, source and date.

Apps declare theirs with `register` when Django loads them; `Parameter` rows hold the values in force,
`Assumption` rows a lab's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.models import Assumption, Lab, Parameter
from virtlab.web.lazy_text import LazyText

NO_YES = ((0.0, _("no")), (1.0, _("yes")))
"""The options of a switch."""


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """What may be said of one parameter: `minimum` ≤ value ≤ `maximum` in `unit`, shown under `label` in `group`.

    One with `options` (value, name) is a choice between those: a switch, or a rule.
    """

    key: str
    label: LazyText
    unit: LazyText
    default: float
    minimum: float
    maximum: float
    step: float
    group: str
    source: LazyText
    source_date: str
    kind: str = FigureKind.ASSUMPTION
    options: tuple[tuple[float, LazyText], ...] = ()
    multiple_of: float = 0.0
    """What a value is a whole number of, 0 for any: there is no half host."""

    def allows(self, value: float) -> bool:
        """Whether a value is within the range and whole, and one of the options where there are any."""
        named = not self.options or any(value == option for option, _name in self.options)
        return named and self.minimum <= value <= self.maximum and self.is_whole(value)

    def is_whole(self, value: float) -> bool:
        """Whether a value is a whole number of what it must be."""
        return not self.multiple_of or value % self.multiple_of == 0


SPECS: dict[str, ParameterSpec] = {}
GROUP_NAMES: dict[str, LazyText] = {}


def register(specs: Iterable[ParameterSpec]) -> None:
    """Adds declarations; raises ValueError for a key declared twice or a default out of its own range."""
    for spec in specs:
        if SPECS.setdefault(spec.key, spec) != spec:
            raise ValueError(f"The parameter {spec.key} is declared twice.")
        if not spec.allows(spec.default):
            raise ValueError(f"The parameter {spec.key} has a default outside its range.")


def name_groups(names: Mapping[str, LazyText]) -> None:
    """Says how groups are called on pages; the order in which they are named is the order in which they stand."""
    GROUP_NAMES.update(names)


def global_values() -> dict[str, float]:
    """Every parameter's value in force for everybody: the row where an administrator changed it, else the default."""
    values = {key: spec.default for key, spec in SPECS.items()}
    values.update((row.key, row.value) for row in Parameter.objects.all() if row.key in values)
    return values


def own_values(lab: Lab) -> dict[str, float]:
    """What a lab has assumptions of its own about, with their values, also those at the default (one query)."""
    return {row.key: row.value for row in Assumption.objects.filter(lab=lab) if row.key in SPECS}


def lab_values(lab: Lab, overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """A lab's values: global ones, then the lab's assumptions, then `overrides` of this one question (two queries)."""
    values = {**global_values(), **own_values(lab)}
    values.update((key, value) for key, value in (overrides or {}).items() if key in values)
    return values
