"""How far behind the newest each instance type is: counted in generations of its series, on its own architecture."""

from collections import defaultdict
from functools import lru_cache

import numpy as np

from instances.catalog.names.naming import BadName, parse_family
from instances.catalog.processors import launch_years
from instances.catalog.type_table import TypeTable, frozen
from virtlab.engine.arrays import Bools, Ints

YARDSTICK = "m"
"""The series that every generation of processors comes to: what a series with one generation only is held against."""
LATER_SINCE = 2021
"""The year of the first processors of the sixth generation (M6i); C5, M5, R5 and T3 have earlier ones."""

Years = dict[int, float]


@lru_cache(maxsize=64)
def ages(table: TypeTable) -> Ints:
    """How many generations that can be chosen in a region are newer than each type (n,), 0 for the newest.

    Of its series (the letters before the number, whatever the processor: m8g, m8i and m8a are of one generation), but
    of those only up to the newest of its own architecture: an Arm type is of no use to x86 programs. A series that
    never had a second generation is not new by being alone: it is as old as the generations of `YARDSTICK` whose
    processors came after its own.
    """
    series = [_series(family) for family in table.families]
    offered = _offered(table, series)
    generations: defaultdict[str, set[int]] = defaultdict(set)
    for (letters, _arm), years in offered.items():
        generations[letters] |= years.keys()
    found = []
    for (letters, number), arm, year in zip(series, table.arm.tolist(), launch_years(table).tolist(), strict=True):
        if len(generations[letters]) == 1:
            found.append(sum(launched > year for launched in offered[YARDSTICK, arm].values()))
        else:
            newest = max(offered[letters, arm], default=number)
            found.append(sum(number < other <= newest for other in generations[letters]))
    return frozen(np.array(found, dtype=np.intp))


def is_later(table: TypeTable) -> Bools:
    """Types (n,) on Nitro that are newer than the fifth generation."""
    return np.asarray(~table.on_xen & (launch_years(table) >= LATER_SINCE))


def _offered(table: TypeTable, series: list[tuple[str, int]]) -> defaultdict[tuple[str, bool], Years]:
    """By series and whether it is of Arm: the generations to choose from, with the year of their oldest processor."""
    offered: defaultdict[tuple[str, bool], Years] = defaultdict(dict)
    years = launch_years(table)
    for row in np.flatnonzero(table.choosable & table.current_generation).tolist():
        letters, number = series[row]
        known = offered[letters, bool(table.arm[row])]
        known[number] = min(known.get(number, np.inf), float(years[row]))
    return offered


def _series(family: str) -> tuple[str, int]:
    """The letters and the generation of a family; a name that follows no rule is a series of its own."""
    try:
        name = parse_family(family)
    except BadName:
        return family, 0
    return name.series, name.generation or 0
