"""The families most alike: what a region does to one family's price, it does to its siblings'."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache

from instances.catalog.names.naming import TypeName, parse_family

WIDE_SERIES = ("m", "r", "c")
"""Series sold in every region, for a family whose own series a region's list lacks."""


def distance(family: str, other: str) -> tuple[int, ...]:
    """How unlike two families are, compared left to right: series, maker of processors, options, flex, generation.

    Measured by leaving each family's own regional line out and predicting it (docs/catalog.md).
    """
    one, two = _parsed(family), _parsed(other)
    return (
        int(one.series != two.series),
        WIDE_SERIES.index(two.series) if one.series != two.series and two.series in WIDE_SERIES else 0,
        int(_maker(one) != _maker(two)),
        len(set(one.options) ^ set(two.options)),
        int(one.flex != two.flex),
        abs((one.generation or 0) - (two.generation or 0)),
    )


def nearest_sibling(family: str, ratios: Mapping[str, Fraction]) -> str | None:
    """The family of `ratios` (a region's price ratio by family) most like `family`, itself left out."""
    return min(_candidates(family, ratios), key=lambda other: (distance(family, other), other), default=None)


def is_close(family: str, other: str) -> bool:
    """Whether two families are of one series and one maker of processors, so that their ratios agree closely."""
    one, two = _parsed(family), _parsed(other)
    return one.series == two.series and _maker(one) == _maker(two)


def _candidates(family: str, ratios: Iterable[str]) -> list[str]:
    series = _parsed(family).series
    return [f for f in ratios if f != family and _parsed(f).series in (series, *WIDE_SERIES)]


def _maker(name: TypeName) -> str:
    """Families without a processor letter run on Intel, as those with an i."""
    return name.processor or "i"


@cache
def _parsed(family: str) -> TypeName:
    return parse_family(family)
