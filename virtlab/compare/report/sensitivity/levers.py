"""What can be moved: each assumption within its likely range, the catalogue's prices, and the rules of sizing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hosts.parameters.hypervisors import VMWARE_KEY
from instances.choices import PurchaseOption
from instances.pricing.plans import UPFRONT_KEYS, YEARS, Plan, plan_of
from virtlab.compare.choices import PURCHASE_NAMES
from virtlab.compare.inputs.question import assumption_keys
from virtlab.compare.parameters.likely import DISCOUNT_RANGES, LIKELY, SAME
from virtlab.compare.parameters.support_plans import ENDED
from virtlab.labs.parameters import SPECS
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

INSTANCES, VOLUMES = "catalogue_instances", "catalogue_volumes"
OF_CATALOGUE = _("% of the catalogue's")
PURCHASE, OFFER, SUPPORT = "purchase", "commitment_offer", "support_plan"
TERM_YEARS: Mapping[str, float] = {option.value: float(YEARS.get(option.value, 0)) for option in PurchaseOption}
"""How hours are bought (no parameter, but in the question) as a number: the years of its term."""
STANDARDS = frozenset({"families", "new_server_cores", "new_server_gib"})
FACTS = frozenset({"vmware_edition", "vmware_term_years", "sql_edition", "sql_server_edition", "client_own_hardware"})
NO_MONEY = frozenset({"carbon_method", "embodied_existing"})
NOT_TRIED = STANDARDS | FACTS | NO_MONEY
"""Choices that are not tried: those that a house has made for itself; which editions it runs (what VMware costs is
tried as a number, but where an edition has its own price) and what Microsoft's terms allow; and those of carbon.
"""
BUYING = frozenset({*DISCOUNT_RANGES, "coverage_pct", "spot_discount_pct"})
"""Numbers of how hours are bought."""
TERMS = frozenset({PURCHASE, OFFER, *UPFRONT_KEYS.values(), *DISCOUNT_RANGES, "coverage_pct"})
"""What hours are bought by: where one of these changes, others of them may count no more."""

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

    Of how hours are bought only what counts: the term, of a commitment its discount, its coverage, what it is and what
    of it is paid at its start, and the discount of Spot. What VMware costs only where no edition says so.
    """
    plan = plan_of(purchase, values) if purchase else None
    bought = {plan.discount_key, "coverage_pct"} if plan else set()
    bought |= {"spot_discount_pct"} if values["spot_share_pct"] else set()
    idle = BUYING - bought | ({VMWARE_KEY} if values["vmware_edition"] else set())
    ranged = [_ranged(key, values, known) for key in LIKELY if key in values and key not in idle]
    terms = [_term(purchase)] if purchase else []
    return [*ranged, *PRICES, *terms, *(_choice(key, values[key]) for key in _choices(plan))]


def _choices(plan: Plan | None) -> list[str]:
    """The parameters that are choices, but those that are not tried, or of no commitment of now."""
    idle = {OFFER, *UPFRONT_KEYS.values()} - ({OFFER, UPFRONT_KEYS[plan.years]} if plan else set())
    return [key for key in assumption_keys() if SPECS[key].options and key not in NOT_TRIED | idle]


def _term(purchase: str) -> Lever:
    options = {years: PURCHASE_NAMES[option] for option, years in TERM_YEARS.items()}
    low, high, now = min(options), max(options), TERM_YEARS[purchase]
    return Lever(PURCHASE, _("How hours are bought"), "", now=now, low=low, high=high, options=options)


def _ranged(key: str, values: Mapping[str, float], known: Collection[str]) -> Lever:
    spec, likely, now = SPECS[key], LIKELY[key], values[key]
    low, high = min(likely.low, now), max(likely.high, now)
    same = {key, SAME.get(key, key)}
    is_known = not same.isdisjoint(known) or any(values[other] != SPECS[other].default for other in same)
    return Lever(key, spec.label, spec.unit, now=now, low=low, high=high, reason=likely.reason, known=is_known)


def _choice(key: str, now: float) -> Lever:
    spec = SPECS[key]
    left = {float(plan) for plan in ENDED} - {now} if key == SUPPORT else set()
    options = {value: name for value, name in spec.options if value not in left}
    return Lever(key, spec.label, spec.unit, now=now, low=min(options), high=max(options), options=options)
