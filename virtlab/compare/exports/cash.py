"""The two sides' payments, and month by month what they come to. Formulas: docs/model.md, "Over the months ahead".

Payments are in whole cents where they are made (`spending.as_paid`), so that their sums are those of the report.

Where workloads grow, a month's payment stands by what it grows with, and each of these has its factor by month: that of
the workloads is a formula, those of whole hosts and disks are as in this report.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.compare.bills.growth import Driver
from virtlab.compare.bills.purchase import Purchase
from virtlab.compare.exports.cells import CENTS, FACTOR, Cell, Live, Sheet, address, tab_of
from virtlab.compare.exports.lines import LineItems
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.cash.growth import GROWTH_KEY, Growing
from virtlab.compare.report.cash.spending import due
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report

USD, FIRST, EVERY, AGAIN = 2, 3, 4, 5
MONTH, WORTH = 0, 1
WIDTH = 3
"""Columns of each side in the cash flow: what runs, what is bought, both so far."""


@dataclass(frozen=True, slots=True)
class SideFlow:
    """A side's payments, the row from which the sheet of payments has them, and the column from which the cash flow has
    the factors of what grows.
    """

    name: str
    flow: CashFlow
    rows: Sequence[Sequence[Cell]]
    first: int
    factors: int

    @property
    def tab(self) -> str:
        """The sheet of payments."""
        return tab_of(_("Payments"))

    def one(self, number: int) -> str:
        """The amount of its payment of that number: 0 what is paid once, then what is paid each month."""
        return address(self.first + number, USD, self.tab)

    def purchases(self) -> tuple[str, ...]:
        """The columns of its purchases: USD, first month, months for which they are, whether again."""
        first = self.first + 2 + len(self.flow.grows)
        last = first + len(self.flow.purchases) - 1
        return tuple(f"{address(first, n, self.tab)}:{address(last, n)}" for n in (USD, FIRST, EVERY, AGAIN))

    def running(self, row: int) -> str:
        """What is paid in the month of a row of the cash flow."""
        grown = (f"{self.one(2 + n)}*{address(row, self.factors + n)}" for n in range(len(self.flow.grows)))
        return "+".join((self.one(1), *grown))


def cash_sheets(report: Report, lines: LineItems) -> list[Sheet]:
    """The payments of both sides, and their cash flow."""
    sides, first, factors = list[SideFlow](), 1, 2 + 2 * WIDTH
    for side in (report.left, report.right):
        flow = CashFlow.of(side, report.question.values)
        rows = _payments(report.names[side.key], side, flow, lines)
        sides.append(SideFlow(report.names[side.key], flow, rows, first, factors))
        first, factors = first + len(rows), factors + len(flow.grows)
    head = [_("Alternative"), _("Payment"), "USD", _("First at the start of month"), _("For so many months")]
    head.append(_("Again after these (1), or never (0)"))
    paid = [row for side in sides for row in side.rows]
    payments = Sheet("payments", _("Payments"), head, paid, formats={USD: CENTS})
    return [payments, _cash_flow(report, sides)]


def _payments(name: str, side: Alternative, flow: CashFlow, lines: LineItems) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [name, _("Paid once"), lines.total(side, "once"), 0, "", ""],
        [name, _("Paid each month"), _monthly(side, flow, lines), 1, 1, 1],
    ]
    rows += [[name, grown_words()[one.driver], one.usd, 1, 1, 1] for one in flow.grows]
    for one in flow.purchases:
        rows.append([name, purchase_words(one), one.usd, one.first, one.every, int(one.again)])
    return rows


def purchase_words(purchase: Purchase) -> str:
    """What a purchase is called: what is bought, and whether for growth."""
    text = (
        _("%(what)s, for growth (as it is in this report)")
        if purchase.grows
        else _("%(what)s, bought (as it is in this report)")
    )
    return text % {"what": purchase.name}


def grown_words() -> dict[Driver, str]:
    """What a month's payment is called by what it grows with."""
    return {
        Driver.WORK: _("Paid each month, growing with the workloads"),
        Driver.HOSTS: _("Paid each month, growing with the hosts"),
        Driver.STORAGE: _("Paid each month, growing with the storage"),
        Driver.ORDER: _("Paid each month, to fill up an order of licences"),
    }


def _monthly(side: Alternative, flow: CashFlow, lines: LineItems) -> Cell:
    """The month's bill without what of it is bought at once and what grows: these are as in this report."""
    total, fixed_usd = lines.total(side, "cost"), flow.by_driver[Driver.FIXED]
    if not isinstance(total, Live):
        return fixed_usd
    apart_usd = round(float(side.usd) - fixed_usd, 2)
    return Live(f"{total.formula}-{apart_usd:.15g}", round(float(side.usd) - apart_usd, 2)) if apart_usd else total


