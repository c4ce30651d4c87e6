"""Where the prices of instance types come from, as a bill cites them."""

from collections import Counter

import numpy as np
from django.utils.translation import gettext_lazy as _

from instances.catalog.type_table import TypeTable
from virtlab.compare.bills.items import Cited, Usd
from virtlab.engine.arrays import Ints
from virtlab.labs.choices import FigureKind

LABELS = {
    FigureKind.LIST.value: _("Types with a listed price, USD an hour in all"),
    FigureKind.DERIVED.value: _("Types with a derived price, USD an hour in all"),
    FigureKind.ESTIMATE.value: _("Types with an estimated price, USD an hour in all"),
    FigureKind.ASSUMPTION.value: _("Types with a price of your own, USD an hour in all"),
}


def cited_types(table: TypeTable, rows: Ints) -> tuple[Cited, ...]:
    """The on-demand prices of instances of these types (rows of the table, one an instance), a line a kind of price.

    Where prices of a kind have several sources, that of most instances is named.
    """
    cited = []
    kinds = np.array(table.kinds)[rows]
    for kind, label in LABELS.items():
        mine = rows[kinds == kind]
        if mine.size:
            usual = Counter(mine.tolist()).most_common(1)[0][0]
            usd = round(float(table.usd_per_hour[mine].sum()), 4)
            cited.append(Cited(label, Usd(usd, 4), table.sources[usual], table.source_dates[usual], kind))
    return tuple(cited)


def cited_type(table: TypeTable, row: int) -> Cited:
    """The on-demand price of one type."""
    usd = Usd(float(table.usd_per_hour[row]), 4)
    return Cited(table.names[row], usd, table.sources[row], table.source_dates[row], table.kinds[row])
