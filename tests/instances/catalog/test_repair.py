"""Repair of the price list."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from instances.catalog.build.pricing import Book, Machines, home_prices, prices, region_lines
from instances.catalog.build.repair import family_line
from instances.catalog.build.siblings import is_close, nearest_sibling
from instances.catalog.names.naming import size_units
from instances.choices import PriceRule

SIZES = ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "24xlarge", "metal-24xl"]


def units_of(names: list[str]) -> dict[str, Fraction]:
    return {name: units for name in names if (units := size_units(name.split(".")[1]))}


@given(
    st.integers(10, 10_000),
    st.lists(st.sampled_from(["true", "dedicated", "zero"]), min_size=len(SIZES), max_size=len(SIZES)),
)
def test_it_finds_the_line_under_zeros_and_dedicated_rows(unit: int, fates: list[str]) -> None:
    true = {f"m9.{size}": Decimal(unit) / 100_000 * Decimal(float(size_units(size) or 0)) for size in SIZES}
    factor = {"true": Decimal(1), "dedicated": Decimal("1.1"), "zero": Decimal(0)}
    listed = {name: usd * factor[fate] for (name, usd), fate in zip(true.items(), fates, strict=True)}
    line = family_line(listed, units_of(list(true)))
    if fates.count("true") == 0:
        assert line is None or line.usd_per_unit == Fraction(unit) / 100_000 * Fraction(11, 10)
        return
    assert line is not None
    assert line.usd_per_unit == Fraction(unit) / 100_000
    assert line.on_line == {name for name, fate in zip(true, fates, strict=True) if fate == "true"}
    assert line.confirmed == (fates.count("true") > 1 or "dedicated" in fates)


HOME = {
    "m7g.large": Decimal("0.08"),
    "m7g.xlarge": Decimal("0.16"),
    "x1.16xlarge": Decimal(6),
    "x1.32xlarge": Decimal(12),
}
HOME |= {"x1e.16xlarge": Decimal(12), "x1e.32xlarge": Decimal(24)}
NAMES = [*HOME, "m8g.large", "m8g.xlarge", "m8g.4xlarge", "u9.56xlarge"]


def machines() -> Machines:
    families: dict[str, list[str]] = {}
    for name in NAMES:
        families.setdefault(name.split(".")[0], []).append(name)
    return Machines(units_of(NAMES), families, frozenset())


def book(**facts: str) -> Book:
    units = {"m7g": "0.16", "m8g": "0.18", "x1": "0.375", "x1e": "0.75"} | facts
    per_unit = {family: Fraction(usd) / 8 for family, usd in units.items()}
    return Book(per_unit, region_lines(HOME, machines()))


def test_it_takes_home_prices_from_the_fact_table() -> None:
    repaired = {p.name: p for p in home_prices(HOME | {"m7g.large": Decimal("0.088")}, NAMES, machines(), book())}
    assert (repaired["m7g.xlarge"].usd_per_hour, repaired["m7g.xlarge"].rule) == (Decimal("0.16"), PriceRule.FACT)
    assert (repaired["m7g.large"].usd_per_hour, repaired["m7g.large"].rule) == (Decimal("0.08"), PriceRule.FACT_LINE)
    assert (repaired["x1.16xlarge"].usd_per_hour, repaired["x1.16xlarge"].rule) == (Decimal(6), PriceRule.LISTED)
    assert "u9.56xlarge" not in repaired


def test_it_prices_a_newer_family_by_its_sibling() -> None:
    listed = {"m7g.large": Decimal("0.10"), "m7g.xlarge": Decimal("0.20")}
    repaired = {p.name: p for p in prices(listed, NAMES, machines(), book())}
    assert repaired["m8g.large"].usd_per_hour == Decimal("0.1125")
    assert (repaired["m8g.large"].rule, repaired["m8g.large"].basis) == (PriceRule.SIBLING, "m7g")
    assert repaired["x1.16xlarge"].rule == PriceRule.DISTANT


def test_it_drops_a_lone_row_that_its_sibling_shows_to_be_dedicated() -> None:
    listed = {"x1e.16xlarge": Decimal(12), "x1e.32xlarge": Decimal(24), "x1.16xlarge": Decimal("6.6")}
    repaired = {p.name: p for p in prices(listed, NAMES, machines(), book())}
    assert (repaired["x1.16xlarge"].usd_per_hour, repaired["x1.16xlarge"].rule) == (Decimal(6), PriceRule.SIBLING)


def test_it_keeps_a_lone_row_that_nothing_confirms_as_an_estimate() -> None:
    listed = {"x1e.16xlarge": Decimal(12), "x1e.32xlarge": Decimal(24), "x1.16xlarge": Decimal(9)}
    repaired = {p.name: p for p in prices(listed, NAMES, machines(), book())}
    assert (repaired["x1.16xlarge"].usd_per_hour, repaired["x1.16xlarge"].rule) == (Decimal(9), PriceRule.LONE)
    assert repaired["x1.32xlarge"].usd_per_hour == Decimal(18)


def test_it_follows_a_price_that_changed_at_home_since_the_list_was_made() -> None:
    listed = {"m7g.large": Decimal("0.10"), "m7g.xlarge": Decimal("0.20")}
    repaired = {p.name: p for p in prices(listed, NAMES, machines(), book(m7g="0.08"))}
    assert (repaired["m7g.large"].usd_per_hour, repaired["m7g.large"].rule) == (Decimal("0.05"), PriceRule.REPRICED)


def test_it_chooses_siblings_by_series_then_maker_then_options() -> None:
    ratios = dict.fromkeys(["m7g", "m7i", "m7gd", "c8g", "m6a", "r7i"], Fraction(1))
    assert nearest_sibling("m8g", ratios) == "m7g"
    assert nearest_sibling("m8gd", ratios) == "m7gd"
    assert nearest_sibling("m7a", ratios) == "m6a"
    assert nearest_sibling("u7i-12tb", ratios) == "m7i"
    assert nearest_sibling("m8g", {}) is None
    assert is_close("m5", "m7i")
    assert not is_close("m5", "m7g")
