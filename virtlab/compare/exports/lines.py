"""Every line item as a row that a workbook computes from its own inputs, the assumptions, and other lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.compare.bills.energy import SITE_KEY
from virtlab.compare.bills.items import Item, Num, Usd, total
from virtlab.compare.bills.once import BOTH_RUN, going_on
from virtlab.compare.bills.onprem.around import second_site
from virtlab.compare.bills.onprem.bill import HARDWARE
from virtlab.compare.choices import PURCHASE_NAMES
from virtlab.compare.exports.arithmetic import arithmetic_of, bought_part
from virtlab.compare.exports.cells import CENTS, THOUSANDTHS, Cell, Live, Sheet, address, sum_of, tab_of
from virtlab.compare.exports.followed import ROUNDED, LiveLine
from virtlab.compare.exports.shares import SUPPORT_LINE, share_of, sum_of_rows, support_formula
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.explain import Balance, BalanceLine, explanation
from virtlab.compare.report.report import Report

AMOUNT, FIRST_INPUT = 5, 13
MONEY = "USD"
SITES = "both_run"
"""The line of what goes on that a second site is a share of too."""


@dataclass(frozen=True, slots=True)
class Block:
    """A balance of an alternative in the sheet: its rows from `first` on, then its total."""

    alternative: Alternative
    balance: Balance
    first: int

    @property
    def total_row(self) -> int:
        """Where its total stands."""
        return self.first + len(self.balance.lines)

    @property
    def is_money(self) -> bool:
        """Whether its amounts are USD."""
        return self.balance.unit == MONEY

    @property
    def number_format(self) -> str:
        """How its amounts are written."""
        return CENTS if self.is_money else THOUSANDTHS


class LineItems:
    """The sheet of all line items, and where it holds what other sheets refer to."""

    def __init__(self, report: Report) -> None:
        self.report, self.title = report, _("Line items")
        self.tab, self.blocks = tab_of(self.title), list(_blocks(report))

    def total(self, alternative: Alternative, anchor: str) -> Live | float:
        """A balance's total for another sheet: 0 where the alternative has no such balance."""
        block = self.block(alternative, anchor)
        if block is None:
            return 0.0
        return Live(address(block.total_row, AMOUNT, self.tab), float(block.balance.total))

    def block(self, alternative: Alternative, anchor: str) -> Block | None:
        """Where a balance of an alternative stands."""
        found = (b for b in self.blocks if b.alternative is alternative and b.balance.anchor == anchor)
        return next(found, None)

    def sheet(self) -> Sheet:
        """The table: each balance with its total."""
        rows = [row for block in self.blocks for row in self._rows(block)]
        inputs = max((len(row) - FIRST_INPUT for row in rows), default=0)
        head = [*_head(), *(_("Input %(number)s") % {"number": number} for number in range(1, inputs + 1))]
        padded: list[list[Cell]] = [[*row, *[""] * (len(head) - len(row))] for row in rows]
        return Sheet("line-items", self.title, head, padded)

    def live(self) -> list[LiveLine]:
        """The lines that the workbook computes, with the assumptions that each of them names; support, which is tiers
        of other lines, is none of them.
        """
        return [
            line
            for block in self.blocks
            for number, row in enumerate(block.balance.lines)
            if not row.unpriced and row.item.key != SUPPORT_LINE and _gives_amount(row.item, block.balance.digits)
            for line in (self._live(block, number, row.item),)
        ]

    def _live(self, block: Block, number: int, item: Item) -> LiveLine:
        sums = self._sums(block, number, item)
        references, _inputs = self._references(block, number, item, sums)
        keys = {name: key for name, key in references.items() if key in self.report.question.values}
        return LiveLine(
            alternative=block.alternative,
            anchor=block.balance.anchor,
            item=item,
            digits=block.balance.digits,
            arithmetic=arithmetic_of(item),
            keys=keys,
            of_others=bool(sums),
        )

    def _rows(self, block: Block) -> Iterator[list[Cell]]:
        for number, line in enumerate(block.balance.lines):
            amount, inputs = self._amount(block, number, line)
            yield [*self._words(block, line, amount), *inputs]
        total = Live(sum_of(AMOUNT, block.first, block.total_row - 1), float(block.balance.total), block.number_format)
        name, unit = self.report.names[block.alternative.key], block.balance.unit
        yield [
            name,
            block.balance.title,
            block.balance.total_name,
            "",
            "",
            total,
            unit,
            *self._bought(block),
            "",
            "",
            "",
            "",
        ]

    def _words(self, block: Block, line: BalanceLine, amount: Cell) -> list[Cell]:
        rests = line.rests_on
        return [
            self.report.names[block.alternative.key],
            block.balance.title,
            str(line.name),
            str(line.category),
            line.formula,
            amount,
            block.balance.unit,
            *self._bought(block),
            "; ".join(f"{rest.label} {rest.value}".strip() for rest in rests),
            "; ".join(str(rest.source) for rest in rests),
            "; ".join(rest.source_date for rest in rests),
            "; ".join(rest.kind for rest in rests),
        ]

    def _bought(self, block: Block) -> tuple[str, str]:
        """Where the hours are bought, and how."""
        in_cloud = bool(block.alternative.purchase)
        return (self.report.place.name, str(PURCHASE_NAMES[block.alternative.purchase])) if in_cloud else ("", "")

    def _amount(self, block: Block, number: int, line: BalanceLine) -> tuple[Cell, list[Cell]]:
        """The amount's cell, and the numbers that only this row has."""
        item, digits = line.item, block.balance.digits
        if line.unpriced:
            return line.unpriced, [number.value for number in item.numbers.values()]
        if not _gives_amount(item, digits):
            return float(item.amount), []
        if item.key == SUPPORT_LINE:
            formula = support_formula(self._share_base(block, number, item), self.report.question.values)
            return Live(f"ROUND({formula},{digits})", float(item.amount), block.number_format), []
        references, inputs = self._references(block, number, item, self._sums(block, number, item))
        formula = arithmetic_of(item).in_cells(references)
        return Live(f"ROUND({formula},{digits})", float(item.amount), block.number_format), inputs

    def _references(
        self, block: Block, number: int, item: Item, known: dict[str, str]
    ) -> tuple[dict[str, str], list[Cell]]:
        """What refers to each number of a line: what is `known`, assumptions, and cells of its own for the others."""
        used = arithmetic_of(item).names
        references, inputs = known | _parameters(item, self.report.question.values, used - known.keys()), list[Cell]()
        for name, value in item.numbers.items():
            if name in used and name not in references:
                references[name] = address(block.first + number, FIRST_INPUT + len(inputs)).replace("$", "")
                inputs.append(value.value)
        return references, inputs

    def _hardware(self, block: Block) -> tuple[str, float]:
        """What the hardware of a month's bill costs, as a formula of the lines that spread it, and what it gives."""
        formulas, price_usd = list[str](), 0.0
        for number, line in enumerate(block.balance.lines):
            bought = bought_part(line.item) if line.item.key in HARDWARE else None
            if bought is not None:
                references, _inputs = self._references(block, number, line.item, {})
                formulas.append(bought.in_cells(references))
                price_usd += bought.value({name: one.value for name, one in line.item.numbers.items()})
        return f"({'+'.join(formulas)})", price_usd

    def _sums(self, block: Block, number: int, item: Item) -> dict[str, str]:
        """Numbers that are sums of other lines: of those above in the same balance, or of another one of it."""
        totals = {
            (other.is_money, float(other.balance.total)): address(other.total_row, AMOUNT)
            for other in self.blocks
            if other.alternative is block.alternative and other is not block
        }
        if number:
            above = float(sum(line.amount for line in block.balance.lines[:number]))
            totals[block.is_money, above] = sum_of(AMOUNT, block.first, block.first + number - 1)
        if base := self._share_base(block, number, item):
            totals[True, float(item.numbers["bill"].value)] = base
        if item.key == "maintenance":
            formula, price_usd = self._hardware(block)
            totals[True, round(price_usd, 2)] = formula
        if item.key in BOTH_RUN:
            totals |= self._today(item.key) | self._assurance(block.alternative)
        keys = {name: (isinstance(value, Usd), value.value) for name, value in item.numbers.items()}
        return {name: totals[key] for name, key in keys.items() if key in totals and (key[0] or key[1] % 1)}

    def _share_base(self, block: Block, number: int, item: Item) -> str:
        """What a line is a share of, as a formula; empty where it is of none of the lines above, or of all of them."""
        above = [line.item.key for line in block.balance.lines[:number]]
        places = share_of(item.key, above)
        return sum_of_rows([block.first + place for place in places], AMOUNT) if places else ""

    def _assurance(self, alternative: Alternative) -> dict[tuple[bool, float], str]:
        """Where the Software Assurance of a month stands, and what it is."""
        month = self.block(alternative, "cost")
        lines = enumerate(month.balance.lines) if month else ()
        rows = {line.amount: number for number, line in lines if line.item.key == "assurance"}
        return {(True, float(usd)): address(month.first + row, AMOUNT) for usd, row in rows.items() if month}

    def _today(self, key: str) -> dict[tuple[bool, float], str]:
        """What today's hosts go on costing in a month, as a sum of their bill's lines, and what it gives."""
        today = self.block(self.report.by_key["as_is"], "cost")
        if today is None:
            return {}
        bill = [line.item for line in today.balance.lines]
        keys = going_on(bill, key)
        rows = [today.first + number for number, item in enumerate(bill) if item.key in keys]
        items = [item for item in bill if item.key in keys]
        if not rows:
            return {}
        formula, month_usd = sum_of_rows(rows, AMOUNT), total(items)
        if key == SITES and self.report.question.values[SITE_KEY]:
            month_usd += second_site(items, self.report.question.values).amount
            formula = f"({formula}+ROUND({formula}*{SITE_KEY}/100,2))"
        return {(True, float(month_usd)): formula}


