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

    item: Item
    name: LazyText
    category: LazyText
    formula: str
    amount: Decimal
    rests_on: list[Rest]

    @property
    def unpriced(self) -> str:
        """What stands in place of an amount that is not known; "" where it is."""
        return str(formats.NOT_IN_CATALOGUE) if self.item.unpriced else ""


@dataclass(frozen=True, slots=True)
class Balance:
    """A table of line items that sum to a figure of the report."""

    anchor: str
    title: str
    unit: str
    digits: int
    lines: list[BalanceLine]
    total: Decimal

    @property
    def unpriced(self) -> bool:
        """Whether the amount of a line is not known."""
        return any(line.item.unpriced for line in self.lines)

    @property
    def total_name(self) -> str:
        """What its sum is called."""
        return _("Total, without what is not in the catalogue") if self.unpriced else _("Total")


def explanation(report: Report, item: Alternative) -> list[Balance]:
    """Cost, energy, and carbon of use and of manufacture of an alternative, line by line."""
    values = report.question.values
    once = [_balance(("once", _("Paid once"), "USD", 2), item.once, values)] if item.once else []
    worth = _("In the books of what is given up") if item.shape.given_up else _("In the books of what is there")
    book = [_balance(("book", worth, "USD", 2), item.book, values)] if item.book else []
    return [
        _balance(("cost", _("Cost per month"), "USD", 2), item.cost, values),
        *once,
        *book,
        _balance(("energy", _("Energy per month"), "kWh", 3), item.energy, values),
        _balance(("carbon", _("Carbon of use per month"), "kg CO₂e", 3), item.carbon, values),
        _balance(("embodied", _("Embodied carbon per month"), "kg CO₂e", 3), item.embodied, values),
    ]


def _balance(head: tuple[str, str, str, int], items: Iterable[Item], values: Mapping[str, float]) -> Balance:
    rows = list(items)
    lines = [
        BalanceLine(
            item=row,
            name=row.name,
            category=CATEGORIES[row.category],
            formula=row.text,
            amount=row.amount,
            rests_on=[_rest(one, values) for one in row.rests_on],
        )
        for row in rows
    ]
    return Balance(*head, lines, total(rows))


def _rest(rests_on: str | Cited, values: Mapping[str, float]) -> Rest:
    if isinstance(rests_on, Cited):
        return Rest(rests_on.label, rests_on.text(), rests_on.source, rests_on.source_date, rests_on.kind)
    spec = SPECS[rests_on]
    named = next((str(name) for option, name in spec.options if option == values[rests_on]), "")
    value = named or formats.measured(formats.exact(values[rests_on]), spec.unit)
    return Rest(spec.label, value, spec.source, spec.source_date, spec.kind)