def _cash_flow(report: Report, sides: Sequence[SideFlow]) -> Sheet:
    months, discount = int(report.question.values["horizon_months"]), report.question.values["discount_pct"]
    head = [_("Month"), _("Worth today of 1 USD")]
    for side in sides:
        words = (_("%(side)s: running"), _("%(side)s: bought"), _("%(side)s: paid so far"))
        head += [text % {"side": side.name} for text in words]
    head += [_("%(side)s: growth factor") % {"side": side.name} for side in sides for _one in side.flow.grows]
    paid = [side.flow.paid_usd(months) for side in sides]
    rows: list[list[Cell]] = []
    for month in range(months + 1):
        worth = Live(f"(1+discount_pct/100)^(-{address(month + 1, MONTH)}/12)", (1 + discount / 100) ** (-month / 12))
        row: list[Cell] = [month, worth]
        for number, side in enumerate(sides):
            row += _month(side, month, months, (2 + number * WIDTH, float(paid[number][month])))
        rows.append([*row, *(_factor(one, month) for side in sides for one in side.flow.grows)])
    ends = [_left(sides, months), _net(sides, months, discount)]
    padded: list[list[Cell]] = [[*row, *[""] * (len(head) - len(row))] for row in ends]
    money = range(WORTH + 1, 2 + WIDTH * len(sides))
    formats = dict.fromkeys(range(len(head)), FACTOR) | {MONTH: ""} | dict.fromkeys(money, CENTS)
    return Sheet("cash-flow", cash_flow_title(), head, [*rows, *padded], formats=formats)


def cash_flow_title() -> str:
    """What the sheet of the cash flow is called."""
    return _("Cash flow")


def net_cell(side: int, months: int) -> str:
    """Where other sheets find a side's payments of so many months, all in all; 0 is the left side."""
    return address(months + 3, (side + 1) * WIDTH + 1, tab_of(cash_flow_title()))


def paid_cells(side: int, months: int) -> str:
    """Where they find what a side has paid by the end of month 0, 1 … `months`."""
    column = (side + 1) * WIDTH + 1
    return f"{address(1, column, tab_of(cash_flow_title()))}:{address(months + 1, column)}"


def month_cells(months: int) -> str:
    """Where they find the numbers of these months."""
    return f"{address(1, MONTH, tab_of(cash_flow_title()))}:{address(months + 1, MONTH)}"


def _factor(one: Growing, month: int) -> Cell:
    """By how many times today's amount is paid in a month."""
    value = float(one.factors[month - 1]) if month else 1.0
    if one.driver != Driver.WORK:
        return value
    return Live(f"(1+{GROWTH_KEY}/100)^({address(month + 1, MONTH)}/12)", value)


def _month(side: SideFlow, month: int, months: int, place: tuple[int, float]) -> list[Cell]:
    """What runs in a month, what is bought at the start of the next one, and what is paid by its end."""
    (column, paid), row, flow = place, month + 1, side.flow
    running_usd = float(flow.running_usd(month)[-1]) if month else flow.once_usd
    running = Live(side.running(row) if month else side.one(0), running_usd)
    bought: Cell = 0.0
    if flow.purchases and month < months:
        moment, usd, first, every, again = address(row, MONTH), *side.purchases()
        times = f"(({first}={moment})+({first}<{moment})*(MOD({moment}-{first},{every})=0)*{again})"
        value = sum(one.usd for one in flow.purchases if month in due(one, months))
        bought = Live(f"SUMPRODUCT({times}*{usd})", value)
    parts = [address(row, column)]
    if month == 0:
        parts.append(address(row, column + 1))
    else:
        parts.append(address(row - 1, column + 2))
    if month > 1:
        parts.append(address(row - 1, column + 1))
    return [running, bought, Live("+".join(parts), paid)]


def _left(sides: Sequence[SideFlow], months: int) -> list[Cell]:
    """What the unused part of purchases is worth at the end."""
    row: list[Cell] = [_("What is left of purchases at the end"), ""]
    for side in sides:
        cell: Cell = 0.0
        if side.flow.purchases:
            usd, first, every, again = side.purchases()
            last = f"({first}+{every}*{again}*INT(({months}-1-{first})/{every}))"
            left = f"(({months}-{last})<{every})*(1-({months}-{last})/{every})"
            cell = Live(f"SUMPRODUCT(({first}<{months})*{usd}*{left})", side.flow.left_usd(months))
        row += ["", "", cell]
    return row


def _net(sides: Sequence[SideFlow], months: int, discount: float) -> list[Cell]:
    """All of it at its worth today, less what is left."""
    row: list[Cell] = [_("In all at today's worth, with what is left credited"), ""]
    worth = f"{address(1, WORTH)}:{address(months + 1, WORTH)}"
    for number, side in enumerate(sides):
        column = 2 + number * WIDTH
        running, bought = (f"{address(1, one)}:{address(months + 1, one)}" for one in (column, column + 1))
        left = f"{address(months + 2, column + 2)}*{address(months + 1, WORTH)}"
        formula = f"SUMPRODUCT({worth},{running})+SUMPRODUCT({worth},{bought})-{left}"
        row += ["", "", Live(formula, side.flow.net_usd(months, discount))]
    return row
