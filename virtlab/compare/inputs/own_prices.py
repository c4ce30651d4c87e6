"""A lab's own prices in a region, which stand before the catalogue's wherever the comparison shows a price."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from django.utils.translation import gettext as _

from instances.catalog.prices import ServiceFigure
from instances.catalog.type_table import TypeTable, frozen
from virtlab.compare.models import OwnPrice
from virtlab.labs.choices import OWN_PRICE
from virtlab.labs.models import Lab

Key = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """Prices by type or item, each with its note and day."""

    rows: Mapping[str, OwnPrice] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What tells these prices from others; they are said to be yours in a language."""
        rows = sorted(self.rows.items())
        return tuple((item, str(row.usd), *_cited(row)) for item, row in rows)

    def types(self, table: TypeTable) -> TypeTable:
        """A region's types with these prices where there are any, also where the catalogue has none of a type."""
        own = {table.row_of[item]: row for item, row in self.rows.items() if item in table.row_of}
        if not own:
            return table
        usd = table.usd_per_hour.copy()
        kinds, sources, dates = list(table.kinds), list(table.sources), list(table.source_dates)
        for number, row in own.items():
            usd[number] = float(row.usd)
            kinds[number], sources[number], dates[number] = _cited(row)
        return replace(
            table,
            usd_per_hour=np.asarray(frozen(usd)),
            kinds=tuple(kinds),
            sources=tuple(sources),
            source_dates=tuple(dates),
        )

    def services(self, prices: Mapping[str, ServiceFigure]) -> Mapping[str, ServiceFigure]:
        """A region's services with these prices where there are any."""
        own = {item: self._service(prices[item]) for item in self.rows if item in prices}
        return {**prices, **own} if own else prices

    def _service(self, figure: ServiceFigure) -> ServiceFigure:
        row = self.rows[figure.item]
        kind, source, date = _cited(row)
        return replace(figure, usd=float(row.usd), usd_exact=row.usd, kind=kind, source=source, source_date=date)


NONE_OF_OWN = OwnPrices()


def _cited(row: OwnPrice) -> tuple[str, str, str]:
    """Kind, source and date of such a price."""
    source = _("yours: %(note)s") % {"note": row.note} if row.note else _("yours")
    return OWN_PRICE, source, row.noted_on.isoformat()


def own_prices(lab: Lab, region: str) -> OwnPrices:
    """The lab's own prices in a region (one query)."""
    return OwnPrices({row.item: row for row in OwnPrice.objects.filter(lab=lab, region=region)})
