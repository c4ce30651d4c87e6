"""What the page behind a figure says: line items with formulas, and what each number rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from virtlab.compare.bills.items import CATEGORIES, Cited, Item, total
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report
from virtlab.labs.parameters import SPECS
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText


@dataclass(frozen=True, slots=True)
class Rest:
    """A figure that a formula rests on, as the page shows it."""

    label: LazyText
    value: str
    source: LazyText
    source_date: str
    kind: str


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A line item with its words."""

    name: LazyText
    category: LazyText
    formula: str
    amount: Decimal
    rests_on: list[Rest]


@dataclass(frozen=True, slots=True)
class Balance:
    """A table of line items that sum to a figure of the report."""

    anchor: str
    title: str
    unit: str
    digits: int
    lines: list[BalanceLine]
    total: Decimal


def explanation(report: Report, item: Alternative) -> list[Balance]:
    """Cost, energy and carbon of an alternative, line by line."""
    values = report.question.values
    once = [_balance(("once", _("Paid once"), "USD", 2), item.once, values)] if item.once else []
    return [
        _balance(("cost", _("Cost per month"), "USD", 2), item.cost, values),
        *once,
        _balance(("energy", _("Energy per month"), "kWh", 3), item.energy, values),
        _balance(("carbon", _("Carbon per month"), "kg CO₂e", 3), item.carbon, values),
    ]


def _balance(head: tuple[str, str, str, int], items: Iterable[Item], values: Mapping[str, float]) -> Balance:
    rows = list(items)
    lines = [
        BalanceLine(
            row.name, CATEGORIES[row.category], row.text, row.amount, [_rest(one, values) for one in row.rests_on]
        )
        for row in rows
    ]
    return Balance(*head, lines, total(rows))


def _rest(rests_on: str | Cited, values: Mapping[str, float]) -> Rest:
    if isinstance(rests_on, Cited):
        return Rest(rests_on.label, rests_on.text(), rests_on.source, rests_on.source_date, rests_on.kind)
    spec = SPECS[rests_on]
    value = _("%(value)s %(unit)s") % {"value": formats.exact(values[rests_on]), "unit": spec.unit}
    return Rest(spec.label, value, spec.source, spec.source_date, spec.kind)