def _blocks(report: Report) -> Iterator[Block]:
    row = 1
    for alternative in report.alternatives:
        for balance in explanation(report, alternative):
            yield Block(alternative, balance, row)
            row += len(balance.lines) + 1


def _head() -> list[str]:
    return [
        _("Alternative"),
        _("Balance"),
        _("Line"),
        _("Category"),
        _("Formula"),
        _("Amount"),
        _("Unit"),
        _("Region"),
        _("How hours are bought"),
        _("Rests on"),
        _("Source"),
        _("Date"),
        _("Kind"),
    ]


def _gives_amount(item: Item, digits: int) -> bool:
    """Whether the formula's arithmetic gives the amount; where it does not, the amount stands as it is."""
    try:
        value = arithmetic_of(item).value({name: number.value for name, number in item.numbers.items()})
        return ROUNDED[digits](value) == item.amount
    except (ValueError, ArithmeticError, KeyError):
        return False


def _parameters(item: Item, values: Mapping[str, float], open_names: frozenset[str]) -> dict[str, str]:
    """Of the numbers of those names the ones that are assumptions, with the assumption's name. Read from the end, where
    formulas have them: a quantity that happens to equal an assumption stands before it.
    """
    keys = [key for key in item.rests_on if isinstance(key, str) and key in values]
    found: dict[str, str] = {}
    for name, number in reversed(list(item.numbers.items())):
        key = next((key for key in reversed(keys) if _is(number, key, values)), None)
        if key and name in open_names:
            found[name] = key
            keys.remove(key)
    return found


def _is(number: Num | Usd, key: str, values: Mapping[str, float]) -> bool:
    return number.value == values[key] and ("usd" in key) == isinstance(number, Usd)
