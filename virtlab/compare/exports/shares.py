"""Lines that are a share of other lines, as a workbook computes them: of which, and the support plan's tiers."""

from collections.abc import Mapping, Sequence

from virtlab.compare.bills.cloud.growth import ON_TOP
from virtlab.compare.bills.tax import KEY as TAX
from virtlab.compare.bills.tax import is_taxed
from virtlab.compare.exports.cells import address
from virtlab.compare.parameters.support_plans import ALL, SUPPORT, SUPPORT_KEY

SUPPORT_LINE = "support"


def share_of(key: str, above: Sequence[str]) -> list[int]:
    """The places of the lines, of those above by key, that the line of that key is a share of; none where it is not, or
    is of all of them.
    """
    if key == TAX:
        return [number for number, other in enumerate(above) if is_taxed(other)]
    if key == SUPPORT_LINE:
        return [number for number, other in enumerate(above) if other not in ON_TOP]
    return []


def sum_of_rows(rows: Sequence[int], column: int) -> str:
    """The sum of cells of a column, as a formula; runs of rows as ranges."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    parts = (f"{address(run[0], column)}:{address(run[-1], column)}" for run in runs)
    return f"SUM({','.join(parts)})"


def support_formula(base: str, values: Mapping[str, float]) -> str:
    """The plan's charge for a bill that the formula `base` gives: the greater of its least and the sum over its tiers,
    those that the bill does not reach now too.
    """
    plan, low, parts = SUPPORT[int(values[SUPPORT_KEY])], 0.0, list[str]()
    for high, percent in plan.tiers:
        within = base if high == ALL else f"MIN({base},{high:.15g})"
        parts.append(f"MAX(0,{within}-{low:.15g})*{percent:.15g}%")
        low = high
    return f"MAX({plan.least_usd:.15g},{'+'.join(parts)})"
