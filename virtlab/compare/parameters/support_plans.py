"""The cloud's support plans, as figures: what a bill charges by them is in its bills."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

SUPPORT_KEY = "support_plan"
SOURCE = _(
    "AWS Support User Guide (2026): Business Support+ has a least of 29 USD a month for each account (one is assumed); "
    "Developer, Business and Enterprise On-Ramp end on 1 January 2027. AWS, support pricing: Business 10, 7, 5 and 3 % "
    "to 10,000, 80,000, 250,000 USD and above, at least 100; Enterprise the same to 150,000, 500,000, 1,000,000 USD "
    "and above; Developer 3 %, at least 29. AWS price list: Enterprise On-Ramp 10 %, at least 5,500. As read by others "
    "in October 2026: Business Support+ 9, 7, 5 and 3 % to 10,000, 80,000, 250,000 USD and above; Enterprise at least "
    "5,000 USD (15,000 until 2025). Unified Operations, from 50,000 USD, is not offered here. Shares are of charges "
    "before discounts."
)


class Support(NamedTuple):
    """A plan: its name, the least USD per month, and (up to so many USD, per cent) by tier."""

    name: LazyText
    least_usd: float
    tiers: tuple[tuple[float, float], ...]


ALL = float("inf")
SUPPORT: tuple[Support, ...] = (
    Support(_("none"), 0.0, ()),
    Support(_("Developer (until 31 December 2026)"), 29.0, ((ALL, 3.0),)),
    Support(
        _("Business (until 31 December 2026)"), 100.0, ((10_000.0, 10.0), (80_000.0, 7.0), (250_000.0, 5.0), (ALL, 3.0))
    ),
    Support(_("Enterprise On-Ramp (until 31 December 2026)"), 5_500.0, ((ALL, 10.0),)),
    Support(_("Enterprise"), 5_000.0, ((150_000.0, 10.0), (500_000.0, 7.0), (1_000_000.0, 5.0), (ALL, 3.0))),
    Support("Business Support+", 29.0, ((10_000.0, 9.0), (80_000.0, 7.0), (250_000.0, 5.0), (ALL, 3.0))),
)
"""By the value of `support_plan`."""
ONGOING, ENDED = (0, 5, 4), (1, 2, 3)
"""Those that AWS goes on selling, and those that end on 1 January 2027, which old addresses may still ask for."""
