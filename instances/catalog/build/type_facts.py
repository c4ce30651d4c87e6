"""Home prices that the size of a type does not give: with accelerators, off the family's line, rounded in the list.

A family with accelerators has no line by size. Its unit is a dollar of the home price instead: what a region lists,
divided by that, is the region's ratio, and from there on it is priced as any other family.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from instances.catalog import files
from instances.catalog.build.pricing import Machines
from instances.catalog.build.repair import agrees

UNITS_OF_XLARGE = 8


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """The fact tables of home prices: USD per hour per unit of size by family, USD per hour by type."""

    families: dict[str, Fraction]
    types: dict[str, Decimal]


def home_facts() -> HomeFacts:
    """Both tables; a family that has no row of its own takes the xlarge price of the table of types."""
    by_family = files.read(files.FACTS / "family_usd_us_east_1.csv")
    types = {row["type"]: Decimal(row["usd_per_hour"]) for row in files.read(files.FACTS / "type_usd_us_east_1.csv")}
    xlarge = {name.split(".")[0]: usd for name, usd in types.items() if name.endswith(".xlarge")}
    known = xlarge | {row["family"]: Decimal(row["xlarge_usd_per_hour"]) for row in by_family}
    return HomeFacts({family: Fraction(usd) / UNITS_OF_XLARGE for family, usd in known.items()}, types)


def accelerated_families(types: list[dict[str, object]]) -> dict[str, list[str]]:
    """The names of each family that has accelerators."""
    families = {str(row["family"]) for row in types if row["accelerators"]}
    return {f: [str(row["name"]) for row in types if row["family"] == f] for f in sorted(families)}


def with_type_facts(sizes: Machines, accelerated: Mapping[str, list[str]], known: HomeFacts) -> Machines:
    """The machines with the accelerated families that have home prices, and the sizes off their line by what they cost.

    `known.families` gets those families too, at one dollar per unit.
    """
    units = dict(sizes.units)
    for name, usd in known.types.items():
        family = name.split(".")[0]
        if family in accelerated:
            units[name] = Fraction(usd)
        elif name in units and not agrees(usd, known.families[family], units[name]):
            units |= _as_it_costs(units[name], Fraction(usd) / known.families[family], sizes.families[family], units)
    priced = {family: names for family, names in accelerated.items() if any(name in units for name in names)}
    known.families.update(dict.fromkeys(priced, Fraction(1)))
    return replace(sizes, units=units, families={**sizes.families, **priced}, accelerated=frozenset(priced))


def _as_it_costs(
    nominal: Fraction, actual: Fraction, names: list[str], units: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """The size that a price stands for, also of the bare metal that is as large and costs as much."""
    return {name: actual for name in names if units.get(name) == nominal}
