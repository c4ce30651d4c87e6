"""Assumptions about commitments: which offer, how much of a term is paid at its start, and what they take off."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from instances.choices import PurchaseOption, RateOffer, Upfront
from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

GROUP, GROUP_NAME = "purchase", _("How the cloud is bought")

OFFERS = (RateOffer.EC2_PLAN, RateOffer.COMPUTE_PLAN, RateOffer.RESERVED)
"""Offers by the value of `commitment_offer`."""
UPFRONTS = (Upfront.NONE, Upfront.PARTIAL, Upfront.ALL)
"""By the value of `one_year_upfront` and `three_year_upfront`."""
AWS_PLANS = _("AWS, “Savings Plans” and “Reserved Instances”")


def _choice(
    key: str, label: LazyText, default: float, options: tuple[LazyText, ...], source: LazyText
) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit="",
        default=default,
        minimum=0.0,
        maximum=len(options) - 1.0,
        step=1.0,
        group=GROUP,
        source=source,
        source_date="2026",
        options=tuple((float(number), name) for number, name in enumerate(options)),
    )


CHOICES = (
    _choice(
        "commitment_offer",
        _("What a commitment is"),
        0.0,
        tuple(offer.label for offer in OFFERS),
        _(
            "AWS: an EC2 Instance Savings Plan holds for a family in a region, a Compute Savings Plan for every "
            "instance everywhere, a Reserved Instance for a type or with Linux its family. All lower the price of "
            "Linux; licences of Windows and others are paid in full."
        ),
    ),
    _choice("one_year_upfront", _("Paid at the start of 1 year"), 0.0, tuple(one.label for one in UPFRONTS), AWS_PLANS),
    _choice(
        "three_year_upfront", _("Paid at the start of 3 years"), 2.0, tuple(one.label for one in UPFRONTS), AWS_PLANS
    ),
)
DEEP, FLEXIBLE = "family", "compute"
"""Discounts come in two depths: those bound to a family (EC2 Instance plan, Reserved Instance), and Compute plans."""
DEPTHS = {RateOffer.EC2_PLAN: DEEP, RateOffer.RESERVED: DEEP, RateOffer.COMPUTE_PLAN: FLEXIBLE}
DEPTH_NAMES = {DEEP: _("EC2 Instance plan, Reserved Instance"), FLEXIBLE: _("Compute plan")}
ONE_FAMILY = _("AWS savings plans: the middle 80 % of types lie between 34 and 38 %.")
THREE_FAMILY = _("AWS savings plans: 60 to 68 % by type.")
PRACTICE = _("Field's practice for general-purpose types; refreshed regions take the listed rate of each type instead.")
COMPUTE = _("c3x.dev, “Reserved Instances vs Savings Plans”: about 27 % for 1 year with nothing upfront, 52 % for 3.")
Row = tuple[str, int, Upfront, float, LazyText, str]
DISCOUNTS: tuple[Row, ...] = (
    (DEEP, 1, Upfront.NONE, 37.0, ONE_FAMILY, "2023"),
    (DEEP, 1, Upfront.PARTIAL, 40.0, PRACTICE, "2026"),
    (DEEP, 1, Upfront.ALL, 41.0, PRACTICE, "2026"),
    (DEEP, 3, Upfront.NONE, 57.0, PRACTICE, "2026"),
    (DEEP, 3, Upfront.PARTIAL, 60.0, PRACTICE, "2026"),
    (DEEP, 3, Upfront.ALL, 62.0, THREE_FAMILY, "2026-06"),
    (FLEXIBLE, 1, Upfront.NONE, 27.0, COMPUTE, "2026"),
    (FLEXIBLE, 1, Upfront.PARTIAL, 30.0, PRACTICE, "2026"),
    (FLEXIBLE, 1, Upfront.ALL, 32.0, PRACTICE, "2026"),
    (FLEXIBLE, 3, Upfront.NONE, 50.0, PRACTICE, "2026"),
    (FLEXIBLE, 3, Upfront.PARTIAL, 52.0, COMPUTE, "2026"),
    (FLEXIBLE, 3, Upfront.ALL, 54.0, PRACTICE, "2026"),
)
"""Depth, years, what is paid upfront, per cent, source, date."""
FIRST_KEYS = {
    (DEEP, 1, Upfront.NONE): "discount_one_year_pct",
    (DEEP, 3, Upfront.ALL): "discount_three_year_pct",
}
"""The two discounts that addresses and saved assumptions have had from the beginning."""
TERM_NAMES = {1: PurchaseOption.ONE_YEAR.label, 3: PurchaseOption.THREE_YEAR.label}


def discount_key(depth: str, years: int, upfront: str) -> str:
    """The parameter that holds a discount."""
    first = FIRST_KEYS.get((depth, years, Upfront(upfront)))
    return first or f"discount_{depth}_{years}_year_{upfront}_pct"


def _discount(row: Row) -> ParameterSpec:
    depth, years, upfront, percent, source, date = row
    return ParameterSpec(
        key=discount_key(depth, years, upfront),
        label=format_lazy(
            _("Discount: {term}, {offer}, {upfront}"),
            term=TERM_NAMES[years],
            offer=DEPTH_NAMES[depth],
            upfront=upfront.label,
        ),
        unit="%",
        default=percent,
        minimum=0.0,
        maximum=60.0 if years == 1 else 80.0,
        step=1.0,
        group=GROUP,
        source=source,
        source_date=date,
        kind=FigureKind.ESTIMATE,
    )


DISCOUNT_SPECS = tuple(_discount(row) for row in DISCOUNTS)
SPECS = (*CHOICES, *DISCOUNT_SPECS)
