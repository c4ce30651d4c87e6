"""What can be moved: each assumption within its likely range, the catalogue's prices, and the rules of sizing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.pricing.plans import plan_of
from virtlab.compare.parameters.likely import DISCOUNT_RANGES, LIKELY, SAME
from virtlab.compare.parameters.support_plans import ENDED
from virtlab.labs.parameters import SPECS
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

INSTANCES, VOLUMES = "catalogue_instances", "catalogue_volumes"
OF_CATALOGUE = _("% of the catalogue's")
RULES, SUPPORT = "rules", "support_plan"
"""Group of the parameters that are choices of how to size, and one of the bill's."""
STANDARDS = frozenset({"families"})
"""Of these choices those that a house has made for itself: not tried."""
BUYING = frozenset({*DISCOUNT_RANGES, "coverage_pct", "spot_discount_pct"})
"""Parameters of how hours are bought."""

IN_MONTHS = ("server_lifetime_years", "existing_age_years")
"""What is left to pay depends on how old things are beside how old they get."""


@dataclass(frozen=True, slots=True)
class Lever:
    """An assumption at its value of now, and the range that it is moved through alone, with the reason.

    `options`: names by value where it is a choice; one chooses, so chance does not. `known`: somebody set its value,
    so chance does not move it either.
    """

    key: str
    label: LazyText
    unit: LazyText
    now: float
    low: float
    high: float
    reason: LazyText = ""
    options: Mapping[float, LazyText] | None = None
    known: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is no choice."""
        return self.options is None

    @property
    def by_chance(self) -> bool:
        """Whether nobody knows its value: a choice is made, not met with, and who sets a number knows it."""
        return self.is_number and not self.known

    @property
    def points(self) -> list[float]:
        """The values at which it is tried first, lowest first: ends and present value, or the options."""
        return sorted(self.options or {self.low, self.now, self.high})

    def text(self, value: float) -> str:
        """A value of it as people read it."""
        return formats.number(value) if self.options is None else str(self.options[value])

    def measured(self, value: float) -> str:
        """A value of a number with its unit, the name of an option."""
        return formats.measured(self.text(value), self.unit) if self.is_number else self.text(value)

    @property
    def now_text(self) -> str:
        """The value of now where the unit is known from another one."""
        is_percentage = self.is_number and "%" in str(self.unit)
        return formats.with_unit(self.now, "%") if is_percentage else self.text(self.now)


PRICES = (
    Lever(
        INSTANCES,
        _("Prices of instances"),
        OF_CATALOGUE,
        now=100.0,
        low=85.0,
        high=105.0,
        reason=_("Large buyers agree on discounts, and prices of types that are sold seldom rise. An assumption."),
    ),
    Lever(
        VOLUMES,
        _("Prices of volumes and snapshots"),
        OF_CATALOGUE,
        now=100.0,
        low=85.0,
        high=105.0,
        reason=_("As those of instances. An assumption."),
    ),
)


def levers(values: Mapping[str, float], purchase: str = "", known: Collection[str] = ()) -> list[Lever]:
    """All of them, at the values in force; a range is widened where it does not hold the present value. Known is what
    is not at its default, since somebody set it, and `known`: keys of what was set to it.

    Of how hours are bought only those that count: the discount of the commitment and its coverage, and of Spot.
    """
    plan = plan_of(purchase, values) if purchase else None
    bought = {plan.discount_key, "coverage_pct"} if plan else set()
    bought |= {"spot_discount_pct"} if values["spot_share_pct"] else set()
    ranged = [_ranged(key, values, known) for key in LIKELY if key in values and (key not in BUYING or key in bought)]
    rules = [
        _rule(key, values[key])
        for key, spec in SPECS.items()
        if spec.options and key not in STANDARDS and (spec.group == RULES or key == SUPPORT)
    ]
    return [*ranged, *PRICES, *rules]


def _ranged(key: str, values: Mapping[str, float], known: Collection[str]) -> Lever:
    spec, likely, now = SPECS[key], LIKELY[key], values[key]
    low, high = min(likely.low, now), max(likely.high, now)
    same = {key, SAME.get(key, key)}
    is_known = not same.isdisjoint(known) or any(values[other] != SPECS[other].default for other in same)
    return Lever(key, spec.label, spec.unit, now=now, low=low, high=high, reason=likely.reason, known=is_known)


def _rule(key: str, now: float) -> Lever:
    spec = SPECS[key]
    left = {float(plan) for plan in ENDED} - {now} if key == SUPPORT else set()
    options = {value: name for value, name in spec.options if value not in left}
    return Lever(key, spec.label, spec.unit, now=now, low=min(options), high=max(options), options=options)
