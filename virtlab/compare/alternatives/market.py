"""The types of a region at the lab's own prices, and as their hours are bought."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from instances.catalog.cache import catalog_version
from instances.catalog.listed_rates import ListedRates, listed_rates
from instances.catalog.queries import type_table
from instances.catalog.type_table import TypeTable
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.inputs.own_prices import NONE_OF_OWN, OwnPrices
from virtlab.labs.choices import is_own
from virtlab.web.cache import LruCache

Rates = Mapping[tuple[str, int, str], ListedRates]
MOST_TERMS = 32


@dataclass(frozen=True, eq=False)
class Market:
    """A region at one version of the catalogue: its types, read once, and what they cost on each terms asked for."""

    region: str
    version: str
    own: OwnPrices

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one market from another."""
        return self.region, self.version, self.own.key

    @cached_property
    def table(self) -> TypeTable:
        """The region's instance types, at the lab's own prices where it has any."""
        return self.own.types(type_table(self.region))

    def bought(self, terms: Terms) -> TypeTable:
        """The same at what they cost as hours are bought: at the list's rates where it has them, else the discount."""
        return self._bought.get(terms, lambda: bought_table(self.table, self._rates, terms))

    @cached_property
    def _rates(self) -> Rates:
        return listed_rates(self.region)

    @cached_property
    def _bought(self) -> LruCache[TypeTable]:
        return LruCache(max_items=MOST_TERMS)


MARKETS: LruCache[Market] = LruCache(max_items=16)


def market_of(region: str, own: OwnPrices = NONE_OF_OWN) -> Market:
    """The market of a region, kept until the catalogue changes (one query)."""
    found = Market(region, catalog_version(), own)
    return MARKETS.get(found.key, lambda: found) if found.version else found


def bought_table(table: TypeTable, by_plan: Rates, terms: Terms) -> TypeTable:
    """A region's types with what Linux costs as it is bought."""
    rates = by_plan.get(terms.plan) if terms.plan else None
    own = np.array([is_own(kind) for kind in table.kinds])
    known = rates.usd_per_hour if rates else {}
    listed = np.where(own, np.nan, [known.get(name, np.nan) for name in table.names])
    paid = replace(
        table,
        paid_usd_per_hour=terms.paid_usd(table.usd_per_hour, listed),
        paid_alone_usd_per_hour=terms.paid_alone_usd(table.usd_per_hour, listed),
    )
    if not rates or not np.isfinite(listed).any():
        return paid
    return replace(paid, listed_usd_per_hour=listed, listed_source=(rates.source, rates.source_date))
