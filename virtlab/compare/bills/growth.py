"""What a line of a bill grows with where workloads grow, and what of a month's bill grows with what."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from virtlab.compare.bills.items import Item
from virtlab.compare.bills.tax import KEY as TAX
from virtlab.compare.bills.tax import is_taxed


class Driver(StrEnum):
    """What more workloads make more of."""

    FIXED = "fixed"
    WORK = "work"
    HOSTS = "hosts"
    STORAGE = "storage"
    ORDER = "order"


Parts = Mapping[Driver, float]
"""Shares of a line (0 … 1), or USD of it, by what they grow with."""
WITH_WORK: Parts = {Driver.WORK: 1.0}


def mixed(lines: Iterable[Parts]) -> dict[Driver, float]:
    """The sum of lines by driver."""
    summed: dict[Driver, float] = {}
    for line in lines:
        for driver, usd in line.items():
            summed[driver] = summed.get(driver, 0.0) + usd
    return summed


def scaled(line: Parts, share: float) -> dict[Driver, float]:
    """A share of a line."""
    return {driver: usd * share for driver, usd in line.items()}


def growing(
    cost: Iterable[Item], shares: Mapping[str, Parts], apart: Mapping[str, float], on_top: Collection[str]
) -> dict[str, dict[Driver, float]]:
    """USD of a month's lines by key and by what they grow with, each as much as is paid for it by the month.

    `shares`: of lines by key; others grow with the work. `apart`: the part (0 … 1) of a line that is bought at once.
    `on_top`: lines that are a share of those before them, as tax is.
    """
    whole: dict[str, dict[Driver, float]] = {}
    paid: dict[str, dict[Driver, float]] = {}
    for item in cost:
        usd = float(item.amount)
        if item.key == TAX:
            taxed = [key for key in whole if is_taxed(key)]
            paid[TAX] = scaled(mixed(paid[key] for key in taxed), _ratio(usd, (whole[key] for key in taxed)))
        elif item.key in on_top:
            paid[item.key] = scaled(mixed(whole.values()), _ratio(usd, whole.values()))
            whole[item.key] = paid[item.key]
        else:
            whole[item.key] = scaled(shares.get(item.key, WITH_WORK), usd)
            paid[item.key] = scaled(whole[item.key], 1 - apart.get(item.key, 0.0))
    return paid


def _ratio(usd: float, lines: Iterable[Parts]) -> float:
    total_usd = sum(mixed(lines).values())
    return usd / total_usd if total_usd else 0.0
