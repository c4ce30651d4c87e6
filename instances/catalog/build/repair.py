"""Repair of a price list that holds zeros and dedicated-tenancy rows among the on-demand ones.

Within a family the price is proportional to the size, so on-demand rows of a region and family lie on one line through
the origin; dedicated rows lie 6–11 % above it. The lowest cluster of price per unit of size is the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TOLERANCE = Fraction(15, 1000)
"""How far a listed price may lie from its family's line: prices under 5 cents are listed with two or three digits."""
DEDICATED = (Fraction(1045, 1000), Fraction(1125, 1000))
"""Dedicated tenancy costs 1.06, 1.07, 1.10 or 1.11 times the on-demand price (measured over the whole list)."""
EVEN_MEMORY = Fraction(115, 100)
"""Sizes of a family whose memory per unit of size differs by more than this factor are not on one price line."""
KINSHIP = Fraction(3, 100)
"""How far a lone row's regional ratio may lie from its nearest sibling's to count as confirmed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A family's prices in a region: USD per hour per unit of size, the rows on it, the rows off it."""

    usd_per_unit: Fraction
    on_line: frozenset[str]
    off_line: frozenset[str]
    confirmed: bool


def family_line(listed: Mapping[str, Decimal], units: Mapping[str, Fraction]) -> Line | None:
    """The line of one family in one region from its listed prices (USD/h by type) and sizes (units by type).

    Confirmed where two rows agree, or where another row stands above the lowest by just the dedicated surcharge.
    None without a listed price.
    """
    per_unit = {name: Fraction(usd) / units[name] for name, usd in listed.items() if usd > 0}
    if not per_unit:
        return None
    lowest = min(per_unit.values())
    near = frozenset(name for name, value in per_unit.items() if value <= lowest * (1 + TOLERANCE))
    largest = max(near, key=lambda name: (units[name], name))
    usd_per_unit = per_unit[largest]
    off = frozenset(per_unit) - near
    marked_up = any(is_dedicated(per_unit[name] / usd_per_unit) for name in off)
    return Line(usd_per_unit, near, off, len(near) > 1 or marked_up)


def is_dedicated(ratio: Fraction) -> bool:
    """Whether a price this many times the expected one looks like dedicated tenancy."""
    return DEDICATED[0] <= ratio <= DEDICATED[1]


def agrees(usd: Decimal, usd_per_unit: Fraction, units: Fraction) -> bool:
    """Whether a listed price lies on a line."""
    return abs(Fraction(usd) / (usd_per_unit * units) - 1) <= TOLERANCE


def rounded(usd: Fraction) -> Decimal:
    """USD per hour to six decimals."""
    return Decimal(round(usd * 1_000_000)) / 1_000_000
