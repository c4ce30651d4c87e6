"""The summary of the report's files: its figures, which a workbook computes, and its words as they were then."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from virtlab.compare.exports.cash import cash_flow_title, month_cells, net_cell, paid_cells
from virtlab.compare.exports.cells import DOLLARS, SHARE, Cell, Live, Sheet, address, quoted
from virtlab.compare.exports.lines import LineItems
from virtlab.compare.report.about import about
from virtlab.compare.report.cash.flow import Outcome, outcome
from virtlab.compare.report.report import Report
from virtlab.compare.report.verdict import LEVEL, has_verdict, is_level
from virtlab.web import formats

VALUE = 1
TOTALS = (1, 2)
"""The rows of the two sides' totals."""


def summary(report: Report, lines: LineItems) -> Sheet:
    """The figures of the answer, all of what the report says, and what it is of."""
    words: list[list[Cell]] = [[label, text, _("as of the export")] for label, text in about(report)]
    head = [_("What"), _("Value"), _("With other assumptions")]
    return Sheet("summary", _("Summary"), head, [*_figures(report, lines), *words])


def _figures(report: Report, lines: LineItems) -> list[list[Cell]]:
    """The two totals, what follows from them where a verdict is given, and a month's bill at today's workloads."""
    result, sides = outcome(report.left, report.right, report.question.values), (report.left, report.right)
    names, months = [report.names[side.key] for side in sides], formats.number(result.months)
    of_cash, of_lines = (_("computed from “%(sheet)s”") % {"sheet": name} for name in (cash_flow_title(), lines.title))
    in_all, a_month = _("USD over %(months)s months: %(side)s"), _("USD a month, today: %(side)s")
    rows: list[list[Cell]] = [
        [in_all % {"months": months, "side": name}, Live(net_cell(side, result.months), usd, DOLLARS), of_cash]
        for side, (name, usd) in enumerate(zip(names, result.net_usd, strict=True))
    ]
    if has_verdict(report.left, report.right, result.net_usd) and max(result.net_usd) > 0:
        rows += [[label, cell, of_cash] for label, cell in _verdict(result, names)]
    for side, name in zip(sides, names, strict=True):
        month = lines.total(side, "cost")
        cell = Live(month.formula, month.value, DOLLARS) if isinstance(month, Live) else month
        rows.append([a_month % {"side": name}, cell, of_lines])
    return rows


def _verdict(result: Outcome, names: list[str]) -> list[tuple[str, Live]]:
    """Who costs less, by how much, as which share of the other, and from which month on it has paid no more."""
    left, right = (address(row, VALUE) for row in TOTALS)
    level, never = pgettext("neither side is ahead", "level"), _("not within these months")
    ahead = level if is_level(*result.net_usd) else names[result.cheaper]
    close = f"ABS({left}-{right})<={LEVEL}*MAX({left},{right})"
    named = f"IF({close},{quoted(level)},IF({right}<{left},{quoted(names[1])},{quoted(names[0])}))"
    months = result.months
    paid = [paid_cells(side, months) for side in (0, 1)]
    # The last month by whose end the side that costs less has paid more, and one: 0 where there is none.
    behind = f"({paid[0]}-{paid[1]})*IF({right}<{left},-1,1)>0"
    month = f"SUMPRODUCT(MAX(({behind})*({month_cells(months)}+1)))"
    since = never if result.month is None else result.month
    dearer_usd = max(result.net_usd)
    return [
        (_("Costs less"), Live(named, ahead)),
        (_("USD less"), Live(f"ABS({left}-{right})", result.saved_usd, DOLLARS)),
        (
            _("Share of the total of the other"),
            Live(f"ABS({left}-{right})/MAX({left},{right})", result.saved_usd / dearer_usd, SHARE),
        ),
        (
            _("From the end of which month it has paid no more, for good"),
            Live(f"IF({month}>{months},{quoted(never)},{month})", since),
        ),
    ]
